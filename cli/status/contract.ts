import * as z from 'zod';
import { drillSummary } from '../../core/contracts/drill.ts';
import { instantOf } from '../../core/model/slot.ts';
import { VERSION } from '../../core/model/version.ts';
import type { Status, StatusCache, StatusProblem } from '../../core/watch/assess-status.ts';

const problem = z.strictObject({
  code: z.string(),
  message: z.string(),
  /** Of the recovery point that it is about. */
  slot: z.string().optional(),
  /** Since when an alert of it has been open. */
  since: z.iso.datetime().optional(),
  /** Of an alert about no cache of the list: a region, `vault`, or a cache that is not protected any more. */
  about: z.string().optional(),
  /** Of the alert, where nothing but the alert shows the problem. */
  severity: z.enum(['page', 'ticket']).optional(),
  urgency: z.enum(['critical', 'warning']),
  next: z.string(),
  runbook: z.string(),
});

/** What `redrill status --json` prints: a stable contract; see docs/cli.md. */
export const statusOutput = z.strictObject({
  contract: z.literal(1),
  vault: z.string(),
  asOf: z.iso.datetime(),
  /** Versions of Redrill: of this command, and of the stacks; null where it is not known. */
  versions: z.strictObject({
    command: z.string(),
    vault: z.string().nullable(),
    source: z.string().nullable(),
  }),
  /** When the vault's own watch last wrote how all caches stand; null if it never has. */
  watchedAt: z.iso.datetime().nullable(),
  state: z.enum(['ok', 'warning', 'critical']),
  problems: z.array(problem),
  caches: z.array(
    z.strictObject({
      cache: z.string(),
      plan: z.string(),
      state: z.enum(['ok', 'warning', 'critical']),
      rpoSeconds: z.number(),
      rtoSeconds: z.number(),
      newest: z
        .strictObject({
          slot: z.string(),
          tier: z.enum(['hourly', 'daily', 'weekly', 'monthly']),
          keys: z.int(),
          bytes: z.int(),
          ageSeconds: z.number().nonnegative(),
        })
        .nullable(),
      lastDrill: z
        .strictObject({
          drill: z.string(),
          verdict: z.enum(['passed', 'failed']),
          proof: drillSummary.shape.proof,
          ageSeconds: z.number().nonnegative(),
          rtoSeconds: z.number().nullable(),
        })
        .nullable(),
      held: z.array(z.string()),
      suspect: z.array(z.string()),
      corrupt: z.array(z.string()),
      /** Points that a drill has shown to be bad, until a later drill of them passes. */
      failedDrill: z.array(z.string()),
      problems: z.array(problem),
    }),
  ),
  unprotected: z.array(z.strictObject({ cache: z.string(), because: z.string() })),
});
export type StatusOutput = z.output<typeof statusOutput>;
export type State = StatusOutput['state'];

/** The worst of these problems. */
export function stateOf(problems: readonly Pick<StatusProblem, 'urgency'>[]): State {
  if (problems.some(({ urgency }) => urgency === 'critical')) return 'critical';
  return problems.length > 0 ? 'warning' : 'ok';
}

export function outputOf(status: Status, vault: string): StatusOutput {
  const { asOf, watchedAt = null, problems, caches, unprotected } = status;
  const { vault: ofVault = null, source = null } = status.deployed;
  return {
    contract: 1,
    vault,
    asOf,
    versions: { command: VERSION, vault: ofVault, source },
    watchedAt,
    state: stateOf([...problems, ...caches.flatMap((cache) => cache.problems)]),
    problems: [...problems],
    caches: caches.map((cache) => cacheOutput(cache, asOf)),
    unprotected: [...unprotected],
  };
}

function cacheOutput(each: StatusCache, asOf: string): StatusOutput['caches'][number] {
  const { cache, plan, rpoSeconds, rtoSeconds, newest, ageSeconds = 0, lastDrill, marked, problems } = each;
  return {
    cache,
    plan,
    state: stateOf(problems),
    rpoSeconds,
    rtoSeconds,
    newest: newest === undefined ? null : { ...newest, ageSeconds },
    lastDrill:
      lastDrill === undefined
        ? null
        : {
            drill: lastDrill.drill,
            verdict: lastDrill.verdict,
            proof: lastDrill.proof,
            ageSeconds: Math.max(0, (Date.parse(asOf) - instantOf(lastDrill.drill).getTime()) / 1000),
            rtoSeconds: lastDrill.achievedRtoSeconds ?? null,
          },
    held: [...marked.held],
    suspect: [...marked.suspect],
    corrupt: [...marked.corrupt],
    failedDrill: [...each.failedDrill],
    problems: [...problems],
  };
}
