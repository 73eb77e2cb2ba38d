import * as z from 'zod';
import { drillSummary } from './drill.ts';
import { cacheName, slot, tier } from './fields.ts';

/** What is not as it must be with a cache: a stable code, and a sentence without ages, so that it stays the same while it lasts. */
export const fleetProblem = z.object({
  code: z.string(),
  message: z.string(),
  /** Of the recovery point that it is about. */
  slot: slot.optional(),
  /** Since when an alert of it has been open. */
  since: z.iso.datetime().optional(),
  /** Of an alert that is not about a cache of the list: a region, `vault`, or a cache that is not protected any more. */
  about: z.string().optional(),
  /** Of an alert of which nothing else shows. */
  severity: z.enum(['page', 'ticket']).optional(),
});
export type FleetProblem = z.output<typeof fleetProblem>;

/**
 * How the copies of a day were: `verified`, all of them and never older than the RPO; `late`, verified, but the RPO was missed
 * in between; `suspect`, one or more of them suspect or corrupt; `missing`, none, and the RPO was missed; `not-due`, none, and
 * none was needed for the RPO; `unknown`, not recorded.
 */
export const DAY_STATES = ['verified', 'late', 'suspect', 'missing', 'not-due', 'unknown'] as const;

/** Days in a row (UTC, both included) that were alike. */
export const fleetDays = z.object({
  from: z.iso.date(),
  to: z.iso.date(),
  state: z.enum(DAY_STATES),
  /** The longest time from one verified copy to the next, or to the end of the day; absent if it is not known. */
  longestGapSeconds: z.number().nonnegative().optional(),
});
export type FleetDays = z.output<typeof fleetDays>;

/** How one protected cache stands against its plan. */
export const fleetCache = z.object({
  cache: cacheName,
  plan: z.string(),
  rpoSeconds: z.number().positive(),
  rtoSeconds: z.number().positive(),
  /** Newest verified recovery point; absent while there is none. */
  newest: z.object({ slot, tier, keys: z.int().nonnegative(), bytes: z.int().nonnegative() }).optional(),
  /** Newest first; absent while there has been none. */
  lastDrill: drillSummary.optional(),
  /** Oldest first. Absent in documents of before they were kept. */
  days: z.array(fleetDays).optional(),
  /** The newest drills of these days, newest first. Absent in documents of before they were kept. */
  drills: z
    .array(drillSummary.pick({ drill: true, verdict: true, proof: true, achievedRtoSeconds: true }))
    .optional(),
  /** The last drill that proved a copy of each tier, among the drills that are remembered. */
  proven: z.array(z.object({ tier, drill: slot })),
  /** The worst first. */
  problems: z.array(fleetProblem),
});
export type FleetCache = z.output<typeof fleetCache>;

/** `reports/index.json`: how every protected cache stood at an instant. */
export const fleet = z.object({
  version: z.literal(1),
  asOf: z.iso.datetime(),
  /** Version of Redrill that wrote it: the one that is deployed. @default 0.1.0, which did not say */
  redrill: z.string().optional(),
  /** Which runbooks lie beside the page: what they were made of. @default none */
  runbooks: z.string().optional(),
  /** Of the installation as a whole. @default none */
  problems: z.array(fleetProblem).optional(),
  /** Those with problems first. */
  caches: z.array(fleetCache),
  /** On a plan that says why it protects nothing, or forgotten. */
  unprotected: z.array(z.object({ cache: z.string(), because: z.string() })),
});
export type Fleet = z.output<typeof fleet>;
