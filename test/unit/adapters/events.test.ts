import type { EventBridgeClient, PutEventsCommand, PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { eventBus } from '../../../adapters/aws/events.ts';
import type { RedrillEvent } from '../../../core/contracts/events.ts';
import { parseSlot } from '../../../core/model/slot.ts';

const released = (number: number): RedrillEvent => ({
  name: 'Released',
  detail: {
    version: 1,
    id: `release/daily/orders/${number}`,
    region: 'eu-central-1',
    cache: 'orders',
    plan: 'orders',
    slot: parseSlot('20261121T060000Z'),
    tier: 'daily',
    why: '2 newer verified ones exist',
  },
});
const EVENTS = Array.from({ length: 12 }, (_, number) => released(number));

/** A bus that answers each request in turn as it is told, and takes everything after that. */
function bus(...answers: readonly (readonly (string | undefined)[])[]) {
  const requests: string[][] = [];
  const waits: number[] = [];
  const client = {
    send: async ({ input: { Entries = [] } }: PutEventsCommand) => {
      const codes = answers[requests.length] ?? [];
      requests.push(Entries.map(({ Detail = '{}' }) => JSON.parse(Detail).id.split('/').at(-1)));
      return {
        Entries: Entries.map((_, index): PutEventsResultEntry => {
          const ErrorCode = codes[index];
          return ErrorCode === undefined ? { EventId: 'e' } : { ErrorCode, ErrorMessage: 'why' };
        }),
      };
    },
  } as unknown as EventBridgeClient;
  const events = eventBus({
    bus: 'default',
    client,
    wait: async (ms) => {
      waits.push(ms);
    },
  });
  return { events, requests, waits };
}

describe('the event bus', () => {
  it('is given ten events at a time', async () => {
    const { events, requests } = bus();
    await events.put(EVENTS);
    expect(requests.map(({ length }) => length)).toEqual([10, 2]);
  });

  it('is given again what it could not take at that moment, and nothing else', async () => {
    const { events, requests, waits } = bus([undefined, 'ThrottlingException', 'InternalFailure']);
    await events.put(EVENTS.slice(0, 3));
    expect(requests).toEqual([
      ['0', '1', '2'],
      ['1', '2'],
    ]);
    expect(waits).toEqual([200]);
  });

  it.each([
    ['ThrottlingException', 'AwsThrottled', 3],
    ['InternalFailure', 'AwsUnavailable', 3],
    ['AccessDeniedException', 'AccessDenied', 1],
    ['NotAuthorizedForSourceException', 'AccessDenied', 1],
    ['MalformedDetail', 'RefusedByAws', 1],
  ])('that answers %s makes the sending fail with %s after %i attempts', async (entry, code, attempts) => {
    const { events, requests } = bus([entry], [entry], [entry]);
    await expect(events.put([released(1)])).rejects.toMatchObject({ code });
    expect(requests).toHaveLength(attempts);
  });

  it('that cannot be called makes the sending fail with the translated error', async () => {
    const client = {
      send: async () => {
        throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
      },
    } as unknown as EventBridgeClient;
    await expect(eventBus({ bus: 'default', client }).put([released(1)])).rejects.toMatchObject({
      code: 'AccessDenied',
      message: expect.stringContaining('put 1 events on the bus default'),
    });
  });
});
