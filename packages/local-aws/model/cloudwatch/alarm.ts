import type { ResourceDeclaration } from '../../cloudformation/resource.ts';
import { refuseUnknown, refuseUnless } from '../lambda/refuse.ts';
import { NotModelledError } from '../service.ts';
import { requireOneOf, requireWhole, validationError } from './constraints.ts';
import type { MetricId } from './metrics.ts';
import { type Statistic, statisticOf } from './statistics.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
export type MissingData = 'missing' | 'breaching' | 'notBreaching' | 'ignore';

/** A change of state, kept for good (AWS keeps 30 days). */
export interface AlarmChange {
  /** Virtual instant, ms since the epoch. */
  readonly at: number;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly reason: string;
}

/** A metric alarm as it was deployed. */
export interface AlarmConfiguration {
  readonly arn: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly account: string;
  readonly region: string;
  readonly metric: MetricId;
  readonly statisticName: string;
  readonly statistic: Statistic;
  readonly unit: string | undefined;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: Comparison;
  readonly missingData: MissingData;
  readonly actionsEnabled: boolean;
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>;
  readonly createdAt: number;
}

export const COMPARISONS = {
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number) => value <= threshold,
};
export type Comparison = keyof typeof COMPARISONS;

export const ALARM_PROPERTIES = [
  'ActionsEnabled',
  'AlarmActions',
  'AlarmDescription',
  'AlarmName',
  'ComparisonOperator',
  'DatapointsToAlarm',
  'Dimensions',
  'EvaluationPeriods',
  'ExtendedStatistic',
  'InsufficientDataActions',
  'MetricName',
  'Metrics',
  'Namespace',
  'OKActions',
  'Period',
  'Statistic',
  'Tags',
  'Threshold',
  'TreatMissingData',
  'Unit',
] as const;

const ANOMALY_COMPARISONS = [
  'LessThanLowerOrGreaterThanUpperThreshold',
  'LessThanLowerThreshold',
  'GreaterThanUpperThreshold',
];
const MISSING_DATA = ['missing', 'breaching', 'notBreaching', 'ignore'];
const STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'];

const RESOURCE = 'AWS::CloudWatch::Alarm';
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html: evaluation covers at most seven days. */
const MAX_RANGE_SECONDS = 7 * 86_400;
const WHOLE_MINUTE_SECONDS = 60;
const HIGH_RESOLUTION_SECONDS: readonly number[] = [10, 20, 30];

/** What a template or an API call says of one. */
export type Declared = Pick<ResourceDeclaration, 'properties' | 'stack' | 'generatedName'>;

/** Reads a template's alarm: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudwatch-alarm.html */
export function parseAlarm(declaration: Declared, now: number): AlarmConfiguration {
  const { properties, stack, generatedName } = declaration;
  const { account, region } = stack;
  const name: string = properties.AlarmName ?? generatedName;
  const source = simpleMetric(properties);
  const known = [...Object.keys(COMPARISONS), ...ANOMALY_COMPARISONS];
  requireOneOf(properties.ComparisonOperator, 'comparisonOperator', known);
  refuseUnless(`${RESOURCE} ComparisonOperator`, properties.ComparisonOperator, Object.keys(COMPARISONS));
  requireOneOf(properties.TreatMissingData, 'treatMissingData', MISSING_DATA);
  const evaluationPeriods = Number(properties.EvaluationPeriods);
  requireWhole(evaluationPeriods, 'evaluationPeriods');
  return {
    arn: `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`,
    name,
    description: properties.AlarmDescription,
    account,
    region,
    metric: metricOf(source, account, region),
    ...statisticParts(source),
    unit: source.Unit,
    periodSeconds: parsePeriod(Number(source.Period), evaluationPeriods),
    evaluationPeriods,
    datapointsToAlarm: datapointsOf(properties.DatapointsToAlarm, evaluationPeriods),
    threshold: Number(properties.Threshold),
    comparison: properties.ComparisonOperator,
    missingData: properties.TreatMissingData ?? 'missing',
    actionsEnabled: properties.ActionsEnabled !== false && properties.ActionsEnabled !== 'false',
    actions: parseActions(properties),
    createdAt: now,
  };
}

interface MetricSource {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly Period: number | string;
  readonly Unit?: string;
}

/** The one metric of an alarm, given directly or as the only entry of `Metrics`; metric math is refused. */
function simpleMetric(
  properties: MetricSource & { Metrics?: readonly Record<string, unknown>[] },
): MetricSource {
  const { Metrics } = properties;
  if (Metrics === undefined) return properties;
  const [only, ...others] = Metrics;
  if (only === undefined || others.length > 0 || only.Expression !== undefined) {
    throw new NotModelledError(`${RESOURCE} Metrics: metric math`);
  }
  refuseUnknown(`${RESOURCE} Metrics`, only, ['Id', 'Label', 'MetricStat', 'ReturnData']);
  // biome-ignore lint/suspicious/noExplicitAny: properties of a template
  const stat: any = only.MetricStat;
  refuseUnknown(`${RESOURCE} Metrics MetricStat`, stat, ['Metric', 'Period', 'Stat', 'Unit']);
  return { ...stat.Metric, Period: stat.Period, Statistic: stat.Stat, ...(stat.Unit && { Unit: stat.Unit }) };
}

function metricOf(
  { Namespace, MetricName, Dimensions }: MetricSource,
  account: string,
  region: string,
): MetricId {
  const dimensions = Object.fromEntries((Dimensions ?? []).map(({ Name, Value }) => [Name, Value]));
  return { account, region, namespace: Namespace, name: MetricName, dimensions };
}

function statisticParts({ Statistic: simple, ExtendedStatistic }: MetricSource) {
  if (simple !== undefined && !simple.startsWith('p')) requireOneOf(simple, 'statistic', STATISTICS);
  const statisticName = simple ?? ExtendedStatistic ?? '';
  return { statisticName, statistic: statisticOf(statisticName) };
}

/** https://github.com/hashicorp/terraform/issues/24070 */
function datapointsOf(given: unknown, evaluationPeriods: number): number {
  const datapoints = Number(given ?? evaluationPeriods);
  requireWhole(datapoints, 'datapointsToAlarm');
  if (datapoints > evaluationPeriods)
    throw validationError('DatapointsToAlarm must be less than or equal to EvaluationPeriods');
  return datapoints;
}

function parsePeriod(periodSeconds: number, evaluationPeriods: number): number {
  if (HIGH_RESOLUTION_SECONDS.includes(periodSeconds)) {
    throw new NotModelledError(`${RESOURCE} Period ${periodSeconds}: only whole minutes`);
  }
  if (!(periodSeconds > 0) || periodSeconds % WHOLE_MINUTE_SECONDS !== 0) {
    throw validationError('Period must be 10, 20, 30 or a multiple of 60');
  }
  if (periodSeconds * evaluationPeriods > MAX_RANGE_SECONDS) {
    throw validationError('Metrics cannot be checked across more than 7 days');
  }
  return periodSeconds;
}

type Actions = Readonly<
  Record<'AlarmActions' | 'OKActions' | 'InsufficientDataActions', readonly string[] | undefined>
>;

function parseActions({ AlarmActions, OKActions, InsufficientDataActions }: Actions) {
  const actions = {
    ALARM: AlarmActions ?? [],
    OK: OKActions ?? [],
    INSUFFICIENT_DATA: InsufficientDataActions ?? [],
  };
  for (const arn of Object.values(actions).flat()) {
    if (!/^arn:aws:[a-z0-9-]+:/.test(arn)) throw validationError(`Invalid arn syntax: ${arn}`);
    if (!arn.startsWith('arn:aws:sns:')) throw new NotModelledError(`${RESOURCE}: the action ${arn}`);
  }
  return actions;
}
