import { Duration } from 'aws-cdk-lib';
import {
  Dashboard as AwsDashboard,
  GraphWidget,
  type IWidget,
  MathExpression,
  Metric,
  SingleValueWidget,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRICS } from '../../core/contracts/metrics.ts';
import type { StateMachine } from '../workflow/state-machine.ts';
import { redrillMetric } from './alarms.ts';

export interface DashboardProps {
  readonly stateMachines: readonly StateMachine[];
}

const QUARTER_HOUR = Duration.minutes(15);
const DAY = Duration.days(1);
const HALF_WIDTH = 12;

/** One look: is every cache inside its RPO, what came in, and what did the drills show? */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { stateMachines }: DashboardProps) {
    super(scope, id);
    new AwsDashboard(this, 'Dashboard', {
      dashboardName: 'redrill',
      widgets: [[numbers()], [rpoUsed(), recoveryPoints()], [drills(), executions(stateMachines)]],
    });
  }
}

function numbers(): IWidget {
  const latest = (metricName: string) =>
    redrillMetric(metricName, { period: QUARTER_HOUR, statistic: Stats.MAXIMUM });
  return new SingleValueWidget({
    title: 'Now',
    width: 24,
    metrics: [
      latest(METRICS.protectedCaches),
      latest(METRICS.cachesOutsideRpo),
      latest(METRICS.exportsWaiting),
      latest(METRICS.settingsDrifted),
      redrillMetric(METRICS.heartbeats, { period: Duration.hours(1), statistic: Stats.SUM }),
    ],
  });
}

interface SearchOptions {
  /** Dimension that tells the lines apart. */
  readonly by: string;
  readonly statistic: string;
  readonly period: Duration;
}

/** Caches come and go, so what is measured of each is searched for. */
function search(metricName: string, { by, statistic, period }: SearchOptions): MathExpression {
  return new MathExpression({
    expression: `SEARCH('{${METRICS.namespace},${by}} MetricName="${metricName}"', '${statistic}', ${period.toSeconds()})`,
    label: '',
    usingMetrics: {},
    period,
  });
}

function rpoUsed(): IWidget {
  return new GraphWidget({
    title: 'RPO used, by cache (1 is the objective)',
    width: HALF_WIDTH,
    left: [search(METRICS.rpoUsed, { by: 'cache', statistic: Stats.MAXIMUM, period: QUARTER_HOUR })],
    leftAnnotations: [{ value: 1, label: 'objective' }],
    leftYAxis: { min: 0 },
  });
}

function recoveryPoints(): IWidget {
  return new GraphWidget({
    title: 'Recovery points admitted, by verdict',
    width: HALF_WIDTH,
    left: [
      search(METRICS.recoveryPoints, { by: 'verdict', statistic: Stats.SUM, period: Duration.hours(1) }),
    ],
  });
}

function drills(): IWidget {
  return new GraphWidget({
    title: 'Drills: achieved RTO (s), and failures',
    width: HALF_WIDTH,
    left: [search(METRICS.drillRtoSeconds, { by: 'cache', statistic: Stats.MAXIMUM, period: DAY })],
    right: [search(METRICS.drillsFailed, { by: 'cache', statistic: Stats.SUM, period: DAY })],
  });
}

function executions(stateMachines: readonly StateMachine[]): IWidget {
  const metric = ({ arn, workflow }: StateMachine, metricName: string) =>
    new Metric({
      namespace: 'AWS/States',
      metricName,
      dimensionsMap: { StateMachineArn: arn },
      statistic: Stats.SUM,
      period: Duration.hours(1),
      label: `${workflow}: ${metricName}`,
    });
  return new GraphWidget({
    title: 'Executions',
    width: HALF_WIDTH,
    left: stateMachines.flatMap((each) => [
      metric(each, 'ExecutionsSucceeded'),
      metric(each, 'ExecutionsFailed'),
    ]),
  });
}
