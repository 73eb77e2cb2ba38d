import { describe, expect, it } from 'vitest';
import type { ExportSeal } from '../../../../core/contracts/export.ts';
import { type ContentGate, DEFAULT_GATE } from '../../../../core/contracts/plan.ts';
import type { PointSummary, ShardFinding } from '../../../../core/contracts/recovery-point.ts';
import { admit, failureOf } from '../../../../core/ingest/admit.ts';
import { assessContent as assessed, UNSUPPORTED } from '../../../../core/ingest/assess-content.ts';
import { NO_HISTORY } from '../../../../core/ingest/gate-content.ts';
import { NO_TYPES, pointOf, sealOf, soundShard, summaryOf } from '../facts.ts';

const assessContent = (
  seal: ExportSeal,
  findings: readonly ShardFinding[],
  recent: readonly PointSummary[],
  gate: ContentGate = DEFAULT_GATE,
) => assessed(seal, findings, { ...NO_HISTORY, recent: [...recent] }, gate);
const FACTS = { history: NO_HISTORY, gate: DEFAULT_GATE };

const THREE = sealOf([{ slots: '0-5460' }, { slots: '5461-10922' }, { slots: '10923-16383' }]);
const THREE_SOUND = [
  soundShard(1, 10, { keySlots: '0,5460' }),
  soundShard(2, 20, { keySlots: '5461-6000' }),
  soundShard(3, 30, { keySlots: '' }),
];

const rdbAt = (text: string | undefined) => ({
  rdb: {
    engine: 'valkey' as const,
    version: 80,
    crc64: 'valid' as const,
    ...(text === undefined ? {} : { createdAtSeconds: Date.parse(text) / 1000 }),
  },
});

describe('verified', () => {
  it('is what is complete, sound and not suspicious, with the sums of its shards', () => {
    const findings = [
      soundShard(1, 10, { withExpiry: 4, bytes: 1_000 }),
      soundShard(2, 20, { byType: { ...NO_TYPES, hash: 20 } }),
    ];
    expect(assessContent({ ...sealOf([{}, {}]), topology: sealOf().topology }, findings, [])).toEqual({
      verdict: 'verified',
      reasons: [],
      totals: { keys: 30, bytes: 2_000, withExpiry: 4, byType: { ...NO_TYPES, string: 10, hash: 20 } },
    });
  });

  it('is a cluster whose shards serve every slot once and hold only keys of their own', () =>
    expect(assessContent(THREE, THREE_SOUND, [])).toMatchObject({ verdict: 'verified', reasons: [] }));

  it.each(['absent', 'none'] as const)('notes a checksum that is %s', (crc64) => {
    const unchecked = { rdb: { ...rdbAt('2026-11-21T06:00:00Z').rdb, crc64 } };
    expect(assessContent(sealOf(), [soundShard(1, 10, unchecked)], [])).toMatchObject({
      verdict: 'verified',
      reasons: [
        {
          code: 'ChecksumAbsent',
          message:
            'no checksum in the file of shard 1: its structure was checked, but flipped bits in values would not show',
        },
      ],
    });
  });

  it.each([
    ['at the slot', '2026-11-21T06:00:00Z'],
    ['an hour early, by a clock that is behind', '2026-11-21T05:00:00Z'],
    ['at an instant that it does not tell', undefined],
  ])('is a file written %s', (_what, text) =>
    expect(assessContent(sealOf(), [soundShard(1, 10, rdbAt(text))], []).verdict).toBe('verified'),
  );
});

describe('corrupt', () => {
  const unsound: ShardFinding = {
    sound: false,
    shard: 1,
    key: 'k',
    problem: { code: 'ChecksumWrong', message: 'the file’s checksum is wrong' },
  };

  it.each<[string, ReturnType<typeof sealOf>, readonly ShardFinding[], string, string]>([
    ['a missing shard', sealOf(), [], 'ShardMissing', 'shard 1 was not copied into the vault'],
    ['an unsound file', sealOf(), [unsound], 'ChecksumWrong', 'shard 1: the file’s checksum is wrong'],
    [
      'another size',
      sealOf(),
      [soundShard(1, 10, { bytes: 999 })],
      'SizeDiffers',
      'shard 1 has 999 bytes in the vault, 1000 were exported',
    ],
    [
      'slots that nobody serves',
      sealOf([{ slots: '0-5460' }, { slots: '5461-10922' }]),
      [soundShard(1, 10), soundShard(2, 10)],
      'SlotsIncomplete',
      'the shards do not serve each of the 16384 hash slots exactly once',
    ],
    [
      'a cluster without slots',
      sealOf([{}, {}]),
      [soundShard(1, 10), soundShard(2, 10)],
      'SlotsIncomplete',
      'the shards do not serve each of the 16384 hash slots exactly once',
    ],
    [
      'keys of another shard: two files hold keys of the same one',
      THREE,
      [...THREE_SOUND.slice(1), soundShard(1, 10, { keySlots: '5461' })],
      'ForeignKeys',
      'shard 2 holds keys of hash slots that another shard serves',
    ],
    [
      'a shard that the seal does not know',
      THREE,
      [...THREE_SOUND, soundShard(4, 1, { keySlots: '0' })],
      'ForeignKeys',
      'shard 4 holds keys of hash slots that another shard serves',
    ],
    [
      'an old file',
      sealOf(),
      [soundShard(1, 10, rdbAt('2026-11-21T04:59:59Z'))],
      'Stale',
      'shard 1 was written at 2026-11-21T04:59:59.000Z, before the slot 20261121T060000Z',
    ],
  ])('for %s', (_what, seal, findings, code, message) => {
    const { verdict, reasons } = assessContent(seal, findings, []);
    expect({ verdict, reasons }).toEqual({ verdict: 'corrupt', reasons: [{ code, message }] });
  });

  it('names everything that is wrong, and sums what is sound', () => {
    const { reasons, totals } = assessContent(THREE, [unsound, soundShard(2, 20, { bytes: 1 })], []);
    expect(reasons.map(({ code }) => code)).toEqual(['ChecksumWrong', 'SizeDiffers', 'ShardMissing']);
    expect(totals.keys).toBe(20);
  });

  it('comes before suspect', () =>
    expect(assessContent(sealOf(), [soundShard(1, 0, { bytes: 1 })], []).verdict).toBe('corrupt'));
});

describe('what this version cannot read', () => {
  const unread = (shard: number): ShardFinding => ({
    sound: false,
    shard,
    key: 'k',
    problem: { code: UNSUPPORTED, message: 'RDB version 99 is not supported' },
  });
  const damaged: ShardFinding = {
    sound: false,
    shard: 2,
    key: 'k',
    problem: { code: 'ChecksumWrong', message: 'the file’s checksum is wrong' },
  };
  const TWO = { ...sealOf([{}, {}]), topology: sealOf().topology };

  it('is not verified, and not corrupt either', () =>
    expect(assessContent(sealOf(), [unread(1)], [])).toEqual({
      verdict: 'suspect',
      reasons: [{ code: 'Unsupported', message: 'shard 1: RDB version 99 is not supported' }],
      totals: { keys: 0, bytes: 0, withExpiry: 0, byType: NO_TYPES },
    }));

  it('says what it is in the failure', () =>
    expect(
      failureOf(
        admit(sealOf(), { tier: 'daily', findings: [unread(1)], ...FACTS, now: new Date('2026-11-21') }),
        [],
      ),
    ).toEqual({
      Error: 'RecoveryPointSuspect',
      Cause:
        'the recovery point of sessions of 2026-11-21 06:00 UTC is suspect: shard 1: RDB version 99 is not supported',
    }));

  it.each<[string, readonly ShardFinding[], 'suspect' | 'corrupt']>([
    ['in every shard', [unread(1), unread(2)], 'suspect'],
    ['in one shard of two', [unread(1), soundShard(2, 10)], 'suspect'],
    ['in one shard, beside a damaged one', [unread(1), damaged], 'corrupt'],
    ['in one shard, beside a missing one', [unread(1)], 'corrupt'],
    ['in one shard, beside one of another size', [unread(1), soundShard(2, 10, { bytes: 1 })], 'corrupt'],
    [
      'in one shard, beside an old one',
      [unread(1), soundShard(2, 10, rdbAt('2026-11-20T00:00:00Z'))],
      'corrupt',
    ],
  ])('%s', (_where, findings, verdict) => expect(assessContent(TWO, findings, []).verdict).toBe(verdict));

  it('does not excuse hash slots that no shard serves', () => {
    const gap = sealOf([{ slots: '0-5460' }, { slots: '5461-10922' }]);
    expect(assessContent(gap, [unread(1), unread(2)], []).verdict).toBe('corrupt');
  });
});

describe('suspect', () => {
  const verdictOf = (keys: number, recent: readonly PointSummary[]) =>
    assessContent(sealOf(), [soundShard(1, keys)], recent).verdict;

  it('is what holds nothing', () => {
    expect(assessContent(sealOf(), [soundShard(1, 0)], [])).toMatchObject({
      verdict: 'suspect',
      reasons: [{ code: 'Empty', message: 'it holds no keys' }],
    });
  });

  it('is what has lost half of the median, or more', () => {
    const recent = [10_000, 4_000, 8_000].map((keys, at) => summaryOf(`2026111${at + 5}T000000Z`, keys));
    expect(assessContent(sealOf(), [soundShard(1, 4_001)], recent).verdict).toBe('verified');
    expect(assessContent(sealOf(), [soundShard(1, 1_999)], recent)).toMatchObject({
      verdict: 'suspect',
      reasons: [
        {
          code: 'Shrunk',
          message: 'it holds 1999 keys, 75 % fewer than the median of 8000 of the last verified week',
        },
      ],
    });
  });

  it.each<[string, number, readonly PointSummary[], string]>([
    ['more than half is left', 5_001, [summaryOf('20261121T000000Z', 10_000)], 'verified'],
    ['exactly half is left', 5_000, [summaryOf('20261121T000000Z', 10_000)], 'suspect'],
    ['it grew', 90_000, [summaryOf('20261121T000000Z', 10_000)], 'verified'],
    ['nothing is known of it', 1, [], 'verified'],
    ['it was small', 1, [summaryOf('20261121T000000Z', 99)], 'verified'],
    ['it was just large enough to tell', 1, [summaryOf('20261121T000000Z', 100)], 'suspect'],
    [
      'only points that are not verified were larger',
      1,
      [summaryOf('20261121T000000Z', 9_000, 'suspect'), summaryOf('20261120T000000Z', 9_000, 'corrupt')],
      'verified',
    ],
    [
      'only later points, and the point itself, are larger',
      1,
      [summaryOf('20261121T060000Z', 9_000), summaryOf('20261121T080000Z', 9_000)],
      'verified',
    ],
    [
      'what is more than a week older than the newest is not asked',
      100,
      [
        summaryOf('20261120T000000Z', 150),
        summaryOf('20261112T000000Z', 9_000),
        summaryOf('20261111T000000Z', 9_000),
      ],
      'verified',
    ],
    [
      'a week to the minute counts; of two, the median is the lower',
      100,
      [summaryOf('20261120T000000Z', 9_000), summaryOf('20261113T000000Z', 9_000)],
      'suspect',
    ],
  ])('or not: %s', (_what, keys, recent, verdict) => expect(verdictOf(keys, recent)).toBe(verdict));

  it('stays suspect however long it stays shrunk: only a person decides that this is the usual', () => {
    const before = [summaryOf('20260901T000000Z', 10_000)];
    const since = Array.from({ length: 28 }, (_, day) =>
      summaryOf(`202610${String(day + 1).padStart(2, '0')}T000000Z`, 100, 'suspect'),
    );
    expect(verdictOf(100, [...since, ...before])).toBe('suspect');
  });
});

describe('admit', () => {
  it('records the seal, the findings and the verdict', () => {
    const seal = sealOf();
    const findings = [soundShard(1, 0)];
    const now = new Date('2026-11-21T06:10:00Z');
    expect(admit(seal, { tier: 'daily', findings, ...FACTS, now })).toEqual({
      version: 1,
      cache: 'sessions',
      kind: 'replication-group',
      plan: 'sessions',
      slot: seal.slot,
      tier: 'daily',
      verdict: 'suspect',
      reasons: [{ code: 'Empty', message: 'it holds no keys' }],
      snapshot: seal.snapshot,
      source: seal.source,
      takenAt: seal.takenAt,
      admittedAt: '2026-11-21T06:10:00.000Z',
      totals: { keys: 0, bytes: 1_000, withExpiry: 0, byType: NO_TYPES },
      shards: findings,
      topology: seal.topology,
    });
  });
});

describe('failureOf', () => {
  const reasons = [
    { code: 'Stale', message: 'it is old' },
    { code: 'Empty', message: 'it is empty' },
  ];

  it('tells verdict and reasons of a point that is not verified', () => {
    const told = (verdict: 'suspect' | 'corrupt') => failureOf(pointOf({ verdict, reasons }), []);
    expect(told('suspect')).toEqual({
      Error: 'RecoveryPointSuspect',
      Cause: 'the recovery point of sessions of 2026-11-21 06:00 UTC is suspect: it is old; it is empty',
    });
    expect(told('corrupt')?.Error).toBe('RecoveryPointCorrupt');
  });

  it('names the newest verified one before it, to recover from', () => {
    const others = [
      summaryOf('20261121T080000Z', 10),
      summaryOf('20261121T050000Z', 0, 'suspect'),
      summaryOf('20261121T040000Z', 10),
      summaryOf('20261121T020000Z', 10),
    ];
    expect(failureOf(pointOf({ verdict: 'suspect', reasons }), others)?.lastVerified).toBe(
      '20261121T040000Z',
    );
  });

  it('is nothing for a verified one, whatever it notes', () =>
    expect(failureOf(pointOf({ reasons }), [])).toBeUndefined());
});
