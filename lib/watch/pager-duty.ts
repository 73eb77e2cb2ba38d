import { ArnFormat, Duration, Stack, Validations } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnEventInvokeConfig, CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DEFAULT_BUS } from '../../core/contracts/alert-config.ts';
import type { Config } from '../../core/contracts/config.ts';
import { EVENT_SOURCE, EVENTS } from '../../core/contracts/events.ts';
import type { Bundles } from '../lambda/bundles.ts';
import { LambdaFunction } from '../lambda/lambda-function.ts';

export interface PagerDutyProps {
  readonly config: NonNullable<Config['alerts']['pagerDuty']>;
  /** The bus on which Redrill puts its alerts. */
  readonly eventBus: string;
  readonly bundles: Bundles;
}

/**
 * Lambda makes three attempts, a minute and two minutes apart; with these they end before the next look of a watch, which may
 * send the resolution. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html (checked 2026-11-24)
 */
const SIZE = { timeout: Duration.minutes(3), memoryMib: 256 };
const KEPT = Duration.days(14);
/** Of an event that EventBridge cannot pass on, and of one that Lambda cannot begin with. */
const USEFUL_FOR = Duration.hours(6);

/** Without the prefix `redrill-`. */
export const PAGER_DUTY_FUNCTION = 'page-pagerduty';
export const PAGER_DUTY_RULES = { alerts: 'redrill-pagerduty-alerts', alarms: 'redrill-pagerduty-alarms' };

/**
 * Passes alerts on to PagerDuty, and CloudWatch's own events about the alarms, which reach it also when Redrill's topics fail.
 * What cannot be passed on is kept in a queue.
 */
export class PagerDuty extends Construct {
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, { config, eventBus, bundles }: PagerDutyProps) {
    super(scope, id);
    this.undelivered = this.#createQueue();
    const pagePagerDuty = this.#createFunction(config.parameter, bundles);
    this.#pass(pagePagerDuty, 'alerts', eventBus, {
      source: [EVENT_SOURCE],
      'detail-type': [EVENTS.Alert.detailType],
    });
    this.#pass(pagePagerDuty, 'alarms', DEFAULT_BUS, {
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      detail: { alarmName: [{ prefix: 'redrill-' }] },
    });
  }

  #createFunction(parameter: string, bundles: Bundles): LambdaFunction {
    const page = new LambdaFunction(this, 'PagePagerDuty', {
      name: PAGER_DUTY_FUNCTION,
      description: 'Opens, updates and resolves incidents of PagerDuty.',
      bundles,
      size: SIZE,
      environment: { pagerDutyParameter: parameter },
      deadLetters: this.undelivered,
      permissions: [
        {
          actions: ['ssm:GetParameter'],
          resources: [
            Stack.of(this).formatArn({
              service: 'ssm',
              resource: 'parameter',
              resourceName: parameter.slice(1),
              arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
            }),
          ],
        },
      ],
    });
    new CfnEventInvokeConfig(this, 'Retries', {
      functionName: page.awsFunction.functionName,
      qualifier: '$LATEST',
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: USEFUL_FOR.toSeconds(),
    });
    return page;
  }

  #pass(
    to: LambdaFunction,
    what: keyof typeof PAGER_DUTY_RULES,
    eventBusName: string,
    eventPattern: object,
  ): void {
    const rule = new CfnRule(this, `Rule-${what}`, {
      name: PAGER_DUTY_RULES[what],
      description: `Passes ${what} on to redrill-page-pagerduty.`,
      eventBusName,
      eventPattern,
      state: 'ENABLED',
      targets: [
        {
          id: 'page-pagerduty',
          arn: to.arn,
          deadLetterConfig: { arn: this.undelivered.queueArn },
          retryPolicy: { maximumEventAgeInSeconds: USEFUL_FOR.toSeconds(), maximumRetryAttempts: 185 },
        },
      ],
    });
    new CfnPermission(this, `Invoke-${what}`, {
      action: 'lambda:InvokeFunction',
      functionName: to.arn,
      principal: 'events.amazonaws.com',
      sourceArn: rule.attrArn,
    });
  }

  #createQueue(): Queue {
    const queue = new Queue(this, 'Undelivered', {
      queueName: 'redrill-page-undelivered',
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: KEPT,
    });
    queue.grantSendMessages(
      new ServicePrincipal('events.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
        },
      }),
    );
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue of the pages; an alarm tells when it is not empty.',
    });
    return queue;
  }
}

/** @returns undefined without a configuration */
export function pagerDutyOf(
  scope: Construct,
  { config: { alerts }, bundles }: { readonly config: Config; readonly bundles: Bundles },
): PagerDuty | undefined {
  const { pagerDuty: config, eventBus } = alerts;
  return config === undefined ? undefined : new PagerDuty(scope, 'PagerDuty', { config, eventBus, bundles });
}
