import type { RecoveryPoint, ShardFinding } from '../../core/contracts/recovery-point.ts';
import { AppError } from '../../core/model/errors.ts';
import { vaultKeys } from '../../core/model/keys.ts';
import { pointNameOf } from '../../core/model/point-name.ts';
import { rangedObject } from '../../vault/ranged-object.ts';
import { requireVerifiedFile } from '../../vault/verified-files.ts';
import { ExitStatus } from '../exit-status.ts';
import { pointNamed } from '../point.ts';
import { type Paint, paintFor } from '../terminal/page.ts';
import { withProgress } from '../terminal/progress.ts';
import { openVault, type Vault } from '../vault.ts';
import { outputOf, type PointOutput } from './contract.ts';
import { read, type VerifyOptions } from './read.ts';
import { reportOf } from './report.ts';
import { statusOfFile, type Verification } from './verification.ts';

/** A shard's file as it is read now, against what was recorded when it came into the vault. */
interface VerifiedShard {
  readonly finding: ShardFinding;
  readonly verification: Verification;
  /** Undefined if there is nothing to compare: read structurally, or never sound. */
  readonly asRecorded: boolean | undefined;
  /** Why what lies in the vault at this moment is not the version that was verified; undefined if it is. */
  readonly replaced: string | undefined;
}

/**
 * Reads every file of a recovery point again, in the version that was verified, and compares its content with what was
 * recorded of it. A file over which another was written is said to be replaced.
 * @returns the exit status: the worst of its files, and 1 if one holds something else
 */
export async function verifyPoint(name: string, options: VerifyOptions): Promise<number> {
  const vault = await openVault(options);
  const { point, warning } = await pointNamed(vault, name);
  if (warning !== undefined) console.error(warning);
  const shards: VerifiedShard[] = [];
  for (const finding of point.shards) {
    const url = `s3://${vault.catalogue.vault.bucket}/${vaultKeys.shard(point, finding.shard)}`;
    const version = finding.sound ? finding.file : undefined;
    const verification = await loaded(await withProgress((bar) => read(url, { ...options, version }, bar)), {
      vault,
      finding,
      options,
    });
    const replaced = finding.sound ? await whyReplaced(vault, point, finding.shard) : undefined;
    const isRecorded = replaced === undefined ? asRecorded(finding, verification) : false;
    shards.push({ finding, verification, asRecorded: isRecorded, replaced });
  }
  const now = vault.now();
  const written = options.json
    ? JSON.stringify(pointOutputOf(point, shards, now), null, 2)
    : [
        ...shards.map((shard) => shardText(shard, now, paintFor(process.stdout))),
        ...nextText(point, shards),
      ].join('\n\n');
  process.stdout.write(`${written}\n`);
  return Math.max(...shards.map(statusOf));
}

/** With `--load`, a file that is sound, and is the one that was verified, is loaded too. */
async function loaded(
  verification: Verification,
  {
    vault,
    finding,
    options,
  }: { readonly vault: Vault; readonly finding: ShardFinding; readonly options: VerifyOptions },
): Promise<Verification> {
  if (!options.load || verification.verdict !== 'sound' || !finding.sound) return verification;
  const { load } = await import('./load.ts');
  const bytes = rangedObject(vault.catalogue.vault, finding.key, finding.file);
  const { summary } = verification;
  return { ...verification, load: await load({ summary, bytes, server: options.server }) };
}

/** What to type when a file is not what was verified, and where it is written what to think of. */
function nextText({ cache }: RecoveryPoint, shards: readonly VerifiedShard[]): readonly string[] {
  const bad = shards.filter((shard) => statusOf(shard) !== ExitStatus.good);
  if (bad.length === 0) return [];
  const isReplaced = bad.some(({ replaced }) => replaced !== undefined);
  const runbook = isReplaced ? 'recovery-point-lost' : 'data-file-damaged';
  return [
    `Do not restore it. To see which recovery points are good:\n  npx redrill points ${cache} --explain\nRunbook: npx redrill open ${runbook}`,
  ];
}

async function whyReplaced({ catalogue }: Vault, point: RecoveryPoint, shard: number) {
  try {
    await requireVerifiedFile(catalogue.vault, point, shard);
    return undefined;
  } catch (error) {
    if (error instanceof AppError && error.code === 'VaultFileChanged') return error.message;
    throw error;
  }
}

function asRecorded(finding: ShardFinding, verification: Verification): boolean | undefined {
  const digest = verification.verdict === 'sound' ? verification.summary.digest?.total : undefined;
  return finding.sound && digest !== undefined ? digest === finding.content.digest : undefined;
}

function statusOf({ verification, asRecorded }: VerifiedShard): number {
  return asRecorded === false ? ExitStatus.bad : statusOfFile(verification);
}

function shardText(
  { finding, verification, asRecorded, replaced }: VerifiedShard,
  now: Date,
  paint: Paint,
): string {
  const report = reportOf(verification, { now, paint });
  if (replaced !== undefined) return `${report}\n\n  ${paint(['bold', 'red'], 'REPLACED')}: ${replaced}`;
  if (asRecorded === undefined) return report;
  const verdict = asRecorded
    ? 'the content matches what was recorded when it entered the vault'
    : paint(
        ['bold', 'red'],
        'DIFFERENT: the content differs from what was recorded when it entered the vault',
      );
  return `${report}\n\n  shard ${finding.shard}: ${verdict}`;
}

function pointOutputOf(point: RecoveryPoint, shards: readonly VerifiedShard[], now: Date): PointOutput {
  return {
    contract: 1,
    point: pointNameOf(point),
    shards: shards.map(({ finding, verification, asRecorded, replaced }) => ({
      shard: finding.shard,
      asRecorded: asRecorded ?? null,
      replaced: replaced ?? null,
      ...outputOf(verification, now),
    })),
  };
}
