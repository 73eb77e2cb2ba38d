import * as z from 'zod';

/** What watch-vault remembers between two looks; losing it repeats an alert, and restarts the age of what never had a copy. */
export const watchMemory = z.object({
  version: z.literal(1),
  /** When a protected cache without any recovery point was first seen. */
  firstSeen: z.record(z.string(), z.iso.datetime()),
  /** Caches outside their RPO, and when people were last told. */
  told: z.record(z.string(), z.iso.datetime()),
});
export type WatchMemory = z.output<typeof watchMemory>;

export const EMPTY_MEMORY: WatchMemory = { version: 1, firstSeen: {}, told: {} };
