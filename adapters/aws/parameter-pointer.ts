import {
  GetParameterCommand,
  LabelParameterVersionCommand,
  type Parameter,
  type ParameterHistory,
  PutParameterCommand,
  paginateGetParameterHistory,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { AppError } from '../../core/model/errors.ts';
import type { Pointer } from '../../core/ports.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { nameOf, translating } from './translate.ts';

/**
 * The label on the version that was current before the last cut-over; a parameter keeps its last 100 versions.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-labels.html (checked 2026-11-22)
 */
export const FORMER_LABEL = 'redrill-former';

/**
 * An SSM parameter. Parameter Store writes on no condition, so it is read just before, and the version that the write
 * yields shows whether somebody came in between.
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
        const history = await historyOf(client, Name);
        const former = history.find(({ Labels }) => Labels?.includes(FORMER_LABEL));
        const isBefore = (former?.Version ?? 0) < (current.Version ?? 0);
        return {
          value: current.Value ?? '',
          former: isBefore ? former?.Value : undefined,
          version: String(current.Version),
        };
      }),
    turn: ({ version }, Value) =>
      translating(`write ${Name}`, async () => {
        const [current, history] = [await currentOf(client, Name), await historyOf(client, Name)];
        if (String(current?.Version) !== version)
          throw new AppError('PointerMoved', `${Name} is at version ${current?.Version}, not ${version}`);
        const ParameterVersion = Number(version);
        await client.send(
          new LabelParameterVersionCommand({ Name, ParameterVersion, Labels: [FORMER_LABEL] }),
        );
        // Without its key, a SecureString would be encrypted under the account's own.
        const KeyId = history.find(({ Version }) => Version === ParameterVersion)?.KeyId;
        const { Version } = await client.send(
          new PutParameterCommand({ Name, Value, Type: current?.Type, Overwrite: true, KeyId }),
        );
        if (Version !== ParameterVersion + 1)
          throw new AppError(
            'PointerMoved',
            `${Name} was written by somebody else as version ${(Version ?? 0) - 1}, and then by this cut-over as version ${Version}`,
          );
      }),
  };
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
