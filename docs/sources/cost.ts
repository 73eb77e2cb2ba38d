import type { Load } from '../../cli/plan/cost.ts';
import { DAYS_PER_MONTH } from '../../cli/plan/prices.ts';
import type { Config } from '../../core/contracts/config.ts';
import { parseConfig } from '../../core/contracts/parse-config.ts';
import { presets } from '../../core/contracts/presets.ts';

/** A cache that docs/cost.md works out. */
export interface Example extends Load {
  readonly title: string;
}

export const EXAMPLES: readonly Example[] = [
  {
    title: 'session store, 2 GB every 6 h',
    plan: 'session-store',
    shards: 1,
    gb: 2,
    drillsPerMonth: 52 / 12,
    waitSeconds: 300,
  },
  {
    title: 'event log, 20 GB in five shards every 2 h',
    plan: 'event-log',
    shards: 5,
    gb: 20,
    drillsPerMonth: DAYS_PER_MONTH,
    waitSeconds: 1200,
  },
];

/** The presets, but drills of the session store on a node that holds 2 GB of RDB. */
export const EXAMPLE_CONFIG: Config = parseConfig({
  source: { region: 'eu-west-1' },
  vault: { region: 'eu-central-1' },
  plans: {
    'session-store': { ...presets.sessionStore, drill: { schedule: 'weekly', nodeType: 'cache.r7g.large' } },
    'event-log': presets.eventLog,
  },
  alerts: { pagerDuty: { parameter: '/redrill/pagerduty-key' } },
  heartbeat: { parameter: '/redrill/heartbeat' },
});
