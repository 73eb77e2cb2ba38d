import { randomUUID } from 'node:crypto';
import { refuseUnknown } from './lambda/refuse.ts';
import { type Call, NotModelledError, type Principal, type Service, ServiceError } from './service.ts';

/** An event that a bus accepted. */
export interface AcceptedEvent {
  readonly id: string;
  /** Virtual time, ms since the epoch. */
  readonly at: number;
  readonly account: string;
  readonly region: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
  readonly principal: Principal;
}

export interface EventBridge {
  readonly service: Service;
  /** Everything put, in order. */
  readonly accepted: readonly AcceptedEvent[];
}

interface PutEventsInput {
  readonly Entries?: readonly Entry[];
}

interface Entry {
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly EventBusName?: string;
}

interface EntryResult {
  readonly EventId?: string;
  readonly ErrorCode?: string;
  readonly ErrorMessage?: string;
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const ENTRIES_MAX = 10;
/** Newer accounts may send more; the smaller limit is that of the page. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size */
const REQUEST_MAX_BYTES = 262_144;

/** EventBridge: the default bus of each account and region, which every account has. */
export function createEventBridge(): EventBridge {
  const accepted: AcceptedEvent[] = [];
  const operations: Service['operations'] = {
    PutEvents: async (input: PutEventsInput, call) => {
      refuseUnknown('events:PutEvents', input, ['Entries']);
      const { Entries: entries = [] } = input;
      checkRequest(entries);
      authorize(entries, call);
      const results = entries.map((entry) => put(entry, call, accepted));
      return {
        FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length,
        Entries: results,
      };
    },
  };
  return { service: { name: 'events', operations }, accepted };
}

/** The texts: https://github.com/getmoto/moto/blob/master/moto/events/models.py (put_events) */
function checkRequest(entries: readonly Entry[]): void {
  if (entries.length === 0 || entries.length > ENTRIES_MAX)
    throw new ServiceError(
      'ValidationException',
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${entries.length === 0 ? 'greater than or equal to 1' : `less than or equal to ${ENTRIES_MAX}`}`,
    );
  for (const entry of entries)
    refuseUnknown('events:PutEvents Entries', entry, ['Source', 'DetailType', 'Detail', 'EventBusName']);
  if (entries.reduce((bytes, entry) => bytes + sizeOf(entry), 0) > REQUEST_MAX_BYTES)
    throw new ServiceError(
      'ValidationException',
      'Total size of the entries in the request is over the limit.',
    );
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size */
function sizeOf({ Source = '', DetailType = '', Detail = '' }: Entry): number {
  return [Source, DetailType, Detail].reduce((bytes, text) => bytes + Buffer.byteLength(text), 0);
}

function authorize(entries: readonly Entry[], call: Call): void {
  const { region, principal } = call;
  for (const { EventBusName: name = 'default' } of entries) {
    const arn = `arn:aws:events:${region}:${principal.account}:event-bus/default`;
    if (name !== 'default' && name !== arn) throw new NotModelledError(`the event bus ${name}`);
    call.authorize({ action: 'events:PutEvents', resource: arn, resourceAccount: principal.account });
  }
}

function put(entry: Entry, call: Call, accepted: AcceptedEvent[]): EntryResult {
  const { Source: source = '', DetailType: detailType = '', Detail: detail = '' } = entry;
  const missing = Object.entries({ Source: source, DetailType: detailType, Detail: detail }).find(
    ([, value]) => value === '',
  );
  if (missing !== undefined)
    return refused(
      'InvalidArgument',
      `Parameter ${missing[0]} is not valid. Reason: ${missing[0]} is a required argument.`,
    );
  if (source.startsWith('aws.'))
    return refused('NotAuthorizedForSourceException', 'Not authorized for the source.');
  const parsed = objectIn(detail);
  if (parsed === undefined) return refused('MalformedDetail', 'Detail is malformed.');
  const id = randomUUID();
  const { now: at, region, principal } = call;
  accepted.push({
    id,
    at,
    account: principal.account,
    region,
    source,
    detailType,
    detail: parsed,
    principal,
  });
  return { EventId: id };
}

const refused = (ErrorCode: string, ErrorMessage: string): EntryResult => ({ ErrorCode, ErrorMessage });

/** "Detail" is "a valid JSON object". */
function objectIn(text: string): object | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
