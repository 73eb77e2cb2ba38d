import {
  GetParameterCommand,
  type Parameter,
  type ParameterHistory,
  PutParameterCommand,
  paginateGetParameterHistory,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { areSame, endpointIn } from '../../core/model/endpoint.ts';
import { AppError } from '../../core/model/errors.ts';
import type { Pointer } from '../../core/ports.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { nameOf, translating } from './translate.ts';

/**
 * An SSM parameter. Parameter Store writes on no condition, so it is read just before, and the version that the write
 * yields shows whether somebody came in between.
 *
 * What it was before is told from its own versions, of which it keeps the last 100: the newest that names another endpoint
 * than it does now. A cut-over is one write: one that is refused, or a crash before or after it, leaves nothing half done
 * and forgets nothing. A label would have to be moved in a second step, and Parameter Store takes no new version while the
 * oldest of a hundred has one.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html (checked 2026-11-22)
 */
export function parameterPointer(Name: string, region: string): Pointer {
  const client = new SSMClient({ ...CLIENT_OPTIONS, region });
  return {
    title: `SSM parameter ${Name} in ${region}`,
    holds: 'endpoint',
    read: () =>
      translating(`read ${Name}`, async () => {
        const current = await currentOf(client, Name);
        if (current === undefined) return undefined;
        const { Value: value = '', Version } = current;
        return {
          value,
          former: formerOf(current, await historyOf(client, Name)),
          version: String(Version),
        };
      }),
    turn: ({ version }, Value) =>
      translating(`write ${Name}`, async () => {
        const [current, history] = [await currentOf(client, Name), await historyOf(client, Name)];
        if (String(current?.Version) !== version)
          throw new AppError('PointerMoved', `${Name} is at version ${current?.Version}, not ${version}`);
        const ParameterVersion = Number(version);
        // Without its key, a SecureString would be encrypted under the account's own.
        const KeyId = history.find(({ Version }) => Version === ParameterVersion)?.KeyId;
        const { Version } = await client.send(
          new PutParameterCommand({ Name, Value, Type: current?.Type, Overwrite: true, KeyId }),
        );
        const between = Version === ParameterVersion + 1 ? [] : await historyOf(client, Name);
        // The SDK sends a write again whose answer was lost: what it has written twice is nobody else's.
        const others = between.filter(
          (each) => (each.Version ?? 0) > ParameterVersion && each.Value !== Value,
        );
        if (others.length > 0)
          throw new AppError(
            'PointerMoved',
            `${Name} was written by another client as version ${others.at(-1)?.Version}, and by this cut-over as version ${Version}`,
          );
      }),
  };
}

/** The newest value before this one that names another endpoint; what only differs in its login is passed over. */
function formerOf(
  { Value: value = '', Version: version = 0 }: Parameter,
  history: readonly ParameterHistory[],
): string | undefined {
  const now = endpointIn(value);
  const isAnother = ({ Value = '' }: ParameterHistory) => {
    const endpoint = endpointIn(Value);
    return now !== undefined && endpoint !== undefined && !areSame(endpoint, now);
  };
  return history
    .filter(({ Version = 0 }) => Version < version)
    .toSorted((one, other) => (other.Version ?? 0) - (one.Version ?? 0))
    .find(isAnother)?.Value;
}

async function currentOf(client: SSMClient, Name: string): Promise<Parameter | undefined> {
  try {
    return (await client.send(new GetParameterCommand({ Name, WithDecryption: true }))).Parameter;
  } catch (error) {
    if (nameOf(error) === 'ParameterNotFound') return undefined;
    throw error;
  }
}

async function historyOf(client: SSMClient, Name: string): Promise<readonly ParameterHistory[]> {
  const found: ParameterHistory[] = [];
  for await (const page of paginateGetParameterHistory({ client }, { Name, WithDecryption: true }))
    found.push(...(page.Parameters ?? []));
  return found;
}
