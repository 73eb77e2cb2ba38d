import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../clock.ts';
import { createFabric } from '../../fabric.ts';
import { Faults } from '../../faults.ts';
import { checkPattern, matches } from '../../model/events/pattern.ts';
import { createEventBridge } from '../../model/events.ts';
import { ACCOUNT, ADMINISTRATOR, REGION } from './region.ts';

function region() {
  const clock = new VirtualClock();
  const fabric = createFabric({ clock, faults: new Faults() });
  const events = createEventBridge({ clock, fabric });
  fabric.register(events.service);
  const put = (...Entries: readonly object[]) =>
    fabric.call({
      service: 'events',
      operation: 'PutEvents',
      region: REGION,
      principal: ADMINISTRATOR,
      input: { Entries },
    });
  const call = (operation: string, input: object) =>
    fabric.call({ service: 'events', operation, region: REGION, principal: ADMINISTRATOR, input });
  return { events, put, call };
}
const ENTRY = { Source: 'shop', DetailType: 'Order', Detail: '{"id":7}' };

describe('the default event bus', () => {
  it('keeps what it accepted, with place and time', async () => {
    const { events, put } = region();
    expect(await put(ENTRY)).toMatchObject({
      FailedEntryCount: 0,
      Entries: [{ EventId: expect.any(String) }],
    });
    expect(events.accepted).toMatchObject([
      { account: ACCOUNT, region: REGION, source: 'shop', detailType: 'Order', detail: { id: 7 } },
    ]);
  });

  it.each([
    ['a source of AWS', { Source: 'aws.s3' }, 'NotAuthorizedForSourceException'],
    ['a detail that is not an object', { Detail: '[]' }, 'MalformedDetail'],
    ['no detail type', { DetailType: undefined }, 'InvalidArgument'],
  ])('refuses an entry with %s, and takes the others', async (_what, changed, ErrorCode) => {
    const { events, put } = region();
    expect(await put({ ...ENTRY, ...changed }, ENTRY)).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode }, { EventId: expect.any(String) }],
    });
    expect(events.accepted).toHaveLength(1);
  });

  it.each([
    ['another bus', { EventBusName: 'orders' }, /event bus orders/],
    ['resources', { Resources: ['arn'] }, /Resources/],
  ])('does not model %s', async (_what, changed, message) => {
    await expect(region().put({ ...ENTRY, ...changed })).rejects.toThrow(message);
  });
});

describe('a bus of one’s own', () => {
  it('is created, described, takes events, and is deleted', async () => {
    const { events, put, call } = region();
    const Arn = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/operations`;
    await expect(call('DescribeEventBus', { Name: 'operations' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    expect(await call('CreateEventBus', { Name: 'operations' })).toEqual({ EventBusArn: Arn });
    expect(await call('DescribeEventBus', { Name: 'operations' })).toEqual({ Name: 'operations', Arn });
    await put({ ...ENTRY, EventBusName: 'operations' });
    expect(events.accepted).toMatchObject([{ bus: 'operations' }]);
    await call('DeleteEventBus', { Name: 'operations' });
    await expect(call('DescribeEventBus', { Name: 'operations' })).rejects.toThrow('does not exist');
  });
});

describe('a pattern', () => {
  const pattern = checkPattern({ source: ['shop', 'bank'], detail: { name: [{ prefix: 'redrill-' }] } });

  it.each([
    [{ source: 'shop', detail: { name: 'redrill-a' } }, true],
    [{ source: 'bank', detail: { name: 'redrill-a', more: 1 } }, true],
    [{ source: 'post', detail: { name: 'redrill-a' } }, false],
    [{ source: 'shop', detail: { name: 'other' } }, false],
    [{ source: 'shop' }, false],
  ])('%j', (event, passes) => expect(matches(pattern, event)).toBe(passes));

  it('is refused with anything but texts and prefixes', () =>
    expect(() => checkPattern({ source: [{ suffix: 'x' }] })).toThrow('EventPattern.source'));
});
