import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../clock.ts';
import { createScheduler, type Scheduler } from '../../model/scheduler/scheduler.ts';
import { ServiceError } from '../../model/service.ts';
import { ACCOUNT, ADMIN, declare, REGION, TestFabric } from '../lambda/fixture.ts';

const START = Date.parse('2026-11-21T05:30:00Z');
const HOUR_MS = 3_600_000;
const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:start-backups`;
const MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:flow`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/scheduler`;

interface Arrival {
  readonly at: number;
  readonly service: string;
  readonly input: Record<string, unknown>;
}

function bed(refuse: (attempt: number) => ServiceError | undefined = () => undefined) {
  const fabric = new TestFabric(new VirtualClock(START));
  const arrivals: Arrival[] = [];
  const letters: Record<string, unknown>[] = [];
  const accept = (service: string) => async (input: Record<string, unknown>) => {
    arrivals.push({ at: fabric.clock.now(), service, input });
    const refusal = refuse(arrivals.length);
    if (refusal !== undefined) throw refusal;
    return {};
  };
  fabric.add({ name: 'lambda', operations: { Invoke: accept('lambda') } });
  fabric.add({ name: 'states', operations: { StartExecution: accept('states') } });
  fabric.add({
    name: 'sqs',
    operations: {
      SendMessage: async (input) => {
        letters.push(input);
        return {};
      },
    },
  });
  const scheduler = createScheduler({ clock: fabric.clock, fabric, roles: fabric });
  fabric.add(scheduler.service);
  const run = (ms: number) => fabric.clock.run({ until: fabric.clock.now() + ms });
  return { fabric, scheduler, arrivals, letters, run };
}

async function create(scheduler: Scheduler, properties: object, target: object = {}): Promise<void> {
  const handler = scheduler.resourceHandlers.find(({ type }) => type === 'AWS::Scheduler::Schedule');
  await handler?.create(
    declare('AWS::Scheduler::Schedule', 'Schedule', {
      Name: 'backups',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: FUNCTION, RoleArn: ROLE, ...target },
      ...properties,
    }),
  );
}

const payload = ({ input }: Arrival) => JSON.parse(new TextDecoder().decode(input.Payload as Uint8Array));

describe('firing', () => {
  it('cron fires at the right virtual instants, with its keywords filled in, asynchronously', async () => {
    const { scheduler, arrivals, run } = bed();
    const Input = JSON.stringify({
      slot: '<aws.scheduler.scheduled-time>',
      by: '<aws.scheduler.schedule-arn>',
      attempt: '<aws.scheduler.attempt-number>',
    });
    await create(
      scheduler,
      { ScheduleExpression: 'cron(0 0/6 * * ? *)', ScheduleExpressionTimezone: 'UTC' },
      { Input },
    );
    scheduler.start();
    await run(13 * HOUR_MS);
    expect(arrivals.map(payload)).toEqual(
      ['06', '12', '18'].map((hour) => ({
        slot: `2026-11-21T${hour}:00:00Z`,
        by: `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule/default/backups`,
        attempt: '1',
      })),
    );
    expect(arrivals[0]?.input.InvocationType).toBe('Event');
    for (const { at } of arrivals) expect(at % (6 * HOUR_MS)).toBeLessThan(500);
  });

  it('rate fires at once and then at its rate, at fires once', async () => {
    const { scheduler, arrivals, run } = bed();
    await create(
      scheduler,
      { Name: 'five', ScheduleExpression: 'rate(5 minutes)' },
      { Arn: MACHINE, Input: '{"a":1}' },
    );
    await create(scheduler, { Name: 'once', ScheduleExpression: 'at(2026-11-21T05:32:00)' });
    scheduler.start();
    await run(11 * 60_000);
    const minutes = (service: string) =>
      arrivals
        .filter((arrival) => arrival.service === service)
        .map(({ at }) => Math.floor((at - START) / 60_000));
    expect(minutes('states')).toEqual([0, 5, 10]);
    expect(minutes('lambda')).toEqual([2]);
    expect(arrivals[0]?.input).toEqual({ stateMachineArn: MACHINE, input: '{"a":1}' });
  });

  it('stops while it is disabled or paused, and can be delivered again', async () => {
    const { fabric, scheduler, arrivals, run } = bed();
    await create(scheduler, { ScheduleExpression: 'cron(0 * * * ? *)', State: 'DISABLED' });
    scheduler.start();
    const call = (operation: string, input: object) =>
      fabric.call({ service: 'scheduler', operation, region: REGION, principal: ADMIN, input });
    await run(2 * HOUR_MS);
    expect(arrivals).toHaveLength(0);
    const {
      Arn: _arn,
      CreationDate: _created,
      ...current
    } = (await call('GetSchedule', { Name: 'backups' })) as Record<string, unknown>;
    await call('UpdateSchedule', { ...current, State: 'ENABLED' });
    expect(await call('ListSchedules', {})).toMatchObject({
      Schedules: [{ Name: 'backups', State: 'ENABLED' }],
    });
    await run(HOUR_MS);
    expect(arrivals).toHaveLength(1);
    scheduler.pause();
    await run(3 * HOUR_MS);
    expect(arrivals).toHaveLength(1);
    scheduler.resume();
    await run(HOUR_MS);
    expect(arrivals).toHaveLength(2);
    const again = await scheduler.deliverAgain('backups', START);
    expect(again.outcome).toBe('delivered');
    expect(arrivals).toHaveLength(3);
  });

  it('is replaced, deleted and made again', async () => {
    const { fabric, scheduler, arrivals, run } = bed();
    await create(scheduler, { ScheduleExpression: 'cron(0 * * * ? *)' });
    scheduler.start();
    const call = (operation: string, input: object) =>
      fabric.call({ service: 'scheduler', operation, region: REGION, principal: ADMIN, input });
    const name = { Name: 'backups', GroupName: 'default' };
    const { Arn, CreationDate, ...current } = (await call('GetSchedule', name)) as Record<string, unknown>;
    // Not at the minute at which the runs below end: by a millisecond it would be in one or in the other.
    const changed = { ...current, ScheduleExpression: 'cron(45 * * * ? *)' };
    expect(await call('UpdateSchedule', changed)).toEqual({ ScheduleArn: Arn });
    expect(await call('GetSchedule', name)).toMatchObject({ Arn, CreationDate, ...changed });
    await run(2 * HOUR_MS);
    expect(arrivals.map(({ at }) => new Date(at).getUTCMinutes())).toEqual([45, 45]);
    await call('DeleteSchedule', name);
    await run(2 * HOUR_MS);
    expect(arrivals).toHaveLength(2);
    await expect(call('GetSchedule', name)).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    expect(await call('CreateSchedule', changed)).toEqual({ ScheduleArn: Arn });
    await expect(call('CreateSchedule', changed)).rejects.toMatchObject({ code: 'ConflictException' });
    await expect(call('CreateSchedule', { ...changed, KmsKeyArn: 'k' })).rejects.toThrow(/KmsKeyArn/);
    await run(2 * HOUR_MS);
    expect(arrivals).toHaveLength(4);
  });
});

describe('a refused delivery', () => {
  const throttled = new ServiceError('TooManyRequestsException', 'slow down', 429);

  it('is retried with growing delays, then put in the dead-letter queue', async () => {
    const { scheduler, arrivals, letters, run } = bed(() => throttled);
    const DeadLetterConfig = { Arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:dead` };
    const RetryPolicy = { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 3600 };
    await create(
      scheduler,
      { ScheduleExpression: 'at(2026-11-21T05:31:00)' },
      { DeadLetterConfig, RetryPolicy },
    );
    scheduler.start();
    await run(HOUR_MS);
    const seconds = arrivals.map(({ at }) => Math.round((at - (arrivals[0]?.at ?? 0)) / 1000));
    expect(seconds).toEqual([0, 2, 6, 14]);
    expect(letters).toHaveLength(1);
    expect(letters[0]).toMatchObject({
      QueueUrl: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/dead`,
      MessageAttributes: {
        ERROR_CODE: { StringValue: 'TooManyRequestsException' },
        RETRY_ATTEMPTS: { StringValue: '3' },
      },
    });
    expect(scheduler.deliveries).toMatchObject([{ attempts: 4, outcome: 'dead-lettered' }]);
  });

  it('takes the greatest number of retries within a day by default', async () => {
    const { scheduler, arrivals, run } = bed(() => throttled);
    await create(scheduler, { ScheduleExpression: 'at(2026-11-21T05:31:00)' });
    scheduler.start();
    await run(30 * HOUR_MS);
    expect(arrivals.length).toBeGreaterThan(180);
    expect(scheduler.deliveries).toMatchObject([{ outcome: 'dropped' }]);
  });

  it('is not retried when a permission is missing, or the role cannot be assumed', async () => {
    const { fabric, scheduler, arrivals, run } = bed(() => new ServiceError('AccessDenied', 'no', 403));
    await create(scheduler, { ScheduleExpression: 'at(2026-11-21T05:31:00)' });
    scheduler.start();
    await run(HOUR_MS);
    expect(arrivals).toHaveLength(1);
    fabric.untrusted.add('scheduler.amazonaws.com');
    expect(await scheduler.deliverAgain('backups', START)).toMatchObject({
      outcome: 'dropped',
      error: 'AccessDenied',
    });
    expect(arrivals).toHaveLength(1);
  });
});

describe('deployment refuses', () => {
  it.each([
    [
      'time zones',
      { ScheduleExpression: 'rate(1 day)', ScheduleExpressionTimezone: 'Europe/Berlin' },
      {},
      /Europe\/Berlin/,
    ],
    [
      'flexible windows',
      { ScheduleExpression: 'rate(1 day)', FlexibleTimeWindow: { Mode: 'FLEXIBLE' } },
      {},
      /FLEXIBLE/,
    ],
    [
      'universal targets',
      { ScheduleExpression: 'rate(1 day)' },
      { Arn: 'arn:aws:scheduler:::aws-sdk:sns:publish' },
      /aws-sdk/,
    ],
    ['a wrong expression', { ScheduleExpression: 'cron(0 6 * * * *)' }, {}, /Invalid Schedule Expression/],
    [
      'a retry policy out of range',
      { ScheduleExpression: 'rate(1 day)' },
      { RetryPolicy: { MaximumRetryAttempts: 186 } },
      /186/,
    ],
    ['an unknown group', { ScheduleExpression: 'rate(1 day)', GroupName: 'nowhere' }, {}, /group nowhere/],
  ])('%s', async (_what, properties, target, message) => {
    await expect(create(bed().scheduler, properties, target)).rejects.toThrow(message);
  });
});
