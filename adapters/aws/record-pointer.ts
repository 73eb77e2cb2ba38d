import {
  type Change,
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
  type RRType,
} from '@aws-sdk/client-route-53';
import { AppError } from '../../core/model/errors.ts';
import type { Pointer } from '../../core/ports.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { nameOf, translating } from './translate.ts';

/** The TXT record beside the CNAME that holds what it was before the last cut-over. */
const FORMER_PREFIX = '_redrill-former.';
/** Route 53 is of no region; this is where its requests are signed for. */
const SIGNED_FOR = 'us-east-1';

/**
 * A CNAME record of a hosted zone. It is changed in one batch with the TXT record that keeps the former value, and the
 * batch deletes the record exactly as it was read: if it is not so any more, Route 53 refuses all of it.
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html (checked 2026-11-22)
 */
export async function recordPointer(name: string, zone: string): Promise<Pointer> {
  const client = new Route53Client({ ...CLIENT_OPTIONS, region: SIGNED_FOR });
  const HostedZoneId = zone.replace(/^\/hostedzone\//, '');
  const find = (Name: string, Type: RRType) => record(client, { HostedZoneId, Name, Type });
  const title = `record ${name} in the hosted zone ${HostedZoneId}`;
  const present = await find(name, 'CNAME');
  return {
    title,
    holds: 'host',
    ...(present?.TTL === undefined ? {} : { staleSeconds: present.TTL }),
    read: async () => {
      if (present === undefined) return undefined;
      const former = onlyValueOf(await find(`${FORMER_PREFIX}${name}`, 'TXT'))?.replaceAll('"', '');
      return { value: onlyValueOf(present) ?? '', former, version: JSON.stringify(present) };
    },
    turn: ({ value, version }, to) =>
      translating(`change the ${title}`, async () => {
        const before: ResourceRecordSet = JSON.parse(version);
        const former = { Name: `${FORMER_PREFIX}${name}`, Type: 'TXT', TTL: before.TTL } as const;
        const Changes: Change[] = [
          { Action: 'DELETE', ResourceRecordSet: before },
          { Action: 'CREATE', ResourceRecordSet: { ...before, ResourceRecords: [{ Value: to }] } },
          { Action: 'UPSERT', ResourceRecordSet: { ...former, ResourceRecords: [{ Value: `"${value}"` }] } },
        ];
        try {
          const ChangeBatch = { Comment: 'redrill cutover', Changes };
          await client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch }));
        } catch (error) {
          if (nameOf(error) !== 'InvalidChangeBatch') throw error;
          throw new AppError('PointerMoved', `the ${title} was not changed: ${(error as Error).message}`, {
            cause: error,
          });
        }
      }),
  };
}

interface Wanted {
  readonly HostedZoneId: string;
  readonly Name: string;
  readonly Type: RRType;
}

/** @throws AppError `CutOverRefused` for a record that is answered by weight, place or health: one of several */
async function record(
  client: Route53Client,
  { HostedZoneId, Name, Type }: Wanted,
): Promise<ResourceRecordSet | undefined> {
  const known = { NoSuchHostedZone: 'CutOverRefused', InvalidInput: 'CutOverRefused' } as const;
  const read = async () => {
    const input = { HostedZoneId, StartRecordName: Name, StartRecordType: Type, MaxItems: 1 };
    const { ResourceRecordSets } = await client.send(new ListResourceRecordSetsCommand(input));
    const [found] = ResourceRecordSets ?? [];
    const bare = (text = '') => text.toLowerCase().replace(/\.$/, '');
    if (found === undefined || found.Type !== Type || bare(found.Name) !== bare(Name)) return undefined;
    if (found.SetIdentifier === undefined && found.AliasTarget === undefined) return found;
    throw new AppError(
      'CutOverRefused',
      `${Name} is one of several records, or an alias; only a plain CNAME is switched`,
    );
  };
  return translating(`look for the record ${Name} in the zone ${HostedZoneId}`, read, known);
}

function onlyValueOf(found: ResourceRecordSet | undefined): string | undefined {
  return found?.ResourceRecords?.[0]?.Value;
}
