import { describe, expect, it } from 'vitest';
import { NO_NOTICES } from '../../../../core/contracts/notices.ts';
import { presets } from '../../../../core/contracts/presets.ts';
import { contradictionIn } from '../../../../core/ingest/check-record.ts';
import { vaultKeys } from '../../../../core/model/keys.ts';
import { parseSlot } from '../../../../core/model/slot.ts';
import type { ObjectVersion } from '../../../../core/ports.ts';
import { rebuildEntry } from '../../../../core/retention/rebuild-entry.ts';
import { entryFromPoints } from '../../../../core/retention/registry-entry.ts';
import { damageOf, type FoundRecord } from '../../../../core/watch/point-damage.ts';
import {
  noticesOfPoints,
  noticesOfReleaseTags,
  rememberedPoints,
  type WatchedCache,
} from '../../../../core/watch/point-notices.ts';
import { isDueForReading, pointsToRead, stillDue } from '../../../../core/watch/points-to-read.ts';
import { entryOf, pointOf, SLOT, soundShard, summaryOf } from '../facts.ts';

const POINT = pointOf({ shards: [soundShard(1, 10)] });
const USABLE: FoundRecord = { kind: 'usable', point: POINT, etag: '"r"', isBound: true };
const [FILE, DIGEST, RECORD] = [
  vaultKeys.shard(POINT, 1),
  vaultKeys.digest(POINT, 1),
  vaultKeys.record(POINT),
];
const KEPT = ', but S3 still has the verified version';

function version(key: string, changed: Partial<ObjectVersion> = {}): ObjectVersion {
  return {
    key,
    versionId: 'v',
    etag: '"e"',
    bytes: 1,
    isLatest: true,
    isDeleteMarker: false,
    modifiedAt: new Date(0),
    ...changed,
  };
}
const [SHARD] = POINT.shards;
const recorded = SHARD?.sound === true ? { file: SHARD.file, digestFile: SHARD.digestFile } : undefined;
const file = (changed: Partial<ObjectVersion> = {}) => version(FILE, { ...recorded?.file, ...changed });
const digest = version(DIGEST, recorded?.digestFile);
const WHOLE = [version(RECORD), file(), digest];

describe('the damage of a point', () => {
  const damage = (versions: readonly ObjectVersion[], record: FoundRecord = USABLE) =>
    damageOf({ address: POINT, record, versions, writtenBack: new Set() });

  it('is none as long as each object is the version that was recorded', () =>
    expect(damage(WHOLE)).toEqual([]));

  const above = { isLatest: false };
  it.each<[string, readonly ObjectVersion[], string]>([
    [
      'deleted, below a marker',
      [file(above), file({ versionId: 'm', isDeleteMarker: true })],
      `is missing${KEPT}`,
    ],
    [
      'rewritten with the same size',
      [file(above), file({ versionId: 'w', etag: '"w"' })],
      `was replaced${KEPT}`,
    ],
    ['gone for good', [], 'is missing'],
    ['replaced for good', [file({ versionId: 'w' })], 'was replaced'],
    ['of the version and another ETag', [file({ etag: '"w"' })], 'was replaced'],
    ['of the version and another size', [file({ bytes: 7 })], 'was replaced'],
  ])('names a file that is %s', (_what, versions, says) =>
    expect(damage([version(RECORD), digest, ...versions])).toEqual([`shard-0001.rdb ${says}`]),
  );

  it('names two files that were swapped, and a digest that is gone', () => {
    expect(damage([version(RECORD), file({ versionId: 'of shard 2' })])).toEqual([
      'shard-0001.rdb was replaced',
      'digest-0001.bin is missing',
    ]);
  });

  it('is what is wrong with the record', () => {
    expect(damage(WHOLE, { kind: 'unusable', problem: 'it is not JSON' })).toEqual([
      'its record cannot be used: it is not JSON',
    ]);
    expect(damage(WHOLE, { ...USABLE, isBound: false })).toEqual(['recovery-point.digest.json is missing']);
    expect(damage([], { kind: 'absent' })).toEqual(['all of its objects are gone']);
    expect(damage([version(RECORD, { isLatest: false })], { kind: 'absent' })).toEqual([
      'its recovery-point.json is gone, which every restore needs; S3 still has an earlier version of it',
    ]);
    expect(damage([file()], { kind: 'absent' })).toEqual([
      'its recovery-point.json is gone, which every restore needs',
    ]);
  });

  it.each(['ShardMissing', 'ExportChanged'])('is none of a shard that was never copied: %s', (code) => {
    const problem = { code, message: 'why' };
    const point = pointOf({ verdict: 'corrupt', shards: [{ sound: false, shard: 1, key: FILE, problem }] });
    expect(damage([version(RECORD)], { ...USABLE, point })).toEqual([]);
  });

  it('of a shard that was never sound is that its file is gone', () => {
    const problem = { code: 'ChecksumWrong', message: 'why' };
    const point = pointOf({ verdict: 'corrupt', shards: [{ sound: false, shard: 1, key: FILE, problem }] });
    expect(damage([version(RECORD), file()], { ...USABLE, point })).toEqual([]);
    expect(damage([version(RECORD)], { ...USABLE, point })).toEqual(['shard-0001.rdb is missing']);
  });
});

describe('a record', () => {
  it('that is unchanged contradicts nothing', () => expect(contradictionIn(POINT, POINT)).toBeUndefined());

  it.each([
    [
      'more keys',
      { totals: { ...POINT.totals, keys: 11 } },
      'its totals say 11 keys, and its shards have 10',
    ],
    [
      'fewer bytes',
      { totals: { ...POINT.totals, bytes: 1 } },
      'its totals say 1 bytes, and its shards have 1000',
    ],
    [
      'another place',
      { slot: parseSlot('20261121T000000Z') },
      'it is the record of sessions/20261121T000000Z (daily)',
    ],
    [
      'no shard',
      { shards: [], totals: pointOf({ shards: [] }).totals },
      'it says verified, and has nothing of shard 1',
    ],
    [
      'a shard that is not sound',
      {
        shards: [{ sound: false as const, shard: 1, key: 'k', problem: { code: 'c', message: 'm' } }],
        totals: pointOf({ shards: [] }).totals,
      },
      'it says verified, and shard 1 is not sound',
    ],
  ])('with %s says so', (_what, changed, says) =>
    expect(contradictionIn({ ...POINT, ...changed }, POINT)).toBe(says),
  );
});

const OLDER = summaryOf('20261121T000000Z', 10);
const NEWEST = { ...summaryOf(SLOT, 10), tier: 'daily' as const };
const WATCHED: WatchedCache = {
  cache: 'sessions',
  entry: entryOf([NEWEST, OLDER, summaryOf('20261120T000000Z', 10)]),
  isLost: false,
  newest: NEWEST,
  plan: { keep: presets.sessionStore.keep, minimumRedundancy: 2 },
  points: [],
  tagged: [],
};

describe('what the watch says of points', () => {
  const damaged = (slot: string, record: FoundRecord, versions: readonly ObjectVersion[] = []) => ({
    address: { cache: 'sessions', tier: 'hourly' as const, slot: parseSlot(slot) },
    record,
    versions,
    writtenBack: new Set<string>(),
  });
  const said = (...points: WatchedCache['points']) => {
    const { notices, lost } = noticesOfPoints([{ ...WATCHED, points }]);
    return {
      notices: notices.map(({ alert }) => `${alert.severity} ${alert.code}`),
      lost,
      text: notices[0]?.alert.text,
    };
  };
  const UNUSABLE: FoundRecord = { kind: 'unusable', problem: 'it is not JSON' };

  it('is nothing of a point that is whole', () =>
    expect(said({ address: POINT, record: USABLE, versions: WHOLE, writtenBack: new Set() })).toMatchObject({
      notices: [],
      lost: [],
    }));

  it('is that the newest is lost, and which one to restore from', () => {
    const { notices, lost, text } = said(damaged(SLOT, { kind: 'absent' }));
    expect({ notices, lost }).toEqual({ notices: ['page RecoveryPointLost'], lost: ['sessions'] });
    expect(text).toContain('\n  npx redrill restore sessions/20261121T000000Z --to sessions-restored\n');
  });

  it('never recommends a point whose record cannot be used', () => {
    const { notices, lost, text } = said(damaged(SLOT, UNUSABLE), damaged(OLDER.slot, UNUSABLE));
    expect({ notices, lost }).toEqual({ notices: ['page RecordUnreadable'], lost: ['sessions'] });
    expect(text).toContain(`\n  sessions/${SLOT} (hourly): its record cannot be used: it is not JSON\n`);
    expect(text).toContain('restore sessions/20261120T000000Z --to');
    expect(text).not.toContain(`restore sessions/${SLOT}`);
  });

  it('is a ticket of an old record, and of an old file of which the verified version is kept', () => {
    expect(said(damaged('20261120T000000Z', UNUSABLE)).notices).toEqual(['ticket RecordUnreadable']);
    const kept = { ...damaged(OLDER.slot, USABLE), address: { ...POINT, slot: OLDER.slot } };
    expect(said(kept)).toMatchObject({ notices: ['page RecoveryPointDamaged'], lost: [] });
  });

  it('says what to do when no other point is known', () => {
    const { notices } = noticesOfPoints([
      { ...WATCHED, entry: entryOf([NEWEST]), points: [damaged(SLOT, { kind: 'absent' })] },
    ]);
    expect(notices[0]?.alert.text).toContain('There is no other verified recovery point in the registry.');
  });

  it('is looked into again at the next look', () => {
    const { notices } = noticesOfPoints([{ ...WATCHED, points: [damaged(SLOT, UNUSABLE)] }]);
    const told = { code: 'c', about: 'sessions', parts: [...(notices[0]?.parts ?? [])] };
    expect(
      rememberedPoints({ ...NO_NOTICES, faults: { a: told, b: { ...told, parts: ['sessions'] } } }),
    ).toEqual([{ cache: 'sessions', tier: 'hourly', slot: SLOT }]);
  });

  it('is that a release tag lies on what the plan keeps, unless it was released', () => {
    const tagged = [{ cache: 'sessions', tier: 'daily' as const, slot: SLOT }];
    const codes = (changed: Partial<WatchedCache>) =>
      noticesOfReleaseTags([{ ...WATCHED, tagged, ...changed }]).map(({ alert }) => alert.code);
    expect(codes({})).toEqual(['ReleaseTagged']);
    expect(codes({ entry: { ...WATCHED.entry, releasedThrough: SLOT } })).toEqual([]);
    expect(codes({ isLost: true })).toEqual([]);
  });
});

describe('the points that a look reads', () => {
  const folder = vaultKeys.point(POINT);
  const READING = {
    ...WATCHED,
    entry: entryOf([]),
    newest: undefined,
    now: new Date('2026-11-21T08:00Z'),
    all: false,
  };
  const slots = (
    versions: readonly ObjectVersion[],
    changed: Partial<Parameters<typeof pointsToRead>[1]> = {},
  ) => pointsToRead(new Map([[folder, versions]]), { ...READING, ...changed }).map(({ slot }) => slot);

  it('are the newest, those that were touched, and now and then all', () => {
    expect(slots(WHOLE)).toEqual([]);
    expect(slots(WHOLE, { newest: NEWEST })).toEqual([SLOT]);
    expect(slots(WHOLE, { all: true })).toEqual([SLOT]);
    expect(slots([...WHOLE, file({ isLatest: false })])).toEqual([SLOT]);
    expect(slots([version(RECORD), file({ isDeleteMarker: true })])).toEqual([SLOT]);
  });

  it('are not those that were never admitted, nor those that S3 is expiring', () => {
    expect(slots([file({ isDeleteMarker: true })])).toEqual([]);
    const marked = [version(RECORD), file({ isDeleteMarker: true })];
    const released = { entry: { ...entryOf([]), releasedThrough: SLOT } };
    expect(slots(marked, released)).toEqual([SLOT]);
    expect(slots(marked, { ...released, now: new Date('2027-06-01') })).toEqual([]);
    expect(slots(marked, { now: new Date('2027-06-01') })).toEqual([SLOT]);
    expect(slots(marked, { isLost: true, now: new Date('2027-06-01') })).toEqual([]);
  });

  it('are those that were damaged at the last look, until they are released and their days are over', () => {
    const { plan } = READING;
    const entry = { ...entryOf([]), releasedThrough: SLOT };
    const due = (now: string, isReleased = true) =>
      stillDue([POINT], { entry: isReleased ? entry : entryOf([]), isLost: false, plan, now: new Date(now) });
    expect(due('2026-11-21')).toEqual([POINT]);
    expect(due('2027-06-01')).toEqual([]);
    expect(due('2027-06-01', false)).toEqual([POINT]);
  });

  it('are those of which every version was deleted, if the registry knows them and nothing has released them', () => {
    const held = {
      ...summaryOf('20261001T000000Z', 10),
      by: 'ann',
      at: '2026-10-01T01:00:00.000Z',
      why: 'audit',
    };
    const entry = {
      ...entryOf([NEWEST, OLDER, summaryOf('20261120T000000Z', 10)]),
      holds: [held],
    };
    const releasedThrough = parseSlot('20261120T000000Z');
    expect(slots(WHOLE, { entry: { ...entry, releasedThrough } })).toEqual([OLDER.slot, held.slot]);
    // Its record alone was deleted for good.
    expect(slots([file(), digest], { entry: entryOf([NEWEST]) })).toEqual([SLOT]);
  });

  it('are all of a cache twice a day, at looks that follow from its name', () => {
    const looks = Array.from({ length: 96 }, (_, at) => new Date(at * 15 * 60_000));
    for (const cache of ['sessions', 'orders', 'carts'])
      expect(looks.filter((now) => isDueForReading(cache, now))).toHaveLength(2);
  });
});

describe('a registry entry', () => {
  const points = [pointOf({ slot: OLDER.slot }), POINT];

  it('from the points has what ingests have written, and what people have accepted', () => {
    const accepted = { by: 'ann', at: '2026-11-21T07:00:00.000Z', why: 'a migration' };
    const entry = entryFromPoints([POINT, pointOf({ slot: OLDER.slot, accepted })]);
    expect(entry).toMatchObject({ cache: 'sessions', plan: 'sessions', acceptedSlot: OLDER.slot, holds: [] });
    expect(entry?.recent.map(({ slot }) => slot)).toEqual([SLOT, OLDER.slot]);
    expect(entryFromPoints([])).toBeUndefined();
  });

  it('is rebuilt from its last version, with the points since, and nothing is lost', () => {
    const holds = [{ ...OLDER, by: 'ann', at: '2026-11-21T01:00:00.000Z', why: 'audit' }];
    const version = { entry: { ...entryOf([OLDER]), holds }, at: new Date(1) };
    const rebuilt = rebuildEntry({ version, points, tagged: [], now: new Date(0) });
    expect(rebuilt).toMatchObject({ from: { kind: 'version' }, lost: [], entry: { holds } });
    expect(rebuilt?.entry.recent.map(({ slot }) => slot)).toEqual([SLOT, OLDER.slot]);
  });

  it('is rebuilt from the points and the tags of holds, and what is lost is said', () => {
    const remains = { version: undefined, points, now: new Date(0) };
    const rebuilt = rebuildEntry({ ...remains, tagged: [OLDER] });
    expect(rebuilt?.entry.holds).toMatchObject([{ slot: OLDER.slot, by: 'unknown' }]);
    expect(rebuilt?.lost[0]).toMatch(/^holds: by whom and why the 1 /);
    expect(rebuilt?.lost.join()).toContain('forgotten');
    expect(rebuildEntry({ ...remains, tagged: [] })?.lost[0]).toMatch(/^holds: no recovery point carries/);
    expect(rebuildEntry({ ...remains, points: [], tagged: [] })).toBeUndefined();
  });
});
