import type { DescribeEventsCommandInput, Event } from '@aws-sdk/client-elasticache';
import type { Call } from '../service.ts';
import type { Context } from './context.ts';
import { pageOf, USUAL_PAGE } from './paging.ts';
import { acceptOnly, invalidCombination, invalidValue } from './refusals.ts';
import type { EventRecord, RegionState } from './state.ts';

/** Of which events can be asked for, modelled or not. https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeEvents.html */
const SOURCE_TYPES: readonly string[] = [
  'cache-cluster',
  'cache-parameter-group',
  'cache-security-group',
  'cache-subnet-group',
  'replication-group',
  'serverless-cache',
  'serverless-cache-snapshot',
  'user',
  'user-group',
];

const MINUTE_MS = 60_000;
/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeEvents.html: the last 14 days. */
const KEPT_MS = 14 * 24 * 60 * MINUTE_MS;
/** By default, the events of the last hour. Same page. */
const USUAL_DURATION_MINUTES = 60;
const PARAMETERS = [
  'SourceIdentifier',
  'SourceType',
  'StartTime',
  'EndTime',
  'Duration',
  'MaxRecords',
  'Marker',
];

export function describeEvents(
  state: RegionState,
  input: DescribeEventsCommandInput,
  call: Call,
  { readings }: Context,
) {
  acceptOnly('DescribeEvents', input, PARAMETERS);
  call.authorize({ action: 'elasticache:DescribeEvents', resource: '*' });
  if (input.SourceIdentifier !== undefined && input.SourceType === undefined) {
    throw invalidCombination('SourceType must be given with SourceIdentifier');
  }
  if (input.SourceType !== undefined && !SOURCE_TYPES.includes(input.SourceType)) {
    throw invalidValue(`SourceType '${input.SourceType}' is not one of ${SOURCE_TYPES.join(', ')}`);
  }
  const end = input.EndTime?.getTime() ?? call.now;
  const asked = input.StartTime?.getTime() ?? end - (input.Duration ?? USUAL_DURATION_MINUTES) * MINUTE_MS;
  const start = Math.max(asked, call.now - KEPT_MS);
  const numbered = state.events.map((event, index) => ({ event, index }));
  const wanted = numbered.filter(
    ({ event }) =>
      event.at >= start &&
      event.at <= end &&
      (input.SourceType === undefined || event.sourceType === input.SourceType) &&
      (input.SourceIdentifier === undefined || event.sourceId === input.SourceIdentifier),
  );
  const page = pageOf(wanted, ({ index }) => `${index}`.padStart(12, '0'), {
    request: input,
    bounds: USUAL_PAGE,
    readings,
  });
  return { ...(page.Marker === undefined ? {} : { Marker: page.Marker }), Events: page.items.map(viewOf) };
}

function viewOf({ event }: { readonly event: EventRecord }): Event {
  return {
    SourceIdentifier: event.sourceId,
    SourceType: event.sourceType,
    Message: event.message,
    Date: new Date(event.at),
  };
}
