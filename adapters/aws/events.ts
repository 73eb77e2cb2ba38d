import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE, EVENTS } from '../../core/contracts/events.ts';
import { AppError, type ErrorCode } from '../../core/model/errors.ts';
import type { Events } from '../../core/ports.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { translating } from './translate.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html (checked 2026-11-24) */
const ENTRIES_MAX = 10;

/** Before each further attempt at entries that EventBridge could not take at that moment, ms. */
const RETRY_DELAYS_MS = [200, 1_000];

/**
 * What EventBridge answers of one entry of a request that it has accepted; everything else is the sender's mistake.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html (checked 2026-11-24)
 */
const CODES: Readonly<Record<string, ErrorCode>> = {
  InternalFailure: 'AwsUnavailable',
  InternalException: 'AwsUnavailable',
  ThrottlingException: 'AwsThrottled',
  AccessDeniedException: 'AccessDenied',
  NotAuthorizedForSourceException: 'AccessDenied',
  NotAuthorizedForDetailTypeException: 'AccessDenied',
};

export interface EventBusOptions {
  /** Name, in the client's region. */
  readonly bus: string;
  readonly client?: EventBridgeClient;
  /** @default a timer */
  readonly wait?: (ms: number) => Promise<void>;
}

/** An event bus. A request that is answered with 200 may have failed in part: that part is sent again. */
export function eventBus({
  bus,
  client = new EventBridgeClient(CLIENT_OPTIONS),
  wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}: EventBusOptions): Events {
  const send = (entries: readonly PutEventsRequestEntry[]) =>
    translating(`put ${entries.length} events on the bus ${bus}`, async () => {
      const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: [...entries] }));
      return Entries;
    });
  return {
    put: async (events) => {
      const entries = events.map(({ name, detail }) => ({
        Source: EVENT_SOURCE,
        DetailType: EVENTS[name].detailType,
        Detail: JSON.stringify(detail),
        EventBusName: bus,
      }));
      for (let first = 0; first < entries.length; first += ENTRIES_MAX) {
        let left = entries.slice(first, first + ENTRIES_MAX);
        for (const delayMs of [...RETRY_DELAYS_MS, undefined]) {
          const results = await send(left);
          const failed = results.filter(({ ErrorCode }) => ErrorCode !== undefined);
          if (failed.length === 0) break;
          if (delayMs === undefined || !failed.every(isPassing)) throw refusalOf(failed, bus);
          left = left.filter((_, index) => results[index]?.ErrorCode !== undefined);
          await wait(delayMs);
        }
      }
    },
  };
}

const codeOf = ({ ErrorCode = '' }: PutEventsResultEntry): ErrorCode => CODES[ErrorCode] ?? 'RefusedByAws';

function isPassing(entry: PutEventsResultEntry): boolean {
  return ['AwsUnavailable', 'AwsThrottled'].includes(codeOf(entry));
}

function refusalOf(failed: readonly PutEventsResultEntry[], bus: string): AppError {
  const worst = failed.find((entry) => !isPassing(entry)) ?? failed[0] ?? {};
  return new AppError(
    codeOf(worst),
    `the bus ${bus} did not take ${failed.length} events: ${worst.ErrorCode}: ${worst.ErrorMessage ?? ''}`,
  );
}
