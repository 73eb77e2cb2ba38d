import { defineConfig, presets } from 'redrill/config';

/** What is protected, how often, how long it is kept, and who is told. Deploy after a change. */
export default defineConfig({
  source: { region: 'eu-west-1' },
  vault: {
    region: 'eu-central-1',
    lock: { mode: 'governance', days: 1, tiers: { weekly: 28, monthly: 90 } },
  },
  plans: {
    'session-store': {
      ...presets.sessionStore,
      // `carts` is serverless, and drilled in a serverless cache.
      drill: { ...presets.sessionStore.drill, serverless: { storageGb: 5, ecpuPerSecond: 5_000 } },
    },
    'job-queue': presets.jobQueue,
    'rate-limits': presets.rateLimits,
    'event-log': presets.eventLog,
    'pure-cache': presets.pureCache,
  },
  /** Besides these, every cache that carries the tag `redrill:plan` with the name of a plan. */
  caches: { sessions: 'session-store', orders: 'event-log' },
  alerts: {
    emails: ['on-call@example.com'],
    canary: { schedule: 'daily' },
  },
  heartbeat: { parameter: '/redrill/heartbeat-url', convention: 'healthchecks' },
});
