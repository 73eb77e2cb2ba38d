import type { MemoryBucket } from '../../adapters/memory/bucket.ts';
import { HOUR_MS, MINUTE_MS } from '../../core/model/time.ts';
import { bytesOf, contentOf, FLAWS } from '../world/contents.ts';
import type { DrillTroubles } from '../world/drills.ts';
import type { ExportTrouble, LiveCache, SnapshotTrouble } from '../world/source.ts';
import { isClustered } from '../world/source-views.ts';
import type { FaultKind } from './kind.ts';

/** Faults of the world: what happens to caches, snapshots, exports, drills, and what people do. */

const nothing = () => undefined;

function snapshotKind(trouble: SnapshotTrouble, says: string): FaultKind {
  return {
    name: `snapshot ${trouble}`,
    says,
    hours: [26, 30],
    effects: [],
    everywhere: false,
    begin: (_scene, cache) => {
      cache.snapshotTroubles.push(trouble);
      return () => void cache.snapshotTroubles.splice(0);
    },
  };
}

function exportKind(name: string, says: string, troubleOf: (shard: number) => ExportTrouble): FaultKind {
  return {
    name,
    says,
    hours: [26, 30],
    effects: [],
    everywhere: false,
    begin: (_scene, cache, random) => {
      cache.exportTroubles.push(troubleOf(random.below(6)));
      return () => void cache.exportTroubles.splice(0);
    },
  };
}

function drillKind(trouble: keyof DrillTroubles, name: string, says: string): FaultKind {
  return {
    name,
    says,
    hours: [24, 190],
    effects: ['drills', 'deletions'],
    everywhere: true,
    begin: ({ drills }) => {
      drills.troubles[trouble] = true;
      return () => {
        drills.troubles[trouble] = false;
      };
    },
  };
}

/** What somebody does to one file of the cache's next export, once that is sealed. */
function sealedKind(
  name: string,
  says: string,
  strike: (landing: MemoryBucket, key: string) => void,
): FaultKind {
  return {
    name,
    says,
    hours: [26, 30],
    effects: [],
    everywhere: false,
    begin: ({ landing, source }, cache, random) => {
      let armed = true;
      const shard = random.below(6) % cache.shape.slots.length;
      landing.watch((change, { key }) => {
        if (!armed || change !== 'written' || !key.endsWith('.export.json')) return;
        const snapshot = key.slice(0, -'.export.json'.length);
        const live = source.snapshots.get(snapshot);
        if (live?.cache !== cache.shape.cache) return;
        armed = false;
        strike(landing, source.fileOf(live, shard + 1));
      });
      return () => {
        armed = false;
      };
    },
  };
}

/** What a cache holds for a while; then its application fills it again. */
function contentKind(name: string, says: string, hours: FaultKind['hours'], share: number): FaultKind {
  return {
    name,
    says,
    hours,
    effects: [],
    everywhere: false,
    begin: (_scene, cache) => {
      cache.keys = Math.floor(cache.shape.keys * share);
      return () => {
        cache.keys = cache.shape.keys;
      };
    },
  };
}

const FLAW_SAYS: Readonly<Record<(typeof FLAWS)[number], string>> = {
  truncated: 'a shard’s file ends early',
  flipped: 'a bit of a shard’s file is flipped',
  trailing: 'bytes follow the end of a shard’s file',
  ancient: 'a shard’s file has a version that is no version',
  unsupported: 'a shard’s file is in a format of the future',
  foreign: 'a shard’s file holds another shard’s keys',
  unchecked: 'a shard’s file carries no checksum of its own',
};

export const EVENT_FAULTS: readonly FaultKind[] = [
  snapshotKind('failed', 'ElastiCache gives a snapshot up'),
  snapshotKind('stuck', 'a snapshot is never finished'),
  snapshotKind('vanishes', 'a snapshot disappears while it is waited for'),
  exportKind('export without a shard', 'a shard’s file is never written', (shard) => ({
    kind: 'missing',
    shard,
  })),
  exportKind('export hung', 'an export writes nothing and does not end', () => ({ kind: 'hung' })),
  exportKind('stale file', 'a shard’s file was written days before its slot', (shard) => ({
    kind: 'stale',
    shard,
  })),
  exportKind('skewed clock', 'a node’s clock is an hour behind', (shard) => ({ kind: 'skewed', shard })),
  ...FLAWS.map((flaw) =>
    exportKind(`file ${flaw}`, FLAW_SAYS[flaw], (shard) => ({ kind: 'flawed', shard, flaw })),
  ),
  contentKind('FLUSHALL', 'the cache is emptied, and filled again after up to two days', [1, 50], 0),
  contentKind('shrunk', 'the cache loses seven tenths of its keys for up to eight days', [12, 190], 0.3),
  contentKind('grown', 'the cache grows by a quarter for a while', [24, 400], 1.25),
  {
    name: 'being modified',
    says: 'the cache is modified, and takes no snapshot',
    hours: [1, 30],
    effects: [],
    everywhere: false,
    begin: (_scene, cache) => {
      cache.status = 'modifying';
      return () => {
        if (cache.status === 'modifying') cache.status = 'available';
      };
    },
  },
  {
    name: 'data tiering',
    says: 'the cache is moved to nodes whose snapshots cannot be exported',
    hours: [12, 60],
    effects: [],
    everywhere: false,
    begin: (_scene, cache) => {
      cache.dataTiering = true;
      return () => {
        cache.dataTiering = false;
      };
    },
  },
  {
    name: 'deleted and made again',
    says: 'the cache is deleted, and created again under the same name',
    hours: [12, 200],
    effects: [],
    everywhere: false,
    begin: ({ source }, cache) => {
      cache.exists = false;
      return () => source.makeAgain(cache);
    },
  },
  {
    name: 'tag lost',
    says: 'the tag that protects the cache is removed',
    hours: [12, 150],
    effects: [],
    everywhere: false,
    begin: (_scene, cache) => {
      const before = cache.tagged;
      cache.tagged = false;
      return () => {
        cache.tagged = before;
      };
    },
  },
  {
    name: 'quota spent by people',
    says: 'people create up to 20 snapshots manually',
    hours: [25, 49],
    effects: [],
    everywhere: false,
    begin: ({ clock, source }, cache, random) => {
      const count = random.between(13, 19);
      for (let number = 0; number < count; number++)
        clock.at(clock.now + number * random.between(1, 50) * MINUTE_MS, () => {
          if (source.counted(nodeOf(cache)) < 20) source.takeByHand(cache);
        });
      return nothing;
    },
  },
  sealedKind(
    'sealed file deleted',
    'somebody deletes a shard’s file from the landing bucket after it was sealed',
    (landing, key) => landing.delete(key),
  ),
  sealedKind(
    'sealed file replaced',
    'somebody replaces a sealed file by another valid one of the same size',
    (landing, key) => {
      const content = contentOf(landing.current(key)?.body ?? new Uint8Array());
      if (content !== undefined)
        landing.put(key, bytesOf({ ...content, createdAtMs: content.createdAtMs + 60_000 }));
    },
  ),
  {
    name: 'executions aborted',
    says: 'somebody stops an execution of the cache at any of its steps, several times',
    hours: [6, 40],
    effects: ['drills'],
    everywhere: false,
    begin: ({ clock, executions }, cache, random) => {
      let on = true;
      const strike = () => {
        if (!on) return;
        const mine = executions.running().filter(({ input }) => input.cache === cache.shape.cache);
        if (mine.length > 0) executions.abort(random.pick(mine));
        const pauseMs = mine.length > 0 ? random.between(1, 4) * HOUR_MS : random.between(5, 90) * 1000;
        clock.at(clock.now + pauseMs, strike);
      };
      clock.at(clock.now, strike);
      return () => {
        on = false;
      };
    },
  },
  drillKind('capacity', 'no capacity', 'ElastiCache has no nodes of any type that a drill may use'),
  {
    // Drills have another type to take. Where creating and deleting a cluster takes hours, only the RTO suffers.
    ...drillKind(
      'noFirstType',
      'no capacity of one type',
      'ElastiCache has no nodes of the drill’s first type',
    ),
    effects: ['rto'],
  },
  drillKind('stuck', 'drill cluster stuck', 'a drill’s cluster never comes up'),
  drillKind('restoreFails', 'restore failed', 'ElastiCache cannot load the staged files'),
  drillKind('deleteRefused', 'deletion refused', 'a drill’s cluster cannot be deleted'),
  drillKind('unreachable', 'cluster unreachable', 'a drill’s cluster does not answer'),
  drillKind('differs', 'restored data differs', 'a restored cluster lacks a key'),
];

function nodeOf({ shape }: LiveCache): string {
  return isClustered(shape) ? shape.cache : (shape.nodes.at(-1)?.id ?? shape.cache);
}
