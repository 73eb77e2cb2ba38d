import { KEY_TYPES } from '@redrill/rdb';
import * as z from 'zod';

const count = z.int().nonnegative();

/** After the year 9999 with a sign and six digits, as ISO 8601 expands them: Redis takes such times. */
const instant = z.string().regex(/^(\d{4}|[+-]\d{6})-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

const key = z.strictObject({
  database: count,
  /** As text, or in base64 if it is none. */
  name: z.union([z.strictObject({ text: z.string() }), z.strictObject({ base64: z.string() })]),
  type: z.enum(KEY_TYPES),
  /** Null for never; of a key that is on one side only, null on the other. */
  expiresAt: z.strictObject({ point: instant.nullable(), cache: instant.nullable() }),
});

const differing = z.strictObject({
  keys: count,
  byType: z.partialRecord(z.enum(KEY_TYPES), count),
  /** The first ones, as many as --limit says. */
  named: z.array(key),
});

const libraries = z.array(z.string());

/** What `redrill compare --json` prints: a stable contract; see docs/cli.md. */
export const CompareOutput = z.strictObject({
  contract: z.literal(1),
  /** `added`: there are keys or libraries in the cache only, and nothing else differs. */
  verdict: z.enum(['equal', 'added', 'different']),
  source: z.string(),
  target: z.string(),
  keysExpected: count,
  /** In the cache when it was read. */
  keysFound: count,
  /** Gone because their time has come: no difference. */
  expired: count,
  /** In the point or file only. */
  missing: differing,
  /** In the cache only. */
  added: differing,
  /** Of another type or value. */
  different: differing,
  /** Of the same value, with another time to expire. */
  ttl: differing,
  /** Function libraries, by name. */
  functions: z.strictObject({ missing: libraries, added: libraries, different: libraries }),
  warnings: z.array(z.string()),
  seconds: z.number().nonnegative(),
});
export type CompareOutput = z.output<typeof CompareOutput>;
