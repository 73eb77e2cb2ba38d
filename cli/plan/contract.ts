import * as z from 'zod';

const cost = z.strictObject({ what: z.string(), how: z.string(), usd: z.number().nonnegative() });
const objective = z.strictObject({
  targetSeconds: z.number(),
  achievableSeconds: z.number(),
  met: z.boolean(),
});
const copies = z.strictObject({ kept: z.string(), standard: z.number(), archived: z.number() });

/** What `redrill plan --json` prints: a stable contract; see docs/cli.md. */
export const planOutput = z.strictObject({
  contract: z.literal(1),
  /** What is not in the configuration: the size of a backup, and what ElastiCache takes for its parts. */
  assumed: z.strictObject({ gb: z.number(), shards: z.int(), waitSeconds: z.number(), pricesOf: z.string() }),
  plans: z.array(
    z.strictObject({
      plan: z.string(),
      /** Those that the configuration names; caches that carry the tag are not known here. */
      caches: z.array(z.string()),
      /** Servers of one's own. */
      servers: z.array(z.string()),
      backups: z.strictObject({
        slotsPerDay: z.number(),
        snapshotsPerNodePerDay: z.int(),
        snapshotQuota: z.int(),
      }),
      copies: z.strictObject({ hourly: copies, daily: copies, weekly: copies, monthly: copies }),
      minimumRedundancy: z.int(),
      storageGb: z.strictObject({
        vault: z.number(),
        archive: z.number(),
        landing: z.number(),
        snapshots: z.number(),
      }),
      rpo: objective,
      rto: objective,
      drills: z.strictObject({
        schedule: z.enum(['daily', 'weekly', 'monthly']),
        perMonth: z.number(),
        nodeType: z.string(),
        /** The limits of drills of serverless caches, and the most that these cost per cache and month, besides `costs`. */
        serverless: z
          .strictObject({ storageGb: z.int(), ecpuPerSecond: z.int(), usdAtMost: z.number().nonnegative() })
          .optional(),
      }),
      /** Per cache and month; of a plan that has servers alone, per server and month. */
      costs: z.array(cost),
      usdPerCacheAndMonth: z.number(),
      /** A server has no snapshots; its host sends heartbeats. Absent if no server is on the plan. */
      usdPerServerAndMonth: z.number().optional(),
      /** What cannot work as it is configured, under what is assumed. */
      problems: z.array(z.string()),
    }),
  ),
  unprotected: z.array(
    z.strictObject({ plan: z.string(), because: z.string(), caches: z.array(z.string()) }),
  ),
  /** Once per installation and month. */
  fixedCosts: z.array(cost),
  usdPerMonth: z.number(),
});
export type PlanOutput = z.output<typeof planOutput>;
export type PlanMeaning = PlanOutput['plans'][number];

/** A plan that has servers of one's own alone, of which there are no snapshots. */
export const isOfServers = ({ caches, servers }: Pick<PlanMeaning, 'caches' | 'servers'>): boolean =>
  caches.length === 0 && servers.length > 0;
