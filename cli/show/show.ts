import { objectFacts } from '../../adapters/aws/object-facts.ts';
import { isProtected } from '../../core/contracts/plan.ts';
import { planNames } from '../../core/contracts/servers.ts';
import { AppError } from '../../core/model/errors.ts';
import { vaultKeys } from '../../core/model/keys.ts';
import { pointNameOf } from '../../core/model/point-name.ts';
import { RELEASE_TAG } from '../../core/model/tags.ts';
import { type ExplainedPoint, explainPoints } from '../../core/retention/explain-points.ts';
import { damageOf } from '../../core/watch/point-damage.ts';
import { knownDrills } from '../../vault/drill-history.ts';
import { evidenceOf } from '../../vault/verified-files.ts';
import { ExitStatus } from '../exit-status.ts';
import { type NamedPoint, pointNamed } from '../point.ts';
import { openVault, type Vault, type VaultOptions } from '../vault.ts';
import type { ShowOutput } from './contract.ts';
import { showText } from './text.ts';

interface ShowOptions extends VaultOptions {
  readonly json?: true;
}

/** Prints everything that is recorded about a recovery point. @returns the exit status: bad unless verified and whole */
export async function show(
  first: string,
  second: string | undefined,
  { json, ...options }: ShowOptions,
): Promise<number> {
  const vault = await openVault(options);
  const named = await pointNamed(vault, first, second);
  if (named.warning !== undefined) console.error(named.warning);
  const output = await outputOf(vault, named);
  console.log(json ? JSON.stringify(output, null, 2) : showText(output, vault.now()));
  const isGood = output.verdict === 'verified' && output.lacks.length === 0 && output.failedDrill === null;
  return isGood ? ExitStatus.good : ExitStatus.bad;
}

async function outputOf(vault: Vault, { point, entry, finding }: NamedPoint): Promise<ShowOutput> {
  const { catalogue, config } = vault;
  const { cache, slot } = point;
  const { bucket } = catalogue.vault;
  const facts = objectFacts(bucket, config.vault.region);
  const [versions, found, record, all, { history }] = await Promise.all([
    catalogue.vault.versions(vaultKeys.point(point)),
    catalogue.record(point),
    facts(vaultKeys.record(point)),
    catalogue.points(cache),
    knownDrills(catalogue, cache),
  ]);
  const evidence = await evidenceOf(catalogue.vault, point, { record: found, versions });
  const url = (key: string) => `s3://${bucket}/${key}`;
  const { tierBecause, fate, fateBecause, expiresFrom } = explanationOf(vault, { point, entry }, all);
  const held = entry.holds.find((hold) => hold.slot === slot);
  const drills = history.drills.filter((drill) => drill.point?.slot === slot);
  return {
    contract: 1,
    name: pointNameOf(point),
    cache,
    slot,
    tier: point.tier,
    tierBecause,
    plan: point.plan,
    verdict: point.verdict,
    reasons: point.reasons,
    ...(point.loss && { lastGood: point.loss.lastGood }),
    accepted: point.accepted ?? null,
    lacks: [...damageOf(evidence)],
    failedDrill:
      finding === undefined ? null : { drill: finding.drill, code: finding.code, message: finding.message },
    takenAt: point.takenAt,
    admittedAt: point.admittedAt,
    source: { ...point.source, snapshot: point.snapshot },
    totals: point.totals,
    url: url(vaultKeys.point(point)),
    shards: shardsOf(point, url),
    topology: point.topology,
    held: held === undefined ? null : { by: held.by, at: held.at, why: held.why },
    fate,
    fateBecause,
    releaseTag: record.tags[RELEASE_TAG.key] ?? null,
    expiresFrom: expiresFrom?.toISOString() ?? null,
    storageClass: record.storageClass,
    lock:
      record.lock === undefined ? null : { mode: record.lock.mode, until: record.lock.until.toISOString() },
    drills: drills.map(({ drill, verdict, proof, achievedRtoSeconds }) => ({
      drill,
      verdict,
      proof,
      rtoSeconds: achievedRtoSeconds ?? null,
      report: url(vaultKeys.reportPage(cache, drill)),
    })),
  };
}

function shardsOf(point: NamedPoint['point'], url: (key: string) => string): ShowOutput['shards'] {
  return point.shards.map((finding) => ({
    shard: finding.shard,
    url: url(vaultKeys.shard(point, finding.shard)),
    digestUrl: url(vaultKeys.digest(point, finding.shard)),
    slots: point.topology.shards.find(({ shard }) => shard === finding.shard)?.slots ?? null,
    content: finding.sound ? finding.content : null,
    problem: finding.sound ? null : finding.problem,
  }));
}

/** Of a plan that is not configured any more, nothing is released. */
function explanationOf(
  { config }: Vault,
  { point, entry }: Pick<NamedPoint, 'point' | 'entry'>,
  all: readonly NamedPoint['point'][],
): ExplainedPoint {
  const plan = config.plans[planNames(config)[point.cache] ?? entry.plan];
  const rules = plan !== undefined && isProtected(plan) ? plan : undefined;
  const found = explainPoints(all, entry, rules).find((each) => each.point.slot === point.slot);
  if (found !== undefined) return found;
  throw new AppError(
    'StateChanged',
    `${pointNameOf(point)} was removed while it was read; run the command again`,
  );
}
