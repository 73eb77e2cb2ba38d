import * as z from 'zod';

/**
 * `watch/confirmed.json`: the subscriptions, as `<topic> <endpoint>`, whose recipients have been sent the alarms that were in
 * ALARM when they confirmed. Losing it makes the watch send those that are then in ALARM once more.
 */
export const confirmed = z.object({ version: z.literal(1), subscriptions: z.array(z.string()) });
export type Confirmed = z.output<typeof confirmed>;

export const NONE_CONFIRMED: Confirmed = { version: 1, subscriptions: [] };
