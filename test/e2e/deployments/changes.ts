import type { ConfigInput } from '../../../core/contracts/config.ts';
import { presets } from '../../../core/contracts/presets.ts';
import { withVault } from './assemblies.ts';

type Change = (config: ConfigInput) => ConfigInput;

type Plan = Extract<ConfigInput['plans'][string], { readonly every: string }>;

const withEventLog =
  (change: Partial<Plan>): Change =>
  (config) => ({ ...config, plans: { ...config.plans, 'event-log': { ...presets.eventLog, ...change } } });

const OTHER_CADENCE = { every: '2h', rpo: '5h' };
const OTHER_TIERS = {
  keep: { hourly: '3d', daily: '40d', weekly: '180d', monthly: '800d' },
  minimumRedundancy: 3,
};
const OTHER_NODES: Pick<Plan, 'drill'> = { drill: { schedule: 'weekly', nodeType: 'cache.r7g.large' } };

/** Each kind of change that a person makes to the configuration, from the demo's. */
export const CHANGES = {
  'a plan’s cadence': withEventLog(OTHER_CADENCE),
  'a plan’s tiers': withEventLog(OTHER_TIERS),
  'the locks': withVault({ lock: { mode: 'governance', days: 2, tiers: { weekly: 28, monthly: 60 } } }),
  'a cache added': (config) => ({ ...config, caches: { ...config.caches, carts: 'event-log' } }),
  'a cache removed': ({ caches: { sessions: _, ...caches } = {}, ...config }) => ({ ...config, caches }),
  'the shards at once': withVault({ shardsAtOnce: 1 }),
  'the drill’s nodes': withEventLog(OTHER_NODES),
  'the mails': (config) => ({
    ...config,
    alerts: { ...config.alerts, emails: ['team@example.com', 'on-call@example.com'] },
  }),
  chat: (config) => ({ ...config, alerts: { ...config.alerts, chat: true } }),
  'a mail taken away': (config) => ({
    ...config,
    alerts: { ...config.alerts, emails: ['team@example.com'] },
  }),
  'the heartbeat': (config) => ({
    ...config,
    heartbeat: { parameter: '/redrill/heartbeat-url', convention: 'plain' },
  }),
  'no heartbeat': ({ heartbeat: _, ...config }) => config,
} as const satisfies Readonly<Record<string, Change>>;

const AT_ONCE = ['the locks', 'a cache added', 'a mail taken away', 'no heartbeat'] as const;

/** All that can be changed at once. */
export const EVERYTHING_CHANGED: Change = (config) =>
  AT_ONCE.reduce<ConfigInput>(
    (changed, name) => CHANGES[name](changed),
    withEventLog({ ...OTHER_CADENCE, ...OTHER_TIERS, ...OTHER_NODES })(config),
  );
