import { refuseUnknown } from '../lambda/refuse.ts';
import { type Call, NotModelledError, type Operation, ServiceError } from '../service.ts';
import { alarmChanges } from './alarm-changes.ts';
import type { Alarm, Alarms } from './alarms.ts';
import type { Dashboards } from './dashboards.ts';
import type { MetricId, MetricStore } from './metrics.ts';
import { statisticOf } from './statistics.ts';

export interface MonitoringParts {
  readonly metrics: MetricStore;
  readonly alarms: Alarms;
  readonly dashboards: Dashboards;
}

/** The operations of CloudWatch that are modelled. Lists are short and come in one page. */
export function monitoringOperations(parts: MonitoringParts): Record<string, Operation> {
  return {
    DescribeAlarms: async (input, call) => describeAlarms(parts, input, call),
    ...alarmChanges(parts.alarms),
    DescribeAlarmHistory: async (input, call) => describeAlarmHistory(parts, input, call),
    GetMetricStatistics: async (input, call) => getMetricStatistics(parts, input, call),
    GetMetricData: async (input, call) => getMetricData(parts, input, call),
    ListMetrics: async (input, call) => listMetrics(parts, input, call),
    PutMetricData: async (input, call) => putMetricData(parts, input, call),
    ListDashboards: async (input: { DashboardNamePrefix?: string }, call) => {
      refuseUnknown('monitoring ListDashboards', input, ['DashboardNamePrefix']);
      call.authorize({ action: 'cloudwatch:ListDashboards', resource: '*' });
      return {
        DashboardEntries: parts.dashboards.list(call.principal.account, input.DashboardNamePrefix ?? ''),
      };
    },
    GetDashboard: async (input: { DashboardName: string }, call) => {
      refuseUnknown('monitoring GetDashboard', input, ['DashboardName']);
      const { account } = call.principal;
      const resource = `arn:aws:cloudwatch::${account}:dashboard/${input.DashboardName}`;
      call.authorize({ action: 'cloudwatch:GetDashboard', resource });
      const { arn, name, body } = parts.dashboards.get(account, input.DashboardName);
      return { DashboardArn: arn, DashboardName: name, DashboardBody: body };
    },
  };
}

interface DescribeAlarmsInput {
  readonly AlarmNames?: readonly string[];
  readonly AlarmNamePrefix?: string;
  readonly StateValue?: string;
  readonly AlarmTypes?: readonly string[];
}

function describeAlarms({ alarms }: MonitoringParts, input: DescribeAlarmsInput, call: Call): object {
  const known = ['AlarmNames', 'AlarmNamePrefix', 'StateValue', 'AlarmTypes', 'MaxRecords'];
  refuseUnknown('monitoring DescribeAlarms', input, known);
  const { account } = call.principal;
  call.authorize({
    action: 'cloudwatch:DescribeAlarms',
    resource: `arn:aws:cloudwatch:${call.region}:${account}:alarm:*`,
  });
  const found = alarmsIn(alarms, call).filter(
    ({ configuration: { name }, state }) =>
      (input.AlarmNames === undefined || input.AlarmNames.includes(name)) &&
      name.startsWith(input.AlarmNamePrefix ?? '') &&
      (input.StateValue === undefined || state === input.StateValue),
  );
  return { MetricAlarms: found.map(describe), CompositeAlarms: [] };
}

function alarmsIn(alarms: Alarms, { principal, region }: Call): readonly Alarm[] {
  return alarms.all.filter(
    ({ configuration }) => configuration.account === principal.account && configuration.region === region,
  );
}

function describe({ configuration, state, reason, changedAt }: Alarm): object {
  const { metric, statisticName } = configuration;
  return {
    AlarmName: configuration.name,
    AlarmArn: configuration.arn,
    ...(configuration.description !== undefined && { AlarmDescription: configuration.description }),
    ActionsEnabled: configuration.actionsEnabled,
    AlarmActions: configuration.actions.ALARM,
    OKActions: configuration.actions.OK,
    InsufficientDataActions: configuration.actions.INSUFFICIENT_DATA,
    StateValue: state,
    StateReason: reason,
    StateUpdatedTimestamp: new Date(changedAt),
    MetricName: metric.name,
    Namespace: metric.namespace,
    Dimensions: apiDimensions(metric),
    ...(statisticName.startsWith('p') ? { ExtendedStatistic: statisticName } : { Statistic: statisticName }),
    ...(configuration.unit !== undefined && { Unit: configuration.unit }),
    Period: configuration.periodSeconds,
    EvaluationPeriods: configuration.evaluationPeriods,
    DatapointsToAlarm: configuration.datapointsToAlarm,
    Threshold: configuration.threshold,
    ComparisonOperator: configuration.comparison,
    TreatMissingData: configuration.missingData,
  };
}

function describeAlarmHistory(
  { alarms }: MonitoringParts,
  input: { AlarmName?: string },
  call: Call,
): object {
  refuseUnknown('monitoring DescribeAlarmHistory', input, ['AlarmName']);
  call.authorize({
    action: 'cloudwatch:DescribeAlarmHistory',
    resource: `arn:aws:cloudwatch:${call.region}:${call.principal.account}:alarm:${input.AlarmName ?? '*'}`,
  });
  const items = alarmsIn(alarms, call)
    .filter(({ configuration }) => input.AlarmName === undefined || configuration.name === input.AlarmName)
    .flatMap(({ configuration, history }) =>
      history.map(({ at, from, to, reason }) => ({
        AlarmName: configuration.name,
        AlarmType: 'MetricAlarm',
        Timestamp: new Date(at),
        HistoryItemType: 'StateUpdate',
        HistorySummary: `Alarm updated from ${from} to ${to}`,
        HistoryData: JSON.stringify({
          oldState: { stateValue: from },
          newState: { stateValue: to, stateReason: reason },
        }),
      })),
    );
  return { AlarmHistoryItems: items.toSorted((a, b) => Number(b.Timestamp) - Number(a.Timestamp)) };
}

interface ApiMetric {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name?: string; readonly Value?: string }[];
}

function metricOf({ Namespace, MetricName, Dimensions }: ApiMetric, call: Call): MetricId {
  const dimensions = Object.fromEntries(
    (Dimensions ?? []).map(({ Name, Value }) => [Name ?? '', Value ?? '']),
  );
  const { region, principal } = call;
  return {
    account: principal.account,
    region,
    namespace: Namespace ?? '',
    name: MetricName ?? '',
    dimensions,
  };
}

function apiDimensions({ dimensions }: MetricId): object[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}

interface StatisticsInput extends ApiMetric {
  readonly StartTime: Date | string | number;
  readonly EndTime: Date | string | number;
  readonly Period: number;
  readonly Statistics?: readonly string[];
  readonly ExtendedStatistics?: readonly string[];
  readonly Unit?: string;
}

function getMetricStatistics({ metrics }: MonitoringParts, input: StatisticsInput, call: Call): object {
  const known = [
    'Namespace',
    'MetricName',
    'Dimensions',
    'StartTime',
    'EndTime',
    'Period',
    'Statistics',
    'Unit',
  ];
  refuseUnknown('monitoring GetMetricStatistics', input, [...known, 'ExtendedStatistics']);
  call.authorize({ action: 'cloudwatch:GetMetricStatistics', resource: '*' });
  const metric = metricOf(input, call);
  const names = input.Statistics ?? [];
  const extended = input.ExtendedStatistics ?? [];
  const points = periodsOf(input.StartTime, input.EndTime, input.Period).flatMap((stretch) => {
    const values = metrics.values(metric, stretch, input.Unit);
    if (values.length === 0) return [];
    const figures = (wanted: readonly string[]) =>
      Object.fromEntries(wanted.map((name) => [name, statisticOf(name)(values)]));
    const more = extended.length > 0 ? { ExtendedStatistics: figures(extended) } : {};
    return [{ Timestamp: new Date(stretch.from), ...figures(names), ...more }];
  });
  return { Label: metric.name, Datapoints: points };
}

interface DataQuery {
  readonly Id: string;
  readonly Label?: string;
  readonly ReturnData?: boolean;
  readonly MetricStat?: {
    readonly Metric: ApiMetric;
    readonly Period: number;
    readonly Stat: string;
    readonly Unit?: string;
  };
}

interface DataInput {
  readonly MetricDataQueries: readonly DataQuery[];
  readonly StartTime: Date | string | number;
  readonly EndTime: Date | string | number;
  readonly ScanBy?: string;
}

function getMetricData({ metrics }: MonitoringParts, input: DataInput, call: Call): object {
  refuseUnknown('monitoring GetMetricData', input, ['MetricDataQueries', 'StartTime', 'EndTime', 'ScanBy']);
  call.authorize({ action: 'cloudwatch:GetMetricData', resource: '*' });
  const results = input.MetricDataQueries.map((query) => {
    refuseUnknown('monitoring GetMetricData query', query, ['Id', 'Label', 'MetricStat', 'ReturnData']);
    if (query.MetricStat === undefined)
      throw new NotModelledError('monitoring GetMetricData without MetricStat');
    const { Metric, Period, Stat, Unit } = query.MetricStat;
    const metric = metricOf(Metric, call);
    const points = periodsOf(input.StartTime, input.EndTime, Period).flatMap((stretch) => {
      const values = metrics.values(metric, stretch, Unit);
      return values.length === 0 ? [] : [{ at: new Date(stretch.from), value: statisticOf(Stat)(values) }];
    });
    const ordered = input.ScanBy === 'TimestampAscending' ? points : points.toReversed();
    return {
      Id: query.Id,
      Label: query.Label ?? metric.name,
      Timestamps: ordered.map(({ at }) => at),
      Values: ordered.map(({ value }) => value),
      StatusCode: 'Complete',
    };
  });
  return { MetricDataResults: results, Messages: [] };
}

function periodsOf(start: Date | string | number, end: Date | string | number, periodSeconds: number) {
  const periodMs = periodSeconds * 1000;
  const first = Math.floor(new Date(start).getTime() / periodMs) * periodMs;
  const count = Math.max(0, Math.ceil((new Date(end).getTime() - first) / periodMs));
  return Array.from({ length: count }, (_, index) => {
    const from = first + index * periodMs;
    return { from, until: from + periodMs };
  });
}

function listMetrics({ metrics }: MonitoringParts, input: ApiMetric, call: Call): object {
  refuseUnknown('monitoring ListMetrics', input, ['Namespace', 'MetricName', 'Dimensions']);
  call.authorize({ action: 'cloudwatch:ListMetrics', resource: '*' });
  const found = metrics
    .list(call.principal.account, call.region)
    .filter(({ namespace }) => input.Namespace === undefined || namespace === input.Namespace)
    .filter(({ name }) => input.MetricName === undefined || name === input.MetricName)
    .filter(({ dimensions }) =>
      (input.Dimensions ?? []).every(({ Name = '', Value }) =>
        Value === undefined ? Name in dimensions : dimensions[Name] === Value,
      ),
    );
  return {
    Metrics: found.map((id) => ({
      Namespace: id.namespace,
      MetricName: id.name,
      Dimensions: apiDimensions(id),
    })),
  };
}

interface PutInput {
  readonly Namespace: string;
  readonly MetricData: readonly (ApiMetric & {
    readonly Timestamp?: Date | string | number;
    readonly Value?: number;
    readonly Values?: readonly number[];
    readonly Unit?: string;
  })[];
}

function putMetricData({ metrics }: MonitoringParts, input: PutInput, call: Call): object {
  refuseUnknown('monitoring PutMetricData', input, ['Namespace', 'MetricData']);
  call.authorize({
    action: 'cloudwatch:PutMetricData',
    resource: '*',
    conditions: { 'cloudwatch:namespace': input.Namespace },
  });
  if (input.Namespace.startsWith('AWS/')) {
    throw new ServiceError('InvalidParameterValue', 'The value AWS/ for parameter Namespace is invalid.');
  }
  for (const datum of input.MetricData) {
    refuseUnknown('monitoring MetricDatum', datum, [
      'MetricName',
      'Dimensions',
      'Timestamp',
      'Value',
      'Values',
      'Unit',
    ]);
    const at = datum.Timestamp === undefined ? call.now : new Date(datum.Timestamp).getTime();
    const values = datum.Values ?? (datum.Value === undefined ? [] : [datum.Value]);
    const id = metricOf({ ...datum, Namespace: input.Namespace }, call);
    metrics.put({ ...id, at, values, ...(datum.Unit !== undefined && { unit: datum.Unit }) });
  }
  return {};
}
