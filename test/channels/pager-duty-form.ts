import { z } from 'zod';

/**
 * An event of PagerDuty's Events API v2: written from PagerDuty's page, not from what composes our events.
 * https://developer.pagerduty.com/docs/send-alert-event (checked 2026-11-24)
 */
const common = {
  /** "a 32 character Integration Key" */
  routing_key: z.string().length(32),
  /** "maximum permitted length of this property is 255 characters" */
  dedup_key: z.string().min(1).max(255),
};

export const pagerDutyForm = z.discriminatedUnion('event_action', [
  z.strictObject({
    ...common,
    event_action: z.literal('trigger'),
    payload: z.strictObject({
      summary: z.string().min(1).max(1_024),
      source: z.string().min(1),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
      timestamp: z.iso.datetime({ offset: true }).optional(),
      component: z.string().optional(),
      group: z.string().optional(),
      class: z.string().optional(),
      custom_details: z.record(z.string(), z.json()).optional(),
    }),
    images: z
      .array(z.strictObject({ src: z.url(), href: z.url().optional(), alt: z.string().optional() }))
      .optional(),
    links: z.array(z.strictObject({ href: z.url(), text: z.string().optional() })).optional(),
    client: z.string().optional(),
    client_url: z.url().optional(),
  }),
  z.strictObject({ ...common, event_action: z.enum(['acknowledge', 'resolve']) }),
]);
export type PagerDutyForm = z.output<typeof pagerDutyForm>;

/** "The maximum size of an event is 512 KB." */
export const PAGERDUTY_MAX_BYTES = 512 * 1_024;
