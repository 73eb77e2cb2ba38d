import type { Readings } from '@redrill/local-aws/readings';
import { Random } from '../random.ts';

/**
 * Seconds, shorter than the local AWS's so that fewer polls are simulated; what the answers say about minutes and hours is
 * their proportion to the product's limits.
 */
const SPANS = { snapshot: [30, 90], export: [30, 100], create: [240, 700], delete: [240, 240] } as const;

/** `long` keeps a cluster's creation below the hour that the product waits for it; in `hours` no snapshot is there in two. */
const SCALE = { minutes: 1, seconds: 1 / 20, long: 5, hours: 300 } as const;

/** How long a step of ElastiCache takes. */
export function lastsMs(
  step: keyof typeof SPANS,
  { seed, readings, name }: { readonly seed: number; readonly readings: Readings; readonly name: string },
): number {
  const [least, most] = SPANS[step];
  const purpose = step === 'create' || step === 'delete' ? `cluster ${name}` : `${step} ${name}`;
  return new Random(seed, purpose).between(least, most) * SCALE[readings.durations] * 1000;
}
