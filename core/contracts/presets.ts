import type { ConfigInput } from './config.ts';

type PlanInput = ConfigInput['plans'][string];

/**
 * Plans for the classes of data that people keep in Redis. Spread one and change what differs:
 * `orders: { ...presets.jobQueue, drill: { schedule: 'daily', nodeType: 'cache.r7g.large' } }`.
 */
export const presets = {
  /** Rebuilt from its origin at any time: deliberately unprotected. */
  pureCache: { unprotected: 'a pure cache: every value can be computed again from its origin' },

  /** Losing it logs people out. RPO 8 h, RTO 1 h. */
  sessionStore: {
    every: '6h',
    keep: { hourly: '2d', daily: '7d', weekly: '28d', monthly: '90d' },
    rpo: '8h',
    rto: '1h',
    drill: { schedule: 'weekly', nodeType: 'cache.t4g.medium', fallbackNodeTypes: ['cache.t3.medium'] },
  },

  /** Losing it loses work that was promised. RPO 3 h, RTO 1 h. */
  jobQueue: {
    every: '2h',
    keep: { hourly: '2d', daily: '30d', weekly: '364d', monthly: '364d' },
    rpo: '3h',
    rto: '1h',
    drill: { schedule: 'weekly', nodeType: 'cache.t4g.medium', fallbackNodeTypes: ['cache.t3.medium'] },
  },

  /** Losing it opens the gates for one window. RPO 26 h, RTO 4 h. */
  rateLimits: {
    every: '24h',
    keep: { hourly: '2d', daily: '7d', weekly: '28d', monthly: '90d' },
    rpo: '26h',
    rto: '4h',
    drill: { schedule: 'monthly', nodeType: 'cache.t4g.medium', fallbackNodeTypes: ['cache.t3.medium'] },
  },

  /** Losing it loses history that exists nowhere else. RPO 3 h, RTO 2 h, monthly copies for ever. */
  eventLog: {
    every: '2h',
    keep: { hourly: '2d', daily: '30d', weekly: '364d', monthly: 'forever' },
    rpo: '3h',
    rto: '2h',
    minimumRedundancy: 3,
    drill: {
      schedule: 'daily',
      nodeType: 'cache.r7g.large',
      fallbackNodeTypes: ['cache.m7g.xlarge', 'cache.r7g.xlarge'],
      // A copy that is kept for years must be restorable for years.
      choose: 'random',
      window: '364d',
    },
  },
} as const satisfies Readonly<Record<string, PlanInput>>;
