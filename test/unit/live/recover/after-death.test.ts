import { describe, expect, it } from 'vitest';
import { afterDeath, afterInterruption } from '../../../../live/recover/after-death.ts';
import { freshProgress, type ShardProgress } from '../../../../live/recover/progress.ts';
import { freshState } from '../../../../live/recover/state-file.ts';

const MARK = {
  flavour: 'redis' as const,
  version: 10,
  position: 90,
  database: 0,
  crc64: '0'.repeat(16),
  counts: freshProgress(1).counts,
};
const IDENTITY = { source: 'dump.rdb', files: ['a', 'b'], target: 'redis://cache:6379', options: {} };

/** The state of two shards. */
const savedWith = (...shards: readonly Partial<ShardProgress>[]) => ({
  ...freshState(IDENTITY, new Date(0)),
  servers: { run: 'cache:6379' },
  libraries: { written: 1, skipped: 0, refused: [] },
  shards: [1, 2].map((shard, at) => ({
    ...freshProgress(shard),
    isDone: true,
    mark: MARK,
    horizon: 500,
    tally: { written: 3, skipped: 0, refused: [] },
    ...shards[at],
  })),
});

describe('after a server has died', () => {
  it('of nothing that is known, there is nothing to begin again from', () => {
    expect(afterDeath(savedWith({ inFlight: {} }))).toBeUndefined();
  });

  it('all begins again, and what was under way is under suspicion, in order', () => {
    const found = afterDeath(savedWith({ inFlight: { a: [120, 100] } }, { inFlight: { a: [7] } }));
    expect(found).toMatchObject({ suspects: 3, condemned: 0, saved: { servers: {} } });
    expect(found?.saved.libraries).toBeUndefined();
    const [first, second] = found?.saved.shards ?? [];
    expect(first).toEqual({
      ...freshProgress(1),
      horizon: 500,
      suspects: { from: MARK, offsets: [100, 120] },
    });
    expect(second).toMatchObject({ suspects: { offsets: [7] } });
  });

  it('what was alone on its way to a server is condemned, whatever was on its way to others', () => {
    const found = afterDeath(savedWith({ inFlight: { a: [100], b: [200, 300] } }));
    expect(found?.saved.shards[0]).toMatchObject({ condemned: [100], suspects: { offsets: [200, 300] } });
  });

  it('of one of the suspects, that one is condemned, and the others stay under suspicion', () => {
    const before = {
      suspects: { from: MARK, offsets: [100, 200, 300] },
      alone: 200,
      condemned: [50],
      inFlight: {},
    };
    const found = afterDeath(savedWith(before));
    expect(found).toMatchObject({ suspects: 2, condemned: 2 });
    expect(found?.saved.shards[0]).toMatchObject({
      condemned: [50, 200],
      suspects: { from: MARK, offsets: [100, 300] },
    });
  });
});

it('a run that ended while the servers kept running is resumed unchanged', () => {
  const saved = savedWith({ inFlight: { a: [100] }, alone: 7, condemned: [50] });
  const [shard] = afterInterruption(saved).shards;
  expect(shard).toEqual({ ...savedWith().shards[0], condemned: [50] });
});
