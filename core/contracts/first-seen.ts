import * as z from 'zod';

/**
 * `watch/first-seen.json`: since when each protected cache that has no copy yet has been watched, which is what its age is
 * counted from until it is registered. Losing it restarts that age.
 */
export const firstSeen = z.object({ version: z.literal(1), caches: z.record(z.string(), z.iso.datetime()) });
export type FirstSeen = z.output<typeof firstSeen>;

export const NONE_SEEN: FirstSeen = { version: 1, caches: {} };
