import * as z from 'zod';
import { cacheName, planName, slot } from './fields.ts';
import { hostSeen } from './host-heartbeat.ts';

/** What is seen of the source region, for the vault's watch, which depends on nothing there. */

/** Whether backups find a cache: it is there and on a plan; there, and on none; or not there. */
export const CACHE_STATES = ['protected', 'unplanned', 'gone'] as const;
export type CacheState = (typeof CACHE_STATES)[number];

/** `watch/discovered.json` in the landing bucket, by watch-source: the caches that are there, and those that were. */
export const discovery = z.object({
  version: z.literal(1),
  /** Version of Redrill that wrote it: the one that is deployed. @default 0.1.0, which did not say */
  redrill: z.string().optional(),
  /** When the first look was. */
  since: z.iso.datetime(),
  /** When the last look was. */
  at: z.iso.datetime(),
  caches: z.record(cacheName, z.object({ state: z.enum(CACHE_STATES), since: z.iso.datetime() })),
  /** Why alerts of the source region reach nobody, as far as that region can see. @default they reach someone */
  alertsLost: z.string().optional(),
});
export type Discovery = z.output<typeof discovery>;

/** `watch/source.json` in the staging bucket, by find-exports, which alone of the vault's side reads the landing bucket. */
export const sourceSight = z.object({
  version: z.literal(1),
  at: z.iso.datetime(),
  /** Sealed exports that are not in the vault. */
  waiting: z.array(z.object({ cache: cacheName, plan: planName, slot, sealedAt: z.iso.datetime() })),
  discovered: discovery.optional(),
  /** Hosts of servers that have sent a heartbeat in the last days. @default not known: written by an earlier version */
  hosts: z.array(hostSeen).optional(),
});
export type SourceSight = z.output<typeof sourceSight>;
