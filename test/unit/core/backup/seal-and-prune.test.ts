import { describe, expect, it } from 'vitest';
import { composeSeal, type SealFacts } from '../../../../core/backup/compose-seal.ts';
import { decidePrunes } from '../../../../core/backup/decide-prunes.ts';
import { exportSeal } from '../../../../core/contracts/export.ts';
import { snapshotNameOf } from '../../../../core/model/names.ts';
import type { SnapshotView } from '../../../../core/ports.ts';
import { SLOT, TOPOLOGY } from '../facts.ts';

const NAME = snapshotNameOf('sessions', SLOT);
const STATE = {
  cache: 'sessions',
  plan: 'jobs',
  slot: SLOT,
  snapshot: {
    name: NAME,
    kind: 'replication-group' as const,
    shards: 1,
    requestedAt: '2026-11-21T06:00:00.000Z',
  },
};
const SNAPSHOT: SnapshotView = {
  kind: 'replication-group',
  name: NAME,
  cache: 'sessions',
  node: undefined,
  status: 'available',
  takenAt: new Date('2026-11-21T06:00:30Z'),
  shards: [
    { shard: 1, slots: '0-8191' },
    { shard: 2, slots: '8192-16383' },
  ],
};
const file = (number: number) => ({
  key: `${NAME}-000${number}.rdb`,
  bytes: number * 100,
  etag: `"e${number}"`,
  modifiedAt: new Date(0),
});
const FACTS: SealFacts = {
  snapshot: SNAPSHOT,
  files: [
    file(2),
    file(1),
    { ...file(3), key: `${NAME}0-0001.rdb` },
    { ...file(3), key: `${NAME}.export.json` },
  ],
  topology: { ...TOPOLOGY, clusterMode: true, shards: [{ shard: 1, slots: '0-16383' }] },
  source: { region: 'eu-west-1', account: '111122223333' },
  sealedAt: new Date('2026-11-21T06:05:00Z'),
};

describe('composeSeal', () => {
  it('lists the snapshot’s shards, though the cache has others meanwhile', () => {
    const seal = composeSeal(STATE, FACTS);
    expect(seal).toEqual({
      version: 1,
      cache: 'sessions',
      kind: 'replication-group',
      plan: 'jobs',
      slot: SLOT,
      snapshot: NAME,
      source: FACTS.source,
      takenAt: '2026-11-21T06:00:30.000Z',
      sealedAt: '2026-11-21T06:05:00.000Z',
      shards: [
        { shard: 1, key: file(1).key, bytes: 100, etag: '"e1"' },
        { shard: 2, key: file(2).key, bytes: 200, etag: '"e2"' },
      ],
      topology: {
        ...FACTS.topology,
        shards: [
          { shard: 1, slots: '0-8191' },
          { shard: 2, slots: '8192-16383' },
        ],
      },
    });
    expect(exportSeal.parse(JSON.parse(JSON.stringify(seal)))).toEqual(seal);
  });

  it('has no slots with cluster mode off, and an instant in any case', () => {
    const snapshot = { ...SNAPSHOT, takenAt: undefined, shards: [{ shard: 1, slots: undefined }] };
    const seal = composeSeal(STATE, { ...FACTS, files: [file(1)], snapshot, topology: TOPOLOGY });
    expect(seal.shards).toEqual([{ shard: 1, key: file(1).key, bytes: 100, etag: '"e1"' }]);
    expect(seal.topology.shards).toEqual([{ shard: 1 }]);
    expect(seal.takenAt).toBe(seal.sealedAt);
  });

  it.each([
    ['records the cache that the snapshot was taken of', '2026-11-01T06:15:02.345Z', true],
    [
      'records none that was created after the snapshot: the name has another cache now',
      '2026-11-21T06:01:00Z',
      false,
    ],
  ])('%s', (_what, createdAt, isRecorded) => {
    const lineage = { arn: 'arn', createdAt };
    const state = { ...STATE, snapshot: { ...STATE.snapshot, lineage } };
    expect(composeSeal(state, FACTS).lineage).toEqual(isRecorded ? lineage : undefined);
  });

  it.each([
    ['a file of a shard is missing', [file(1)], 1],
    ['there is a file that belongs to no shard', [file(1), file(2), file(3)], 3],
  ])('seals nothing when %s', (_what, files, count) => {
    const message = `${NAME} has ${count} files for 2 shards; a moment ago it had one for each`;
    expect(() => composeSeal(STATE, { ...FACTS, files })).toThrow(
      expect.objectContaining({ code: 'NotFound', message }),
    );
  });

  it('takes the files of a resharded cache, whatever their numbers', () => {
    const files = [file(7), file(3)];
    expect(composeSeal(STATE, { ...FACTS, files }).shards).toEqual([
      { shard: 1, key: `${NAME}-0003.rdb`, bytes: 300, etag: '"e3"' },
      { shard: 2, key: `${NAME}-0007.rdb`, bytes: 700, etag: '"e7"' },
    ]);
  });
});

describe('decidePrunes', () => {
  const NOW = new Date('2026-11-21T06:00:00Z');
  const aged = (hours: number, changed: Partial<SnapshotView> = {}): SnapshotView => ({
    ...SNAPSHOT,
    name: `redrill-sessions-${hours}`,
    takenAt: new Date(NOW.getTime() - hours * 3_600_000),
    ...changed,
  });

  it.each<[string, SnapshotView[], string[]]>([
    ['nothing of nothing', [], []],
    ['not the newest two, whatever their age', [aged(100), aged(200)], []],
    [
      'the older ones',
      [aged(300), aged(100), aged(200), aged(400)],
      ['redrill-sessions-300', 'redrill-sessions-400'],
    ],
    ['nothing that AWS may still count', [aged(1), aged(7), aged(13), aged(24), aged(25)], []],
    ['what it does not count any more', [aged(1), aged(7), aged(25.01)], ['redrill-sessions-25.01']],
    ['nobody else’s', [aged(1), aged(2), aged(90, { name: 'before-upgrade' })], []],
    ['nothing that is being copied', [aged(1), aged(2), aged(90, { status: 'copying' })], []],
    ['nothing of unknown age', [aged(1), aged(2), aged(90, { takenAt: undefined })], []],
    ['an unavailable one does not count as kept', [aged(1, { status: 'failed' }), aged(50), aged(60)], []],
  ])('%s', (_what, snapshots, names) =>
    expect(decidePrunes(snapshots, new Set(snapshots.map(({ name }) => name)), NOW)).toEqual(names),
  );

  const DAY = 24;
  it.each<[string, number, boolean, boolean]>([
    ['verified, after 25 hours', 26, true, true],
    ['not verified, after 26 hours', 26, false, false],
    ['not verified, after 13 days', 13 * DAY, false, false],
    ['not verified, after 14 days to the second', 14 * DAY, false, false],
    ['not verified, after more than 14 days', 14 * DAY + 0.01, false, true],
  ])('of one that is %s', (_what, hours, verified, goes) => {
    const old = aged(hours);
    const marked = new Set(verified ? [old.name] : []);
    expect(decidePrunes([aged(1), aged(2), old], marked, NOW)).toEqual(goes ? [old.name] : []);
  });
});
