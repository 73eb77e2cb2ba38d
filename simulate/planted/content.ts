import type { Mutation } from './mutation.ts';

/** Bugs in the verdict on a copy. */
export const CONTENT_BUGS: readonly Mutation[] = [
  {
    name: 'empty is fine',
    under: ['FLUSHALL'],
    file: 'core/ingest/gate-content.ts',
    find: 'if (totals.keys === 0) return',
    replace: 'if (totals.keys < 0) return',
  },
  {
    name: 'shrinking is fine',
    under: ['shrunk'],
    file: 'core/contracts/plan.ts',
    find: 'shrinkShare: z.number().gt(0).lt(1).default(0.5),',
    replace: 'shrinkShare: z.number().gt(0).lt(1).default(0.95),',
  },
  {
    name: 'the usual is what the last two days held',
    under: ['shrunk'],
    file: 'core/ingest/gate-content.ts',
    find: "point.verdict === 'verified' && point.slot < slot && (since",
    replace: 'point.slot < slot && atMs(point) > instantOf(slot).getTime() - 2 * 86_400_000 && (since',
  },
  {
    name: 'cries wolf at a growing cache',
    under: ['grown'],
    file: 'core/ingest/gate-content.ts',
    find: 'count > usual * (1 - shrinkShare)) return [];',
    replace: '(count > usual * (1 - shrinkShare) && count <= usual * 1.1)) return [];',
  },
  {
    name: 'unsound shards are taken',
    under: ['file flipped', 'file truncated'],
    file: 'core/ingest/assess-content.ts',
    find: 'if (!finding.sound)\n      return',
    replace: 'if (!finding.sound) return [];\n    if (!finding.sound)\n      return',
  },
  {
    name: 'foreign keys are not seen',
    under: ['file foreign'],
    file: 'core/ingest/assess-content.ts',
    find: 'if (!finding.sound || liesWithin(',
    replace: 'if (!finding.sound || own.length > 0 || liesWithin(',
  },
  {
    name: 'stale files pass',
    under: ['stale file'],
    file: 'core/ingest/assess-content.ts',
    find: 'if (created === undefined || created * 1000 >= due - CLOCK_SKEW_MS) return [];',
    replace: 'if (created === undefined || created * 1000 >= due - 40 * 86_400_000) return [];',
  },
  {
    name: 'a skewed clock makes a file stale',
    under: ['skewed clock'],
    file: 'core/ingest/assess-content.ts',
    find: 'const CLOCK_SKEW_MS = HOUR_MS;',
    replace: 'const CLOCK_SKEW_MS = 0;',
  },
  {
    name: 'a saved reading stays',
    under: ['slow reading'],
    file: 'lambdas/verify-shard.ts',
    find: 'if (begun.saved) await staging.remove(checkpoint);',
    replace: '',
  },
  {
    name: 'damaged files are sound',
    under: ['file flipped', 'file truncated'],
    file: 'vault/shard-reader.ts',
    find: 'return { code: error.unsupported ? UNSUPPORTED : error.code, message: error.message };',
    replace: 'return undefined;',
  },
];
