import type { ExportSeal } from '../contracts/export.ts';
import type { BackupWithSnapshot } from '../contracts/steps.ts';
import type { Topology } from '../contracts/topology.ts';
import { AppError } from '../model/errors.ts';
import { landingKeys } from '../model/keys.ts';
import type { ObjectHead, SnapshotView } from '../ports.ts';

export interface SealFacts {
  readonly snapshot: SnapshotView;
  readonly files: readonly ObjectHead[];
  readonly topology: Topology;
  readonly source: ExportSeal['source'];
  readonly sealedAt: Date;
}

/**
 * The seal of an export. Its shards are the snapshot's, not the cache's: a cache that is resharded meanwhile has others.
 * @throws AppError `NotFound` if a shard's file is not among the files
 */
export function composeSeal(input: BackupWithSnapshot, facts: SealFacts): ExportSeal {
  const { cache, plan, slot } = input;
  const { snapshot, files, topology, source, sealedAt } = facts;
  const takenAt = snapshot.takenAt ?? sealedAt;
  // A snapshot that a repeated step has adopted may be older than the cache that has the name now.
  const lineage = [input.snapshot.lineage].find((each) => each && new Date(each.createdAt) <= takenAt);
  const name = snapshot.name as ExportSeal['snapshot'];
  const shards = snapshot.shards.map(({ shard, slots }) => {
    const key = landingKeys.shard(name, shard);
    const file = files.find((each) => each.key === key);
    if (file === undefined) throw new AppError('NotFound', `${key} was listed a moment ago and is gone`);
    return { shard, key, bytes: file.bytes, etag: file.etag, ...(slots === undefined ? {} : { slots }) };
  });
  return {
    version: 1,
    cache,
    kind: 'replication-group',
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
      shards: shards.map(({ shard, slots }) => (slots === undefined ? { shard } : { shard, slots })),
    },
  };
}
