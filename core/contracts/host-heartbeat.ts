import * as z from 'zod';
import { cacheName, slot } from './fields.ts';
import { duration } from './plan.ts';
import { HOST_FORM } from './server-seal.ts';

/** Text of a host that ends up in alerts: one line, without control characters or markup of other alphabets. */
const line = z.string().regex(/^[ -~]{1,300}$/);

/** What the last slot that a host has shipped took, and what the next one needs. */
const shipped = z.object({
  slot,
  /** From the beginning of the save to the seal. */
  seconds: z.number().nonnegative(),
  /** Free on the disk that the server saves to. */
  freeBytes: z.number().nonnegative(),
  fileBytes: z.number().nonnegative(),
});

/** That the last attempt failed, and since when they do. */
const failing = z.object({ code: z.string().regex(/^\w{1,64}$/), message: line, since: z.iso.datetime() });

/** `servers/<server>/heartbeat-<shard>-<host>.json`: that a host runs, and how it gets on. The one object that it writes over. */
export const hostHeartbeat = z.object({
  version: z.literal(1),
  redrill: z.string().regex(/^[\w.+-]{1,64}$/),
  server: cacheName,
  shard: z.int().positive(),
  host: z.string().regex(HOST_FORM),
  /** How often it ships, by its own configuration. */
  every: duration,
  /** How long the next heartbeat may take if all is well. */
  nextWithinSeconds: z
    .number()
    .positive()
    .max(366 * 86_400),
  shipped: shipped.optional(),
  failing: failing.optional(),
});
export type HostHeartbeat = z.output<typeof hostHeartbeat>;

/** What a host has said last, and when, by S3's clock. */
export const hostSeen = hostHeartbeat.extend({ at: z.iso.datetime() });
export type HostSeen = z.output<typeof hostSeen>;

/** @returns the text as one harmless line of at most 300 characters */
export function lineOf(text: string): string {
  const harmless = text.replace(/\s+/g, ' ').replace(/[^ -~]/g, '?');
  return harmless.slice(0, 300).trim() || '?';
}
