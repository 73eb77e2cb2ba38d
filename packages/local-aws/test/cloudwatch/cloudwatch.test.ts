import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../clock.ts';
import { createCloudWatch } from '../../model/cloudwatch/cloudwatch.ts';
import { MetricStore } from '../../model/cloudwatch/metrics.ts';
import { LogStore, logGroupHandler } from '../../model/logs.ts';
import type { Operation, Principal } from '../../model/service.ts';
import { ACCOUNT, ADMIN, declare, REGION, TestFabric } from '../lambda/fixture.ts';

const SIX_O_CLOCK = Date.parse('2026-11-21T06:00:00Z');
const START = SIX_O_CLOCK + 30_000;
const MINUTE_MS = 60_000;
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`;
const GROUP = { account: ACCOUNT, region: REGION, name: '/app' };

function bed() {
  const fabric = new TestFabric(new VirtualClock(START));
  const logs = new LogStore(fabric.clock);
  const metrics = new MetricStore();
  const notices: { principal: Principal; input: Record<string, string> }[] = [];
  const Publish: Operation = async (input, { principal }) => {
    notices.push({ principal, input });
    return {};
  };
  fabric.add({ name: 'sns', operations: { Publish } });
  const watch = createCloudWatch({ clock: fabric.clock, logs, metrics, fabric });
  fabric.add(watch.service);
  logs.createGroup(GROUP);
  const put = (value: number, at = fabric.clock.now()) =>
    metrics.put({
      account: ACCOUNT,
      region: REGION,
      namespace: 'Redrill',
      name: 'Age',
      dimensions: {},
      at,
      values: [value],
    });
  return {
    fabric,
    logs,
    metrics,
    notices,
    watch,
    put,
    alarm: async (properties: object) => {
      const handler = watch.resourceHandlers.find(({ type }) => type === 'AWS::CloudWatch::Alarm');
      const basic = {
        AlarmName: 'rpo-breached',
        Namespace: 'Redrill',
        MetricName: 'Age',
        Statistic: 'Maximum',
        Period: 300,
        EvaluationPeriods: 3,
        Threshold: 10,
        ComparisonOperator: 'GreaterThanThreshold',
        AlarmActions: [TOPIC],
        OKActions: [TOPIC],
      };
      await handler?.create(declare('AWS::CloudWatch::Alarm', 'Alarm', { ...basic, ...properties }));
    },
    states: () =>
      watch.alarms.all[0]?.history.map(({ at, to }) => [Math.floor((at - SIX_O_CLOCK) / MINUTE_MS), to]),
    run: (minutes: number) => fabric.clock.run({ until: fabric.clock.now() + minutes * MINUTE_MS }),
    call: async (operation: string, input: object): Promise<Record<string, unknown>> => ({
      ...(await fabric.call({ service: 'monitoring', operation, region: REGION, principal: ADMIN, input })),
    }),
  };
}

describe('an alarm', () => {
  it('goes off when data are missing and missing means breaching, after one whole range', async () => {
    const { alarm, states, notices, run } = bed();
    await alarm({ TreatMissingData: 'breaching' });
    await run(14);
    expect(states()).toEqual([]);
    await run(10);
    // It was created half a minute after 06:00: the first whole range of three periods begins at 06:05.
    expect(states()).toEqual([[20, 'ALARM']]);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatchObject({
      input: { TopicArn: TOPIC },
      principal: {
        kind: 'service',
        arn: 'cloudwatch.amazonaws.com',
        account: ACCOUNT,
        sourceArn: `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:rpo-breached`,
      },
    });
    expect(JSON.parse(notices[0]?.input.Message ?? '')).toMatchObject({
      NewStateValue: 'ALARM',
      OldStateValue: 'INSUFFICIENT_DATA',
    });
  });

  it('follows the data to OK, to ALARM with enough datapoints, and back', async () => {
    const { alarm, states, put, run } = bed();
    await alarm({ DatapointsToAlarm: 2 });
    for (const value of [1, 1, 1, 1, 20, 20, 1, 1, 1]) {
      put(value);
      await run(5);
    }
    expect(states()?.map(([, to]) => to)).toEqual(['OK', 'ALARM', 'OK']);
  });

  it('has insufficient data when all is missing, and says nothing with actions disabled', async () => {
    const { alarm, states, put, run, notices } = bed();
    await alarm({ ActionsEnabled: false, EvaluationPeriods: 1 });
    await run(5);
    put(1);
    await run(20);
    expect(states()?.map(([, to]) => to)).toEqual(['OK', 'INSUFFICIENT_DATA']);
    expect(notices).toEqual([]);
  });

  it('is silenced, changed and deleted through the API, and keeps its state meanwhile', async () => {
    const { alarm, states, call, put, run, notices, watch } = bed();
    await alarm({ EvaluationPeriods: 1 });
    const { MetricAlarms } = await call('DescribeAlarms', { AlarmNames: ['rpo-breached'] });
    const AlarmNames = ['rpo-breached'];
    await call('DisableAlarmActions', { AlarmNames });
    await run(5);
    put(20);
    await run(5);
    expect(states()?.map(([, to]) => to)).toContain('ALARM');
    expect(notices).toEqual([]);
    await call('EnableAlarmActions', { AlarmNames });
    const [described] = MetricAlarms as readonly Record<string, unknown>[];
    const {
      AlarmArn: _a,
      StateValue: _v,
      StateReason: _r,
      StateUpdatedTimestamp: _t,
      ...current
    } = described ?? {};
    await call('PutMetricAlarm', { ...current, Threshold: 100 });
    put(20);
    await run(5);
    expect(watch.alarms.all[0]).toMatchObject({ state: 'OK', configuration: { threshold: 100 } });
    expect(notices).toHaveLength(1);
    await call('DeleteAlarms', { AlarmNames });
    expect(await call('DescribeAlarms', { AlarmNames })).toMatchObject({ MetricAlarms: [] });
    await expect(call('DeleteAlarms', { AlarmNames })).rejects.toMatchObject({ code: 'ResourceNotFound' });
    await call('DisableAlarmActions', { AlarmNames });
    await call('PutMetricAlarm', current);
    expect(await call('DescribeAlarms', { AlarmNames })).toMatchObject({ MetricAlarms: [current] });
    await run(10);
  });

  it('refuses metric math, and takes a single metric given as Metrics', async () => {
    const { alarm, watch } = bed();
    const MetricStat = { Metric: { Namespace: 'N', MetricName: 'M' }, Period: 60, Stat: 'p99' };
    await alarm({ Metrics: [{ Id: 'm1', MetricStat, ReturnData: true }] });
    expect(watch.alarms.all[0]?.configuration).toMatchObject({ periodSeconds: 60, statisticName: 'p99' });
    await expect(alarm({ Metrics: [{ Id: 'e1', Expression: 'm1*2' }] })).rejects.toThrow(/metric math/);
  });
});

describe('embedded metrics', () => {
  const document = {
    _aws: {
      Timestamp: START,
      CloudWatchMetrics: [
        {
          Namespace: 'Redrill',
          Dimensions: [['service'], ['service', 'cache']],
          Metrics: [{ Name: 'Keys', Unit: 'Count' }, { Name: 'absent' }],
        },
      ],
    },
    service: 'verify',
    cache: 'orders',
    Keys: [3, 4],
  };

  it('become metric data, once per dimension set', async () => {
    const { logs, call } = bed();
    logs.append(GROUP, 's', [JSON.stringify(document), 'not json', '{"_aws":1}']);
    expect(await call('ListMetrics', { Namespace: 'Redrill' })).toMatchObject({ Metrics: [{}, {}] });
    const query = {
      Namespace: 'Redrill',
      MetricName: 'Keys',
      Dimensions: [{ Name: 'service', Value: 'verify' }],
    };
    const range = { StartTime: new Date(START), EndTime: new Date(START + MINUTE_MS), Period: 60 };
    expect(
      await call('GetMetricStatistics', { ...query, ...range, Statistics: ['Sum', 'SampleCount'] }),
    ).toMatchObject({
      Datapoints: [{ Sum: 7, SampleCount: 2 }],
    });
  });
});

it('DescribeAlarms and its history', async () => {
  const { alarm, call, put, run } = bed();
  await alarm({ EvaluationPeriods: 1 });
  await run(5);
  put(99);
  await run(6);
  expect(await call('DescribeAlarms', { StateValue: 'ALARM' })).toMatchObject({
    MetricAlarms: [{ AlarmName: 'rpo-breached', StateValue: 'ALARM', Threshold: 10 }],
  });
});

it('dashboards are stored, and their bodies must be JSON', async () => {
  const { watch, call } = bed();
  const handler = watch.resourceHandlers.find(({ type }) => type === 'AWS::CloudWatch::Dashboard');
  const create = (DashboardBody: string) =>
    handler?.create(
      declare('AWS::CloudWatch::Dashboard', 'Board', { DashboardName: 'redrill', DashboardBody }),
    );
  await create('{"widgets":[]}');
  expect(await call('GetDashboard', { DashboardName: 'redrill' })).toMatchObject({
    DashboardBody: '{"widgets":[]}',
  });
  await expect(create('{')).rejects.toThrow(/not a JSON object/);
});

it('log groups let go of lines after their retention', async () => {
  const { logs, run } = bed();
  const properties = { LogGroupName: '/kept', RetentionInDays: 1 };
  const created = await logGroupHandler(logs).create(declare('AWS::Logs::LogGroup', 'Group', properties));
  expect(created.attributes.Arn).toBe(`arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/kept:*`);
  const group = { ...GROUP, name: '/kept' };
  logs.append(group, 's', ['old']);
  await run(23 * 60);
  logs.append(group, 's', ['new']);
  await run(2 * 60);
  expect(logs.lines(group).map(({ message }) => message)).toEqual(['new']);
  await expect(
    logGroupHandler(logs).create(declare('AWS::Logs::LogGroup', 'G', { RetentionInDays: 2 })),
  ).rejects.toThrow(/RetentionInDays/);
});
