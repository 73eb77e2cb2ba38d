import { isIPv4 } from 'node:net';
import { refuseUnknown } from './lambda/refuse.ts';
import { type Call, NotModelledError, type Service, ServiceError } from './service.ts';

interface RecordSet {
  /** Lower-case, with the dot at the end. */
  readonly Name: string;
  readonly Type: string;
  readonly TTL: number;
  readonly ResourceRecords: readonly { readonly Value: string }[];
}

interface Zone {
  readonly id: string;
  readonly name: string;
  readonly callerReference: string;
  records: readonly RecordSet[];
}

interface Change {
  readonly Action: 'CREATE' | 'DELETE' | 'UPSERT';
  readonly ResourceRecordSet: RecordSet;
}

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html, as far as zones are made of it. */
const DOMAIN = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+$/;

/** Route 53: public hosted zones and their simple records. It is of no region, and resolves nothing. */
export function createRoute53(): Service {
  const zones = new Map<string, Zone>();
  return {
    name: 'route53',
    operations: {
      CreateHostedZone: async (input, call) => createZone(zones, input, call),
      ListResourceRecordSets: async (input, call) => listRecords(zones, input, call),
      ChangeResourceRecordSets: async (input, call) => changeRecords(zones, input, call),
    },
  };
}

/** @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html */
function createZone(
  zones: Map<string, Zone>,
  input: { readonly Name: string; readonly CallerReference: string },
  call: Call,
): object {
  refuseUnknown('route53:CreateHostedZone', input, ['Name', 'CallerReference']);
  call.authorize({ action: 'route53:CreateHostedZone', resource: '*' });
  const name = canonical(input.Name);
  if (!DOMAIN.test(name))
    throw new ServiceError('InvalidDomainName', `${input.Name} is not a valid domain name`);
  if ([...zones.values()].some(({ callerReference }) => callerReference === input.CallerReference))
    throw new ServiceError(
      'HostedZoneAlreadyExists',
      `A hosted zone has already been created with the specified caller reference.`,
      409,
    );
  const id = `Z${String(zones.size + 1).padStart(13, '0')}LOCAL`;
  zones.set(id, { id, name, callerReference: input.CallerReference, records: [] });
  return {
    HostedZone: { Id: `/hostedzone/${id}`, Name: name, CallerReference: input.CallerReference },
    ChangeInfo: changeInfo(call),
    DelegationSet: { NameServers: ['ns-1.awsdns-00.example'] },
    Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${id}`,
  };
}

interface ListInput {
  readonly HostedZoneId: string;
  readonly StartRecordName?: string;
  readonly StartRecordType?: string;
  readonly MaxItems?: number;
}

const LIST_MEMBERS = ['HostedZoneId', 'StartRecordName', 'StartRecordType', 'MaxItems'];
const PAGE = 300;

/**
 * In the order of the names read from the end, then of the types.
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html
 */
function listRecords(zones: ReadonlyMap<string, Zone>, input: ListInput, call: Call): object {
  refuseUnknown('route53:ListResourceRecordSets', input, LIST_MEMBERS);
  const zone = authorizedZone(zones, input.HostedZoneId, call);
  const start = sortKey({ Name: canonical(input.StartRecordName ?? ''), Type: input.StartRecordType ?? '' });
  const from = zone.records
    .filter((record) => input.StartRecordName === undefined || sortKey(record) >= start)
    .toSorted((one, other) => (sortKey(one) < sortKey(other) ? -1 : 1));
  const most = input.MaxItems ?? PAGE;
  const next = from[most];
  return {
    ResourceRecordSets: from.slice(0, most),
    IsTruncated: next !== undefined,
    MaxItems: most,
    ...(next === undefined ? {} : { NextRecordName: next.Name, NextRecordType: next.Type }),
  };
}

function sortKey({ Name, Type }: Pick<RecordSet, 'Name' | 'Type'>): string {
  return `${Name.split('.').reverse().join('.')} ${Type}`;
}

interface ChangeInput {
  readonly HostedZoneId: string;
  readonly ChangeBatch: { readonly Comment?: string; readonly Changes: readonly Change[] };
}

/**
 * All changes of a batch, or none. A DELETE names the record as it is, TTL and values included.
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
 */
function changeRecords(zones: ReadonlyMap<string, Zone>, input: ChangeInput, call: Call): object {
  refuseUnknown('route53:ChangeResourceRecordSets', input, ['HostedZoneId', 'ChangeBatch']);
  refuseUnknown('route53:ChangeBatch', input.ChangeBatch, ['Comment', 'Changes']);
  const zone = authorizedZone(zones, input.HostedZoneId, call);
  zone.records = input.ChangeBatch.Changes.reduce(
    (records, change) => changed(records, change, zone),
    zone.records,
  );
  return { ChangeInfo: changeInfo(call) };
}

/** Seconds: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html */
const LONGEST_TTL = 2_147_483_647;

const TYPES = ['CNAME', 'TXT', 'A'];

function changed(records: readonly RecordSet[], { Action, ResourceRecordSet }: Change, zone: Zone) {
  refuseUnknown('route53:ResourceRecordSet', ResourceRecordSet, ['Name', 'Type', 'TTL', 'ResourceRecords']);
  const record = { ...ResourceRecordSet, Name: canonical(ResourceRecordSet.Name) };
  const { Name, Type } = record;
  if (!(record.TTL >= 0 && record.TTL <= LONGEST_TTL))
    throw new ServiceError('InvalidInput', `Invalid value for TTL: ${record.TTL}`);
  if (!TYPES.includes(Type)) throw new NotModelledError(`records of type ${Type} in Route 53`);
  if (!`.${Name}`.endsWith(`.${zone.name}`))
    throw invalidBatch(`RRSet with DNS name ${Name} is not permitted in zone ${zone.name}`);
  const is = (each: RecordSet) => each.Name === Name && each.Type === Type;
  const present = records.find(is);
  const others = records.filter((each) => !is(each));
  if (Action === 'DELETE') {
    if (present === undefined)
      throw invalidBatch(
        `Tried to delete resource record set [name='${Name}', type='${Type}'] but it was not found`,
      );
    if (!same(present, record))
      throw invalidBatch(
        `Tried to delete resource record set [name='${Name}', type='${Type}'] but the values provided do not match the current values`,
      );
    return others;
  }
  if (Action === 'CREATE' && present !== undefined)
    throw invalidBatch(
      `Tried to create resource record set [name='${Name}', type='${Type}'] but it already exists`,
    );
  if (others.some((each) => each.Name === Name && [each.Type, Type].includes('CNAME')))
    throw invalidBatch(`RRSet of type CNAME with DNS name ${Name} conflicts with other records`);
  if (Type === 'CNAME' && Name === zone.name)
    throw invalidBatch(
      `RRSet of type CNAME with DNS name ${Name} is not permitted at apex in zone ${zone.name}`,
    );
  checkValues(record);
  return [...others, record];
}

function checkValues({ Type, ResourceRecords }: RecordSet): void {
  for (const { Value } of ResourceRecords) {
    if (Type === 'TXT' && !/^"[^"]{0,255}"$/.test(Value))
      throw malformed('InvalidCharacterString (Value should be enclosed in quotation marks)', Value);
    if (Type === 'A' && !isIPv4(Value))
      throw malformed('ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)', Value);
    if (Type === 'CNAME' && (!/^[\w.-]+$/.test(Value) || ResourceRecords.length > 1))
      throw invalidBatch(`Invalid Resource Record: '${Value}' is not a single domain name`);
  }
}

/** In the words of https://github.com/hashicorp/terraform/issues/14941. */
function malformed(problem: string, value: string): ServiceError {
  return invalidBatch(`Invalid Resource Record: 'FATAL problem: ${problem} encountered with '${value}''`);
}

function same(one: RecordSet, other: RecordSet): boolean {
  const values = ({ ResourceRecords }: RecordSet) =>
    ResourceRecords.map(({ Value }) => Value)
      .sort()
      .join('\n');
  return one.TTL === other.TTL && values(one) === values(other);
}

function authorizedZone(zones: ReadonlyMap<string, Zone>, id: string, call: Call): Zone {
  call.authorize({ action: `route53:${call.operation}`, resource: `arn:aws:route53:::hostedzone/${id}` });
  const zone = zones.get(id);
  if (zone === undefined)
    throw new ServiceError('NoSuchHostedZone', `No hosted zone found with ID: ${id}`, 404);
  return zone;
}

function canonical(name: string): string {
  const lower = name.toLowerCase();
  return lower === '' || lower.endsWith('.') ? lower : `${lower}.`;
}

function changeInfo({ requestId, now }: Call): object {
  return {
    Id: `/change/C${requestId.replaceAll('-', '').toUpperCase()}`,
    Status: 'PENDING',
    SubmittedAt: new Date(now),
  };
}

function invalidBatch(message: string): ServiceError {
  return new ServiceError('InvalidChangeBatch', `[${message}]`);
}
