import type { Construct } from 'constructs';
import type { Bundles } from '../lambda/bundles.ts';
import { LambdaFunction } from '../lambda/lambda-function.ts';
import type { AlertTopic } from './alert-topic.ts';

/** The last step of every workflow that fails. */
export function raiseAlert(scope: Construct, bundles: Bundles, alerts: AlertTopic): LambdaFunction {
  return new LambdaFunction(scope, 'RaiseAlert', {
    name: 'raise-alert',
    description: 'Tells people that an execution failed.',
    bundles,
    environment: alerts.environment,
    permissions: alerts.publishing,
  });
}
