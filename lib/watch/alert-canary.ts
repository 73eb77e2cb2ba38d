import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../../core/contracts/config.ts';
import type { Bundles } from '../lambda/bundles.ts';
import { LambdaFunction } from '../lambda/lambda-function.ts';
import { CANARY_CRONS } from '../schedule/cadence.ts';
import type { Schedules } from '../schedule/schedules.ts';
import type { AlertTopic } from './alert-topic.ts';

export interface AlertCanaryProps {
  readonly config: Config;
  readonly bundles: Bundles;
  readonly alerts: AlertTopic;
  readonly schedules: Schedules;
  /** Which of the two topics it proves. */
  readonly of: 'source' | 'vault';
}

/** An hour late it still proves the way. */
const USEFUL_FOR = Duration.hours(1);

/** A test message over the stack's alert topic, on a schedule. */
export function alertCanary(scope: Construct, props: AlertCanaryProps): LambdaFunction {
  const { config, bundles, alerts, schedules, of } = props;
  const sendCanary = new LambdaFunction(scope, 'SendCanary', {
    name: 'send-canary',
    description: 'Sends a test message, whose absence shows that alerts do not arrive.',
    bundles,
    environment: alerts.environment,
    permissions: alerts.publishing,
  });
  schedules.add({
    name: `canary-${of}`,
    description: `Proves that alerts of ${Stack.of(scope).stackName} arrive.`,
    cron: CANARY_CRONS[config.alerts.canary.schedule],
    invoke: sendCanary,
    usefulFor: USEFUL_FOR,
  });
  return sendCanary;
}
