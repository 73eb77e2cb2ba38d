import { randomUUID } from 'node:crypto';
import type { ResourceHandler } from '../cloudformation/resource.ts';
import { type DeliveryContext, deliver } from './events/delivery.ts';
import { ruleOperations } from './events/operations.ts';
import { matches } from './events/pattern.ts';
import { busArn, DEFAULT_BUS, parseRule, Rules } from './events/rules.ts';
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
  readonly bus: string;
  readonly principal: Principal;
}

export interface EventBridge {
  readonly service: Service;
  readonly resourceHandlers: readonly ResourceHandler[];
  /** Everything put by callers, in order. */
  readonly accepted: readonly AcceptedEvent[];
  /** Puts an event of an AWS service on the default bus of its account. */
  emit(event: Pick<AcceptedEvent, 'account' | 'region' | 'source' | 'detailType' | 'detail'>): void;
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

/** EventBridge: buses, and rules that invoke functions. */
export function createEventBridge(context: DeliveryContext): EventBridge {
  const accepted: AcceptedEvent[] = [];
  const rules = new Rules();
  const pass = (event: AcceptedEvent) => {
    const text = envelopeOf(event);
    for (const rule of rules.on(busArn(event, event.bus)))
      if (rule.state === 'ENABLED' && matches(rule.pattern, JSON.parse(text)))
        for (const target of rule.targets) void deliver(context, rule, target, text);
  };
  const operations: Service['operations'] = {
    PutEvents: async (input: PutEventsInput, call) => {
      refuseUnknown('events:PutEvents', input, ['Entries']);
      const { Entries: entries = [] } = input;
      checkRequest(entries);
      authorize(rules, entries, call);
      const results = entries.map((entry) => {
        const { event, result } = put(entry, call);
        if (event !== undefined) {
          accepted.push(event);
          pass(event);
        }
        return result;
      });
      return {
        FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length,
        Entries: results,
      };
    },
    ...ruleOperations(rules),
  };
  const service = { name: 'events', operations };
  return {
    service,
    resourceHandlers: [ruleHandler(rules)],
    accepted,
    emit: (event) => {
      const { account } = event;
      const principal = { kind: 'service', arn: `${event.source}.amazonaws.com`, account } as const;
      pass({ ...event, id: randomUUID(), at: context.clock.now(), bus: DEFAULT_BUS, principal });
    },
  };
}

/** https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
function envelopeOf({ id, at, account, region, source, detailType, detail }: AcceptedEvent): string {
  const time = new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
  return JSON.stringify({
    version: '0',
    id,
    'detail-type': detailType,
    source,
    account,
    time,
    region,
    resources: [],
    detail,
  });
}

function ruleHandler(rules: Rules): ResourceHandler {
  return {
    type: 'AWS::Events::Rule',
    properties: ['Description', 'EventBusName', 'EventPattern', 'Name', 'State', 'Targets'],
    create: async (declaration) => {
      const rule = parseRule(declaration);
      rules.put(rule);
      return { ref: rule.name, attributes: { Arn: rule.arn } };
    },
    update: async (declaration, { ref, attributes }) => {
      rules.put(parseRule(declaration));
      return { ref, attributes };
    },
    delete: async ({ attributes }) => rules.remove(attributes.Arn ?? ''),
  };
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

function authorize(rules: Rules, entries: readonly Entry[], call: Call): void {
  const { region, principal } = call;
  const place = { region, account: principal.account };
  for (const entry of entries) {
    const name = busOf(entry);
    // What AWS answers for a bus that is not there is not documented.
    if (!rules.hasBus(place, name)) throw new NotModelledError(`the event bus ${name}, which does not exist`);
    const arn = busArn(place, name);
    call.authorize({ action: 'events:PutEvents', resource: arn, resourceAccount: principal.account });
  }
}

/** By its name or its ARN. */
const busOf = ({ EventBusName: name = DEFAULT_BUS }: Entry) => name.split('/').at(-1) ?? name;

interface Outcome {
  readonly event?: AcceptedEvent;
  readonly result: EntryResult;
}

function put(entry: Entry, call: Call): Outcome {
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
  const { account } = principal;
  return {
    event: { id, at, account, region, source, detailType, detail: parsed, bus: busOf(entry), principal },
    result: { EventId: id },
  };
}

const refused = (ErrorCode: string, ErrorMessage: string): Outcome => ({
  result: { ErrorCode, ErrorMessage },
});

/** "Detail" is "a valid JSON object". */
function objectIn(text: string): object | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
