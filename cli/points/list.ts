import type { DrillFinding } from '../../core/contracts/drill.ts';
import { isProtected, type ProtectedPlan } from '../../core/contracts/plan.ts';
import { planNames } from '../../core/contracts/servers.ts';
import { AppError } from '../../core/model/errors.ts';
import { instantIn } from '../../core/model/instant.ts';
import { lineageIdOf } from '../../core/model/lineage.ts';
import { pointNameOf } from '../../core/model/point-name.ts';
import { instantOf } from '../../core/model/slot.ts';
import { type ExplainedPoint, explainPoints } from '../../core/retention/explain-points.ts';
import { knownDrills } from '../../vault/drill-history.ts';
import { ExitStatus } from '../exit-status.ts';
import { openVault, registered, type Vault, type VaultOptions } from '../vault.ts';
import type { PointsOutput } from './contract.ts';
import { pointsText } from './text.ts';

interface ListOptions extends VaultOptions {
  readonly before?: string;
  readonly explain?: true;
  readonly json?: true;
}

/**
 * Prints the recovery points of a cache.
 * @returns the exit status: bad if a drill has shown one of them to be bad
 * @throws AppError `BadInput`, `UnknownCache`, `NoRecoveryPoint`
 */
export async function list(
  cache: string,
  { before, explain, json, ...options }: ListOptions,
): Promise<number> {
  const until = before === undefined ? undefined : boundIn(before);
  const vault = await openVault(options);
  const entry = await registered(vault, cache);
  const name = planNames(vault.config)[cache] ?? entry.plan;
  const [{ points: all, unusable }, { findings }] = await Promise.all([
    vault.catalogue.survey(cache),
    knownDrills(vault.catalogue, cache),
  ]);
  for (const { address, problem } of unusable)
    console.error(`${pointNameOf(address)} (${address.tier}) cannot be used: ${problem}`);
  const explained = explainPoints(all, entry, planOf(vault, name)).filter(
    ({ point }) => until === undefined || instantOf(point.slot) < until,
  );
  if (explained.length === 0)
    throw nothingBefore(
      cache,
      until,
      all.map(({ slot }) => instantOf(slot)),
    );
  const failed = new Map(findings.map((finding) => [finding.slot, finding]));
  console.log(
    json
      ? JSON.stringify(outputOf(cache, name, explained, failed), null, 2)
      : pointsText(entry, explained, { explain: explain === true, failed }),
  );
  return explained.some(({ point }) => failed.has(point.slot)) ? ExitStatus.bad : ExitStatus.good;
}

/** @throws AppError `UnknownPlan` */
export function planOf(
  { config }: Pick<Vault, 'config'>,
  name: string,
): Pick<ProtectedPlan, 'keep' | 'minimumRedundancy'> {
  const plan = config.plans[name];
  if (plan !== undefined && isProtected(plan)) return plan;
  throw new AppError(
    'UnknownPlan',
    `the cache is on plan '${name}', which the configuration does not define as a protected one`,
  );
}

function boundIn(text: string): Date {
  const instant = instantIn(text);
  if (instant !== undefined) return instant;
  throw new AppError(
    'BadInput',
    `--before '${text}' is not a time; write it as 2026-11-21T06:00Z, or a slot such as 20261121T060000Z`,
  );
}

function nothingBefore(cache: string, until: Date | undefined, slots: readonly Date[]): AppError {
  const oldest = slots.reduce<Date | undefined>(
    (first, at) => (first === undefined || at < first ? at : first),
    undefined,
  );
  const when = until === undefined ? '' : ` before ${until.toISOString().slice(0, 16)}Z`;
  const instead = oldest === undefined ? '' : `; the oldest is of ${oldest.toISOString().slice(0, 16)}Z`;
  return new AppError(
    until === undefined ? 'NoRecoveryPoint' : 'UnknownPoint',
    `there is no recovery point of ${cache}${when} in the vault${instead}`,
  );
}

function outputOf(
  cache: string,
  plan: string,
  explained: readonly ExplainedPoint[],
  failed: ReadonlyMap<string, DrillFinding>,
): PointsOutput {
  return {
    cache,
    plan,
    points: explained.map(({ point, expiresFrom, tierBecause, fate, fateBecause }) => ({
      slot: point.slot,
      tier: point.tier,
      verdict: point.verdict,
      reasons: point.reasons,
      keys: point.totals.keys,
      bytes: point.totals.bytes,
      shards: point.shards.length,
      takenAt: point.takenAt,
      ...(point.accepted === undefined ? {} : { accepted: point.accepted }),
      ...failedDrillOf(failed.get(point.slot)),
      ...(point.lineage && { lineage: lineageIdOf(point.lineage.createdAt) }),
      tierBecause,
      fate,
      fateBecause,
      ...(expiresFrom === undefined ? {} : { expiresFrom: expiresFrom.toISOString() }),
    })),
  };
}

function failedDrillOf(finding: DrillFinding | undefined) {
  if (finding === undefined) return {};
  const { drill, code, message } = finding;
  return { failedDrill: { drill, code, message } };
}
