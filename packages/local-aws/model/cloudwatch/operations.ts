import { refuseUnknown } from '../lambda/refuse.ts';
import { type Call, type Operation, ServiceError } from '../service.ts';
import { alarmChanges } from './alarm-changes.ts';
import type { Alarm, Alarms } from './alarms.ts';
import { type ApiMetric, apiDimensions, metricOf } from './api-metric.ts';
import { ALARM_STATES, requireOneOf, requireWhole } from './constraints.ts';
import type { Dashboards } from './dashboards.ts';
import type { MetricStore } from './metrics.ts';
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
    GetMetricStatistics: async (input, call) => getMetricStatistics(parts, input, call),
    ListMetrics: async (input, call) => listMetrics(parts, input, call),
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

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const ALARM_TYPES = ['CompositeAlarm', 'MetricAlarm'];
const LARGEST_PAGE = 100;

interface DescribeAlarmsInput {
  readonly AlarmNames?: readonly string[];
  readonly AlarmNamePrefix?: string;
  readonly StateValue?: string;
  readonly AlarmTypes?: readonly string[];
  readonly MaxRecords?: number;
}

function describeAlarms({ alarms }: MonitoringParts, input: DescribeAlarmsInput, call: Call): object {
  const known = ['AlarmNames', 'AlarmNamePrefix', 'StateValue', 'AlarmTypes', 'MaxRecords'];
  refuseUnknown('monitoring DescribeAlarms', input, known);
  requireOneOf(input.StateValue, 'stateValue', ALARM_STATES);
  for (const type of input.AlarmTypes ?? []) requireOneOf(type, 'alarmTypes', ALARM_TYPES);
  requireWhole(input.MaxRecords ?? LARGEST_PAGE, 'maxRecords', [1, LARGEST_PAGE]);
  const { account } = call.principal;
  call.authorize({
    action: 'cloudwatch:DescribeAlarms',
    resource: `arn:aws:cloudwatch:${call.region}:${account}:alarm:*`,
  });
  const ofMetrics = input.AlarmTypes?.includes('MetricAlarm') ?? true;
  const found = alarmsIn(alarms, call).filter(
    ({ configuration: { name }, state }) =>
      ofMetrics &&
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
  checkRange(input);
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

/** Datapoints of one call. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
const MOST_DATAPOINTS = 1_440;

function checkRange({ StartTime, EndTime, Period }: StatisticsInput): void {
  const lengthSeconds = (new Date(EndTime).getTime() - new Date(StartTime).getTime()) / 1000;
  if (!(lengthSeconds > 0))
    throw new ServiceError(
      'InvalidParameterValue',
      'The parameter StartTime must be less than the parameter EndTime.',
    );
  const wanted = Math.floor(lengthSeconds / Period);
  if (wanted > MOST_DATAPOINTS)
    throw new ServiceError(
      'InvalidParameterCombination',
      `You have requested up to ${wanted} datapoints, which exceeds the limit of ${MOST_DATAPOINTS}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
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
