import type { Timer, VirtualClock } from '../../clock.ts';
import type { Fabric } from '../../dispatch.ts';
import type { Readings } from '../../readings.ts';
import type { EventBridge } from '../events.ts';
import { regionOf } from '../lambda/ports.ts';
import { isRefusal } from '../lambda/refuse.ts';
import type { Principal } from '../service.ts';
import type { AlarmChange, AlarmConfiguration, AlarmState } from './alarm.ts';
import { type Datapoints, evaluate, type Verdict } from './evaluate.ts';
import type { MetricStore } from './metrics.ts';

/** A notification that an alarm sends to a topic. */
export interface TopicNotice {
  /** `cloudwatch.amazonaws.com`, on behalf of the alarm. */
  readonly principal: Principal;
  readonly TopicArn: string;
  readonly Subject: string;
  readonly Message: string;
}

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MAX_SUBJECT_LENGTH = 99;

export interface Alarm {
  readonly configuration: AlarmConfiguration;
  readonly state: AlarmState;
  /** Why it is in that state. */
  readonly reason: string;
  readonly changedAt: number;
  readonly history: readonly AlarmChange[];
}

interface LiveAlarm {
  configuration: AlarmConfiguration;
  state: AlarmState;
  reason: string;
  changedAt: number;
  readonly history: AlarmChange[];
  nextAt: number;
}

export interface AlarmsOptions {
  readonly fabric: Pick<Fabric, 'call'>;
  readonly events?: Pick<EventBridge, 'emit'> | undefined;
  readonly readings: Readings;
}

/** Evaluates every alarm at the end of each of its periods, in virtual time. Periods are aligned to the epoch. */
export class Alarms {
  readonly #clock: VirtualClock;
  readonly #metrics: MetricStore;
  readonly #fabric: Pick<Fabric, 'call'>;
  readonly #events: AlarmsOptions['events'];
  readonly #waitsForRange: boolean;
  readonly #alarms = new Map<string, LiveAlarm>();
  readonly #failures: { readonly notice: TopicNotice; readonly error: unknown }[] = [];
  /** One timer for all alarms, at the earliest period that ends. */
  #timer: { readonly at: number; readonly timer: Timer } | undefined;

  constructor(clock: VirtualClock, metrics: MetricStore, { fabric, events, readings }: AlarmsOptions) {
    this.#events = events;
    this.#waitsForRange = readings['alarm-without-data'] === 'insufficient-data';
    this.#clock = clock;
    this.#metrics = metrics;
    this.#fabric = fabric;
  }

  get all(): readonly Alarm[] {
    return [...this.#alarms.values()];
  }

  /** Notifications that the topic refused; CloudWatch tells nobody but its history. */
  get failures(): readonly { readonly notice: TopicNotice; readonly error: unknown }[] {
    return this.#failures;
  }

  add(configuration: AlarmConfiguration): void {
    const { arn, createdAt } = configuration;
    this.#alarms.set(arn, {
      configuration,
      state: 'INSUFFICIENT_DATA',
      reason: 'Unchecked: Initial alarm creation',
      changedAt: createdAt,
      history: [],
      nextAt: endOfPeriod(configuration, createdAt),
    });
    this.#arm();
  }

  /** Replaces what an alarm of this ARN watches; its state and history stay. */
  put(configuration: AlarmConfiguration): void {
    const alarm = this.#alarms.get(configuration.arn);
    if (alarm === undefined) this.add(configuration);
    else alarm.configuration = { ...configuration, createdAt: alarm.configuration.createdAt };
  }

  remove(arn: string): void {
    this.#alarms.delete(arn);
  }

  setActionsEnabled(arn: string, actionsEnabled: boolean): void {
    const alarm = this.#alarms.get(arn);
    if (alarm !== undefined) alarm.configuration = { ...alarm.configuration, actionsEnabled };
  }

  /** Puts an alarm into a state by hand; its next evaluation takes it out again. */
  setState(arn: string, state: AlarmState, reason: string): void {
    const alarm = this.#alarms.get(arn);
    if (alarm !== undefined && alarm.state !== state) this.#change(alarm, state, { state, reason });
  }

  #arm(): void {
    const next = Math.min(...[...this.#alarms.values()].map(({ nextAt }) => nextAt));
    if (!Number.isFinite(next) || this.#timer?.at === next) return;
    this.#timer?.timer.cancel();
    this.#timer = { at: next, timer: this.#clock.at(next, () => this.#evaluateDue(next)) };
  }

  #evaluateDue(at: number): void {
    this.#timer = undefined;
    for (const alarm of this.#alarms.values()) {
      if (alarm.nextAt > at) continue;
      alarm.nextAt = endOfPeriod(alarm.configuration, at);
      const verdict = this.#verdict(alarm.configuration, at);
      if (verdict.state !== undefined && verdict.state !== alarm.state)
        this.#change(alarm, verdict.state, verdict);
    }
    this.#arm();
  }

  /** Whether an alarm has insufficient data until a whole evaluation range has passed since its creation is a reading. */
  #verdict(configuration: AlarmConfiguration, until: number): Verdict {
    const { periodSeconds, evaluationPeriods, createdAt } = configuration;
    const periodMs = periodSeconds * 1000;
    if (this.#waitsForRange && until - evaluationPeriods * periodMs < createdAt)
      return { state: undefined, reason: '' };
    return evaluate(configuration, this.#datapoints(configuration, until));
  }

  #datapoints(
    { metric, statistic, unit, periodSeconds, evaluationPeriods }: AlarmConfiguration,
    until: number,
  ): Datapoints {
    const periodMs = periodSeconds * 1000;
    return Array.from({ length: evaluationPeriods }, (_, index) => {
      const from = until - (evaluationPeriods - index) * periodMs;
      const values = this.#metrics.values(metric, { from, until: from + periodMs }, unit);
      return values.length === 0 ? undefined : statistic(values);
    });
  }

  #change(alarm: LiveAlarm, to: AlarmState, { reason }: Verdict): void {
    const at = this.#clock.now();
    const change = { at, from: alarm.state, to, reason };
    alarm.state = to;
    alarm.reason = reason;
    alarm.changedAt = at;
    alarm.history.push(change);
    this.#events?.emit(eventOf(alarm.configuration, change));
    const { actionsEnabled, actions } = alarm.configuration;
    if (!actionsEnabled) return;
    for (const topicArn of actions[to]) void this.#notify(noticeOf(alarm.configuration, change, topicArn));
  }

  async #notify(notice: TopicNotice): Promise<void> {
    const { principal, ...input } = notice;
    const region = regionOf(notice.TopicArn);
    try {
      await this.#fabric.call({ service: 'sns', operation: 'Publish', region, principal, input });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#failures.push({ notice, error });
    }
  }
}

function endOfPeriod({ periodSeconds }: AlarmConfiguration, after: number): number {
  const periodMs = periodSeconds * 1000;
  return (Math.floor(after / periodMs) + 1) * periodMs;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
function eventOf(configuration: AlarmConfiguration, change: AlarmChange) {
  const { account, region, name, description = '' } = configuration;
  const timestamp = new Date(change.at).toISOString().replace('Z', '+0000');
  return {
    account,
    region,
    source: 'aws.cloudwatch',
    detailType: 'CloudWatch Alarm State Change',
    detail: {
      alarmName: name,
      state: { value: change.to, reason: change.reason, timestamp },
      previousState: { value: change.from },
      configuration: { description },
    },
  };
}

/** The message that CloudWatch sends: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html */
function noticeOf(configuration: AlarmConfiguration, change: AlarmChange, topicArn: string): TopicNotice {
  const { account, region, name, arn, metric } = configuration;
  const message = {
    AlarmName: name,
    AlarmDescription: configuration.description ?? null,
    AWSAccountId: account,
    NewStateValue: change.to,
    NewStateReason: change.reason,
    StateChangeTime: new Date(change.at).toISOString().replace('Z', '+0000'),
    Region: region,
    AlarmArn: arn,
    OldStateValue: change.from,
    OKActions: configuration.actions.OK,
    AlarmActions: configuration.actions.ALARM,
    InsufficientDataActions: configuration.actions.INSUFFICIENT_DATA,
    Trigger: {
      MetricName: metric.name,
      Namespace: metric.namespace,
      Statistic: configuration.statisticName,
      Unit: configuration.unit ?? null,
      Dimensions: Object.entries(metric.dimensions).map(([dimension, value]) => ({ name: dimension, value })),
      Period: configuration.periodSeconds,
      EvaluationPeriods: configuration.evaluationPeriods,
      DatapointsToAlarm: configuration.datapointsToAlarm,
      ComparisonOperator: configuration.comparison,
      Threshold: configuration.threshold,
      TreatMissingData: configuration.missingData,
    },
  };
  return {
    principal: { kind: 'service', arn: 'cloudwatch.amazonaws.com', account, sourceArn: arn },
    TopicArn: topicArn,
    Subject: `${change.to}: "${name}" in ${region}`.slice(0, MAX_SUBJECT_LENGTH),
    Message: JSON.stringify(message),
  };
}
