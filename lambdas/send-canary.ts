import { deployedAlerts } from '../adapters/lambda/deployed-alerts.ts';
import { deployedConfig, environment, lambdaHandler, systemClock } from '../adapters/lambda/handler.ts';
import { alertOfCanary } from '../core/alerts/compose-canary.ts';
import type { Config } from '../core/contracts/config.ts';
import type { Alerts, Now } from '../core/ports.ts';

/** Set by Lambda itself. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html (checked 2026-11-22) */
const LAMBDA_REGION = 'AWS_REGION';

interface World {
  readonly alerts: Alerts;
  readonly config: Pick<Config, 'alerts'>;
  readonly region: string;
  readonly now: Now;
}

/** Sends a message that is missed if it does not come, over the topic and the key that every alert needs. */
export async function run(_tick: object, { alerts, config, region, now }: World) {
  const alert = alertOfCanary(region, config.alerts.canary.schedule, now());
  await alerts.publish(alert);
  return { subject: alert.subject };
}

export const handler = lambdaHandler(
  'send-canary',
  () => {
    const env = environment(LAMBDA_REGION);
    return {
      alerts: deployedAlerts(),
      config: deployedConfig(),
      region: env[LAMBDA_REGION],
      now: systemClock,
    };
  },
  run,
);
