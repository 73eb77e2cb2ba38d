import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  type MetricOptions,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { METRICS } from '../../core/contracts/metrics.ts';
import { undeliveredAlarm } from '../../core/contracts/resources.ts';
import { openRunbook } from '../../core/contracts/runbooks.ts';
import type { LambdaFunction } from '../lambda/lambda-function.ts';
import type { StateMachine } from '../workflow/state-machine.ts';
import type { AlertTopic } from './alert-topic.ts';

interface AlarmOrder {
  /** Without the prefix `redrill-`. */
  readonly name: string;
  readonly says: string;
  /** File in docs/runbooks, without its ending. */
  readonly runbook: string;
  readonly metric: IMetric;
  readonly threshold: number;
  readonly comparison?: ComparisonOperator;
  /** @default 1 */
  readonly periods?: number;
  readonly missing: TreatMissingData;
}

/** Alarms tell of what the workflows cannot tell themselves. Each names its runbook and goes to the alert topic. */
export class Alarms extends Construct {
  readonly #actions: readonly SnsAction[];
  readonly #alerts: AlertTopic;

  constructor(scope: Construct, id: string, alerts: AlertTopic) {
    super(scope, id);
    this.#alerts = alerts;
    this.#actions = alerts.topics.map((topic) => new SnsAction(topic));
  }

  /** An execution that fails has told people itself; one that timed out or was aborted could not. */
  workflow({ workflow, awsStateMachine }: StateMachine): void {
    const ends = {
      'timed-out': awsStateMachine.metricTimedOut,
      aborted: awsStateMachine.metricAborted,
    } as const;
    for (const [end, metric] of Object.entries(ends)) {
      this.#add({
        name: `${workflow}-${end}`,
        says: `An execution of ${workflow} has ${end === 'aborted' ? 'been aborted' : 'timed out'}.`,
        runbook: `${workflow}-failed`,
        metric: metric.call(awsStateMachine, { period: Duration.minutes(5), statistic: Stats.SUM }),
        threshold: 1,
        missing: TreatMissingData.NOT_BREACHING,
      });
    }
  }

  /**
   * Lambda makes three attempts at an invocation of a schedule, so three errors are one event lost.
   * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html (checked 2026-11-21)
   */
  scheduled({ name, awsFunction }: LambdaFunction): void {
    this.#add({
      name: `${name.replace(/^redrill-/, '')}-errors`,
      says: `${name} has failed three times in a quarter of an hour.`,
      runbook: 'scheduled-function-failed',
      metric: awsFunction.metricErrors({ period: Duration.minutes(15), statistic: Stats.SUM }),
      threshold: 3,
      missing: TreatMissingData.NOT_BREACHING,
    });
  }

  /** Whoever should have told people could not. */
  alertsLost({ name, awsFunction }: LambdaFunction): void {
    this.#add({
      name: `${name.replace(/^redrill-/, '')}-errors`,
      says: `${name} has failed: an alert may not have been sent. See the failed executions.`,
      runbook: 'scheduled-function-failed',
      metric: awsFunction.metricErrors({ period: Duration.minutes(5), statistic: Stats.SUM }),
      threshold: 1,
      missing: TreatMissingData.NOT_BREACHING,
    });
  }

  /** An alert counts as sent when one topic has taken it, and no step fails because of an event: this reports the rest. */
  channelFailing(): void {
    this.#add({
      name: 'channel-failing',
      says: 'A topic or the event bus has refused an alert or an event. The log of the Lambda function says which.',
      runbook: 'channel-failing',
      metric: redrillMetric(METRICS.channelFailures, {
        period: Duration.minutes(15),
        statistic: Stats.SUM,
      }),
      threshold: 1,
      missing: TreatMissingData.NOT_BREACHING,
    });
  }

  /**
   * SNS does not tell its publisher that an address did not take a message. Of an HTTPS endpoint every attempt counts, and a
   * message that has failed for good has four at least. One that has failed once is worth knowing: there may be no second.
   * https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html (checked 2026-11-24)
   */
  topicsUndelivered(): void {
    for (const { name, topic } of this.#alerts.named)
      this.#add({
        name: undeliveredAlarm(name).replace(/^redrill-/, ''),
        says: `SNS could not deliver a message of the topic ${name} to one of its subscribers, or not at the first attempt.`,
        runbook: 'alert-undelivered',
        metric: topic.metricNumberOfNotificationsFailed({
          period: Duration.minutes(15),
          statistic: Stats.SUM,
        }),
        threshold: 1,
        missing: TreatMissingData.NOT_BREACHING,
      });
  }

  undelivered(queue: IQueue): void {
    this.#add({
      name: 'schedule-undelivered',
      says: 'A schedule could not invoke its Lambda function.',
      runbook: 'schedule-undelivered',
      metric: queue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(5),
        statistic: Stats.MAXIMUM,
      }),
      threshold: 1,
      missing: TreatMissingData.NOT_BREACHING,
    });
  }

  pageUndelivered(queue: IQueue): void {
    this.#add({
      name: 'page-undelivered',
      says: 'PagerDuty did not accept an alert or an alarm after all attempts.',
      runbook: 'page-undelivered',
      metric: queue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(5),
        statistic: Stats.MAXIMUM,
      }),
      threshold: 1,
      missing: TreatMissingData.NOT_BREACHING,
    });
  }

  /** watch-vault pages at once; this repeats it after an hour, through CloudWatch, and also if watch-vault has not run. */
  outsideRpo(): void {
    this.#add({
      name: 'rpo-missed',
      says: 'For an hour the newest verified recovery point of a cache has been older than its RPO, or its age is unknown.',
      runbook: 'no-recent-recovery-point',
      metric: redrillMetric(METRICS.cachesOutsideRpo, {
        period: Duration.minutes(15),
        statistic: Stats.MAXIMUM,
      }),
      threshold: 1,
      periods: 4,
      missing: TreatMissingData.BREACHING,
    });
  }

  watchSilent(): void {
    this.#silent('watch-silent', 'watch-vault has not run', METRICS.protectedCaches);
  }

  sourceWatchSilent(): void {
    this.#silent('source-watch-silent', 'watch-source has not run', METRICS.settingsDrifted);
  }

  /** Silence is failure: three quarters of an hour without one look. */
  #silent(name: string, says: string, metricName: string): void {
    this.#add({
      name,
      says: `${says} for 45 minutes.`,
      runbook: 'watch-silent',
      metric: redrillMetric(metricName, { period: Duration.minutes(15), statistic: Stats.SAMPLE_COUNT }),
      threshold: 1,
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      periods: 3,
      missing: TreatMissingData.BREACHING,
    });
  }

  /** The switch's own silence alarms where it is; this says why, and does no more. */
  heartbeatFailing(): void {
    this.#add({
      name: 'heartbeat-failing',
      says: 'The heartbeat endpoint has accepted no ping for an hour.',
      runbook: 'heartbeat-failing',
      metric: redrillMetric(METRICS.heartbeatsFailed, {
        period: Duration.minutes(15),
        statistic: Stats.SUM,
      }),
      threshold: 1,
      periods: 4,
      missing: TreatMissingData.NOT_BREACHING,
    });
  }

  #add({ name, says, runbook, metric, threshold, comparison, periods, missing }: AlarmOrder): void {
    const alarm = new Alarm(this, name, {
      alarmName: `redrill-${name}`,
      alarmDescription: `${says} Runbook: ${this.#alerts.runbookUrl(runbook)} (${openRunbook(runbook)})`,
      metric,
      threshold,
      comparisonOperator: comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods ?? 1,
      treatMissingData: missing,
    });
    alarm.addAlarmAction(...this.#actions);
  }
}

/** A metric of Redrill's own, over all caches unless dimensions are given. */
export function redrillMetric(metricName: string, options: MetricOptions): Metric {
  return new Metric({ namespace: METRICS.namespace, metricName, ...options });
}
