import type { ExportSeal } from '../contracts/export.ts';
import type { BackupWithSnapshot } from '../contracts/steps.ts';
import type { Topology } from '../contracts/topology.ts';
import { AppError } from '../model/errors.ts';
import type { ObjectHead, SnapshotView } from '../ports.ts';
import { exportFiles } from './export-files.ts';

export interface SealFacts {
  readonly snapshot: SnapshotView;
  readonly files: readonly ObjectHead[];
  readonly topology: Topology;
  readonly source: ExportSeal['source'];
  readonly sealedAt: Date;
}

/**
 * The seal of an export. Its shards are the snapshot's, not the cache's: a cache that is resharded meanwhile has others.
 * Those of a serverless cache are the files.
 * Which file has the slots of which shard is known once the files have been read.
 * @throws AppError `NotFound` unless there are as many files as shards
 */
export function composeSeal(input: BackupWithSnapshot, facts: SealFacts): ExportSeal {
  const { cache, plan, slot } = input;
  const { snapshot, files, topology, source, sealedAt } = facts;
  const takenAt = snapshot.takenAt ?? sealedAt;
  // A snapshot that a repeated step has adopted may be older than the cache that has the name now.
  const lineage = [input.snapshot.lineage].find((each) => each && new Date(each.createdAt) <= takenAt);
  const name = snapshot.name as ExportSeal['snapshot'];
  const exported = exportFiles(snapshot, files);
  if (exported.length === 0) throw new AppError('NotFound', `${name} has no files; a moment ago it had some`);
  if (snapshot.kind !== 'serverless' && exported.length !== snapshot.shards.length)
    throw new AppError(
      'NotFound',
      `${name} has ${exported.length} files for ${snapshot.shards.length} shards; a moment ago it had one for each`,
    );
  const shards = exported.map(({ key, bytes, etag }, at) => ({ shard: at + 1, key, bytes, etag }));
  return {
    version: 1,
    cache,
    kind: snapshot.kind,
    plan,
    slot,
    snapshot: name,
    source,
    ...(lineage && { lineage }),
    takenAt: takenAt.toISOString(),
    sealedAt: sealedAt.toISOString(),
    shards,
    topology: {
      ...topology,
      shards: snapshot.kind === 'serverless' ? shards.map(({ shard }) => ({ shard })) : shardsOf(snapshot),
    },
  };
}

function shardsOf({ shards }: SnapshotView): Topology['shards'] {
  return shards.map(({ shard, slots }) => (slots === undefined ? { shard } : { shard, slots }));
}
