import type { CacheKind } from '../../core/contracts/fields.ts';
import type { CacheShape } from '../config.ts';
import type { Flaw } from './contents.ts';

/** One cache of the source region, as it really is. */
export interface LiveCache {
  readonly shape: CacheShape;
  exists: boolean;
  tagged: boolean;
  status: string;
  /** Over all shards. */
  keys: number;
  /** Of which life of the cache its data is: one that was deleted and made again has another. */
  life: number;
  /** When that life began. */
  createdAt: number;
  /** Until when its snapshots are being taken. */
  busyUntil: number;
  dataTiering: boolean;
  /** How the next snapshots and exports go wrong; taken from the front. */
  readonly snapshotTroubles: SnapshotTrouble[];
  readonly exportTroubles: ExportTrouble[];
}

export type SnapshotTrouble = 'failed' | 'stuck' | 'vanishes';
export type ExportTrouble =
  | { readonly kind: 'missing' | 'flawed' | 'stale' | 'skewed'; readonly shard: number; readonly flaw?: Flaw }
  | { readonly kind: 'hung' };

/** A snapshot, with what its author knows of it. */
export interface LiveSnapshot {
  readonly name: string;
  readonly kind: CacheKind;
  readonly cache: string;
  readonly life: number;
  readonly node: string | undefined;
  readonly byRedrill: boolean;
  readonly requestedAt: number;
  readonly keys: number;
  readonly shards: readonly {
    readonly shard: number;
    readonly slots: string | undefined;
    /** In the name of its exported file. */
    readonly number: number;
  }[];
  status: string;
  takenAt: number | undefined;
  /** The file of each shard as it was written, flaws included; by shard. */
  readonly files: Map<number, Uint8Array>;
  /** Whether every file is what the cache held. */
  sound: boolean;
}

export interface SourceWatcher {
  snapshotTaken(snapshot: LiveSnapshot, tags: Readonly<Record<string, string>>): void;
  snapshotDeleted(snapshot: LiveSnapshot): void;
}
