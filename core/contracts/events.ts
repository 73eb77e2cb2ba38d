import * as z from 'zod';
import { drillSummary, PROOFS } from './drill.ts';
import { cacheName, planName, slot, tier, verdict } from './fields.ts';
import { reason } from './recovery-point.ts';

/**
 * What Redrill puts on an event bus, and posts to HTTPS endpoints: contracts with whoever reads them. Fields are added, never
 * changed or removed; what would change one gets a new `version`. docs/schemas has each as a JSON Schema.
 */

export const EVENT_SOURCE = 'redrill';

const common = {
  version: z.literal(1),
  id: z.string().describe('Of the fact that the event reports: an event that is sent again has the same id.'),
  region: z.string().describe('The region that reports it.'),
};

const inVault = z.object({ bucket: z.string(), key: z.string() });

export const alertEvent = z
  .object({
    ...common,
    state: z
      .enum(['raised', 'resolved', 'test'])
      .describe('`raised`: first message or a reminder. `test`: the test message, nothing is wrong.'),
    code: z.string().describe('As in docs/alerts.md and docs/errors.md, without the ending `Resolved`.'),
    severity: z
      .enum(['page', 'ticket', 'none'])
      .describe('Of the problem, also when it is resolved; `none` of the test message.'),
    fault: z
      .string()
      .describe('The problem: the same in the first message, in reminders and in the resolution.'),
    about: z.string().describe('A cache; for a few codes a region or `vault`.'),
    subject: z.string(),
    text: z.string().describe('The message as in the e-mail.'),
    next: z.string().optional().describe('The command to run next.'),
    runbook: z.string().optional().describe('URL of the runbook.'),
  })
  .describe('An alert of Redrill, its end, or the test message.');
export type AlertEvent = z.output<typeof alertEvent>;

export const verdictEvent = z
  .object({
    ...common,
    cache: cacheName,
    plan: planName,
    slot,
    tier,
    verdict,
    reasons: z.array(reason).describe('Why the verdict is not `verified`.'),
    takenAt: z.iso.datetime(),
    admittedAt: z.iso.datetime(),
    keys: z.int().nonnegative(),
    bytes: z.int().nonnegative(),
    record: inVault.describe('The record of the recovery point in the vault.'),
  })
  .describe('A recovery point has entered the vault, with this verdict.');
export type VerdictEvent = z.output<typeof verdictEvent>;

export const drillEndedEvent = z
  .object({
    ...common,
    ...drillSummary.shape,
    proof: z
      .enum(PROOFS)
      .describe('What the drill showed: that the data is right, that it is not, or nothing.'),
    cache: cacheName,
    plan: planName.optional(),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime(),
    report: inVault.describe('The report as JSON in the vault.'),
    page: inVault.describe('The report as one HTML file in the vault.'),
  })
  .describe('A restore drill has ended and its report is written.');
export type DrillEndedEvent = z.output<typeof drillEndedEvent>;

export const releasedEvent = z
  .object({
    ...common,
    cache: cacheName,
    plan: planName,
    slot,
    tier,
    why: z.string().describe('Why it is no longer needed.'),
  })
  .describe('A recovery point was released: S3 expires it when the days of its tier are over.');
export type ReleasedEvent = z.output<typeof releasedEvent>;

/** By their name in `vault.onEvent(…)` and in docs/schemas. */
export const EVENTS = {
  Alert: { detailType: 'Redrill Alert', schema: alertEvent },
  Verdict: { detailType: 'Redrill Recovery Point Verdict', schema: verdictEvent },
  DrillEnded: { detailType: 'Redrill Drill Ended', schema: drillEndedEvent },
  Released: { detailType: 'Redrill Recovery Point Released', schema: releasedEvent },
} as const;

export type EventName = keyof typeof EVENTS;
export type EventDetail<Name extends EventName> = z.output<(typeof EVENTS)[Name]['schema']>;

/** An event to be put. */
export type RedrillEvent = {
  readonly [Name in EventName]: { readonly name: Name; readonly detail: EventDetail<Name> };
}[EventName];
