import { parameters } from '../adapters/aws/parameters.ts';
import { deployedConfig, environment, lambdaHandler } from '../adapters/lambda/handler.ts';
import { pagerDuty } from '../adapters/pager-duty.ts';
import { pageOf } from '../core/alerts/compose-page.ts';
import { ENV } from '../core/contracts/environment.ts';
import type { Heard } from '../core/contracts/heard.ts';
import { AppError } from '../core/model/errors.ts';
import type { PagerDuty, Parameters } from '../core/ports.ts';

interface World {
  readonly pagerDuty: PagerDuty;
  readonly parameters: Parameters;
  /** Name of the parameter that holds the routing key. */
  readonly parameter: string;
  readonly tickets: boolean;
}

/** Opens, updates or resolves an incident of PagerDuty. @throws AppError, so that Lambda tries again and keeps the event at last */
export async function run(event: Heard, { pagerDuty: to, parameters: from, parameter, tickets }: World) {
  const routingKey = (await from.read(parameter))?.trim();
  if (!routingKey)
    throw new AppError('PagerDutyRefused', `the parameter ${parameter} does not exist or is empty`);
  const pages = pageOf(event, { routingKey, tickets });
  for (const page of pages) await to.send(page);
  return { sent: pages.map(({ event_action, dedup_key }) => `${event_action} ${dedup_key}`) };
}

export const handler = lambdaHandler(
  'page-pagerduty',
  ({ timeLeftMs }) => {
    const { region = 'us', tickets = true } = deployedConfig().alerts.pagerDuty ?? {};
    return {
      pagerDuty: pagerDuty({ region, timeLeftMs }),
      parameters: parameters(),
      parameter: environment(ENV.pagerDutyParameter)[ENV.pagerDutyParameter],
      tickets,
    };
  },
  run,
);
