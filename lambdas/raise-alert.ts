import { alerts } from '../adapters/aws/alerts.ts';
import { environment, lambdaHandler } from '../adapters/lambda/handler.ts';
import { ENV } from '../core/contracts/resources.ts';
import { type AlertRequest, alertRequest } from '../core/contracts/steps.ts';
import { alertOfFailure } from '../core/decide/compose-alerts.ts';
import type { Alerts } from '../core/ports.ts';

/** Tells people that an execution failed: what, why, what is safe, what to do. */
export async function run(request: AlertRequest, { alerts }: { readonly alerts: Alerts }) {
  const alert = alertOfFailure(request);
  await alerts.publish(alert);
  return { code: alert.code, severity: alert.severity };
}

export const handler = lambdaHandler(
  alertRequest,
  () => ({ alerts: alerts(environment(ENV.alertTopic)[ENV.alertTopic]) }),
  run,
);
