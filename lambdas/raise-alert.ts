import { deployedAlerts } from '../adapters/lambda/deployed-alerts.ts';
import { lambdaHandler } from '../adapters/lambda/handler.ts';
import { alertOfFailure } from '../core/alerts/compose-failure.ts';
import type { AlertRequest } from '../core/contracts/steps.ts';
import { isRehearsal } from '../core/model/rehearsal.ts';
import type { Alerts } from '../core/ports.ts';

/** Tells people that an execution failed: what, why, what is safe, what to do. A rehearsal's own report says it. */
export async function run(request: AlertRequest, { alerts }: { readonly alerts: Alerts }) {
  const alert = alertOfFailure(request);
  if (!isRehearsal(request.cache)) await alerts.publish(alert);
  return { code: alert.code, severity: alert.severity };
}

export const handler = lambdaHandler('raise-alert', () => ({ alerts: deployedAlerts() }), run);
