import * as z from 'zod';

const count = z.int().nonnegative();

const refusal = z.strictObject({
  kind: z.enum(['key', 'library']),
  database: count,
  /** As text, or in base64 if it is none. */
  name: z.union([z.strictObject({ text: z.string() }), z.strictObject({ base64: z.string() })]),
  type: z.string(),
  /** `BAD_DATA`, `BAD_PAYLOAD`, `TOO_BIG`, or the first word of the cache's error. */
  code: z.string(),
  /** For people; it may change. */
  message: z.string(),
});

/** What `redrill recover --json` prints: a stable contract; see docs/cli.md. */
export const RecoverOutput = z.strictObject({
  contract: z.literal(1),
  /** `plan`: nothing was asked but versions. `report`: every key was looked for. `recovered`: written. */
  outcome: z.enum(['plan', 'report', 'recovered']),
  source: z.string(),
  target: z.strictObject({
    name: z.string(),
    engine: z.enum(['redis', 'valkey']),
    version: z.string(),
    clusterMode: z.boolean(),
    shards: count,
  }),
  mode: z.enum(['missing', 'overwrite', 'report']),
  /** Keys in the files: the sum of the six that follow. */
  read: count,
  /** Of a plan or report: what would be. */
  written: count,
  /** There already, and left as they are; null in a plan, which does not look. */
  skipped: count.nullable(),
  expired: count,
  refused: count,
  filtered: count,
  /** Collections without elements, which a server drops. */
  empty: count,
  functions: z.strictObject({ written: count, skipped: count, refused: count }),
  refusals: z.array(refusal),
  warnings: z.array(z.string()),
  seconds: z.number().nonnegative(),
});
export type RecoverOutput = z.output<typeof RecoverOutput>;
