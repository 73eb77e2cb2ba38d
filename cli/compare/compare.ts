import { ContentDigest } from '@redrill/rdb';
import { SILENCE_MS } from '../../adapters/redis/resp-connection.ts';
import { AppError } from '../../core/model/errors.ts';
import { type CompareOrder, type CompareResult, compareWithCache } from '../../live/compare/compare.ts';
import { DIFFERENCES, type Differing } from '../../live/compare/name-differences.ts';
import { keyNameOf } from '../../live/recover/progress.ts';
import { TargetCluster } from '../../live/recover/target-cluster.ts';
import { expectedDigest } from '../../live/restore-comparison.ts';
import { comparedAgain, deepReader, judge } from '../../live/soundness.ts';
import { ExitStatus } from '../exit-status.ts';
import { openSource, type Source } from '../source.ts';
import { type TargetOptions, targetNamed } from '../target.ts';
import { CountLine } from '../terminal/count-line.ts';
import { grouped } from '../terminal/figures.ts';
import { paintFor } from '../terminal/page.ts';
import { ProgressBar } from '../terminal/progress.ts';
import { WaitingLine } from '../terminal/waiting-line.ts';
import type { CompareOutput } from './contract.ts';
import { compareText } from './text.ts';

interface CompareOptions extends TargetOptions {
  readonly limit: number;
  readonly exact?: true;
  readonly json?: true;
}

/** How long a cache may be away while it is read, ms. */
const PATIENCE_MS = 30_000;

/** Compares, and prints what differs. @returns the exit status */
export async function compare(text: string, into: string, options: CompareOptions): Promise<number> {
  const startedAt = performance.now();
  const target = await targetNamed(into, options);
  if (target.database !== undefined)
    throw new AppError('BadInput', `redrill compare reads every database; omit /${target.database}`);
  const source = await openSource(text, options);
  const signal = new AbortController().signal;
  const { host, port } = target.address;
  const waiting = new WaitingLine(process.stderr, `${host}:${port}`, SILENCE_MS);
  const cluster = await TargetCluster.open(target.address, {
    patienceMs: PATIENCE_MS,
    signal,
    readsOnly: true,
  }).finally(() => waiting.erase());
  const line = new CountLine(process.stderr, (keys) => `reading the cache: ${grouped(keys)} keys`);
  try {
    refuseOld(cluster);
    const result = await compareWithCache({
      ...(await expectedOf(source)),
      sources: source.files.map(({ bytes }) => bytes),
      cluster,
      limit: options.limit,
      onKey: () => line.count(),
    });
    line.erase();
    const seconds = Math.round(performance.now() - startedAt) / 1000;
    const output = outputOf(source, target.name, result, seconds);
    const shown = options.json
      ? JSON.stringify(output, null, 2)
      : compareText(output, paintFor(process.stdout));
    process.stdout.write(`${shown}\n`);
    return statusOf(output.verdict, options);
  } catch (error) {
    throw asOfCache(error);
  } finally {
    line.erase();
    cluster.close();
    await source.close();
  }
}

/** Keys that an application has added since are no loss. */
function statusOf(verdict: CompareOutput['verdict'], { exact }: CompareOptions): number {
  const isGood = verdict === 'equal' || (verdict === 'added' && exact !== true);
  return isGood ? ExitStatus.good : ExitStatus.bad;
}

/** Absolute times to expire are told from Redis 7.0 on. */
function refuseOld({ facts, name }: TargetCluster): void {
  if (!(Number.parseFloat(facts.version) < 7)) return;
  throw new AppError(
    'TargetRefused',
    `${name} is ${facts.engine} ${facts.version}; comparing needs Redis 7.0 or Valkey, which report when keys expire`,
  );
}

type Expected = Pick<CompareOrder, 'expected' | 'keysExpected'>;

/** Of a recovery point what was recorded when it was verified, of a file what it holds. */
async function expectedOf({ point, files }: Source): Promise<Expected> {
  if (point !== undefined) {
    const { record, vault } = point;
    const shards = record.shards.map(({ shard }) => shard);
    const expected = await expectedDigest(vault.catalogue.vault, record, shards);
    return { expected, keysExpected: record.totals.keys };
  }
  const expected = new ContentDigest();
  let keysExpected = 0;
  const bar = new ProgressBar(process.stderr);
  const startedAt = performance.now();
  for (const { bytes, name } of files) {
    const { sizeBytes } = bytes;
    const reader = deepReader({ sizeBytes });
    const first = await judge(reader, async () => {
      for await (const chunk of bytes.read(0, sizeBytes)) {
        reader.write(chunk);
        const elapsedMs = performance.now() - startedAt;
        bar.update(elapsedMs, () => ({
          bytes: reader.position,
          sizeBytes,
          seconds: elapsedMs / 1000,
          keys: reader.counts.keys,
        }));
      }
    }).finally(() => bar.erase());
    const judgement = await comparedAgain(first, async (again) => {
      for await (const chunk of bytes.read(0, sizeBytes)) again.write(chunk);
    });
    if (judgement.verdict !== 'sound') {
      const { verdict, error: cause } = judgement;
      const code = verdict === 'unsupported' ? 'UnreadableFile' : 'FileNotSound';
      throw new AppError(code, `${name} cannot be compared with: ${cause.message}`, { cause });
    }
    expected.merge(judgement.summary.digest ?? new ContentDigest());
    keysExpected += judgement.summary.keys;
  }
  return { expected, keysExpected };
}

/** Drills read with the same code, and say so in their words. */
function asOfCache(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'RestoreUnreachable') return error;
  return new AppError('TargetUnreachable', error.message.replace('the restored cluster', 'the cache'), {
    cause: error,
  });
}

function warningsOf({ warning }: Source, { libraries }: CompareResult): string[] {
  const unknown = 'function libraries were not compared: the cache has no commands to list them';
  return [...(warning === undefined ? [] : [warning]), ...(libraries.areUnknown ? [unknown] : [])];
}

function outputOf(source: Source, target: string, result: CompareResult, seconds: number): CompareOutput {
  const { found, libraries, keysExpected, keysCompared, expired } = result;
  const functions = {
    missing: [...libraries.missing],
    added: [...libraries.added],
    different: [...libraries.different],
  };
  const kinds = DIFFERENCES.filter(
    (kind) => found[kind].keys > 0 || (kind !== 'ttl' && functions[kind].length > 0),
  );
  const differs = kinds.some((kind) => kind !== 'added');
  return {
    contract: 1,
    verdict: differs ? 'different' : kinds.length > 0 ? 'added' : 'equal',
    source: source.name,
    target,
    keysExpected,
    keysFound: keysCompared,
    expired,
    missing: differingOf(found.missing),
    added: differingOf(found.added),
    different: differingOf(found.different),
    ttl: differingOf(found.ttl),
    functions,
    warnings: warningsOf(source, result),
    seconds,
  };
}

function differingOf({ keys, byType, named }: Differing): CompareOutput['missing'] {
  return {
    keys,
    byType,
    named: named.map(({ database, name, type, expiresAtMs: [point, cache] }) => ({
      database,
      name: keyNameOf(name),
      type,
      expiresAt: { point: instantOf(point), cache: instantOf(cache) },
    })),
  };
}

/** The last instant that a date can hold, in the year 275760: what expires later is said to expire then. */
const LAST_INSTANT_MS = 8.64e15;

function instantOf(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(Math.min(ms, LAST_INSTANT_MS)).toISOString();
}
