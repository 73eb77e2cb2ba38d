import { inWords } from '@redrill/local-aws/field-notes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { World } from '../world.ts';
import { differencesOf } from './fidelity.ts';
import { interruptedAt, killedIn } from './interrupt.ts';
import { leftOf, rehearse } from './rehearse.ts';

/** `npm run prove-rehearsal`: a kill in every phase, Ctrl-C in the last one, notes replayed, and readings that are not the usual ones. */
const isAsked = process.env.REDRILL_REHEARSAL === 'all';

const PHASES = [
  'clear what is left',
  'write the seed',
  'create the cache',
  'snapshot and export',
  'pull and verify',
  'drill',
  'clean up',
];
/** At the beginning of the phase, and when it is under way. */
const KILLS = PHASES.flatMap((phase) => [0, 500].map((laterMs) => [phase, laterMs] as const));

describe.skipIf(!isAsked)('a rehearsal that is killed', () => {
  let world: World;
  let since: number;
  beforeAll(async () => {
    world = await World.start();
    await world.createWithConfigured([{ id: 'decoy' }]);
    since = world.now;
  });
  afterAll(() => world.close());

  test.each(KILLS)(
    'in the phase %s, after %d ms: the next one deletes what is left, and passes',
    async (phase, laterMs) => {
      await killedIn(world, phase, laterMs);
      const { output, err } = await rehearse(world);
      expect(output.problems, err).toEqual([]);
      expect(output.outcome).toBe('passed');
      expect(await leftOf(world)).toEqual([]);
      expect(world.alerts).toEqual([]);
      const calls = world.aws.fabric.decisions.filter(
        ({ at, resource }) => at > since && /decoy/.test(resource),
      );
      expect(calls).toEqual([]);
    },
  );
});

describe.skipIf(!isAsked)('a rehearsal', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
    await world.createWithConfigured([]);
  });
  afterAll(() => world.close());

  test('deletes what it has made when it is interrupted, here while its drill begins', async () => {
    const { output, status } = await interruptedAt(world, 'StartExecution', 'stateMachine:redrill-drill');
    expect(output).toMatchObject({ outcome: 'interrupted', problems: ['It was interrupted.'] });
    expect(status).toBe(1);
    expect(await leftOf(world)).toEqual([]);
  });

  test('keeps notes in which a replay finds nothing, and under other readings what those are', async () => {
    const { notes } = await rehearse(world);
    expect((await differencesOf(notes)).flatMap(inWords)).toEqual([]);
    const readings = { 'snapshot-membership': 'both', 'error-names': 'without-fault' };
    const found = (await differencesOf(notes, readings)).map(({ kind, where }) => `${kind} ${where}`);
    expect(found.sort()).toEqual([
      'error ElastiCache.DescribeReplicationGroups',
      'field ElastiCache.DeleteSnapshot Snapshot.ReplicationGroupDescription',
      'field ElastiCache.DeleteSnapshot Snapshot.ReplicationGroupId',
      'field ElastiCache.DescribeSnapshots Snapshots[].ReplicationGroupDescription',
      'field ElastiCache.DescribeSnapshots Snapshots[].ReplicationGroupId',
    ]);
  });
});

const READINGS = [
  ['snapshot-membership', 'both'],
  ['snapshot-filter', 'finds'],
  ['exporting-status', 'copying'],
  ['error-names', 'without-fault'],
  ['created-visible', 'after-a-minute'],
  ['exported-objects', 'multipart'],
  ['exported-checksum', 'crc32'],
  ['engine-version', 'major-minor'],
  ['page-size', 'one'],
  ['deleted-visible', 'deleted-for-a-minute'],
  ['unknown-name', 'empty'],
] as const;

describe.skipIf(!isAsked)('a rehearsal names the answers of an AWS that differs', () => {
  test('seed-grant: acl, which ends it before anything is created', async () => {
    const world = await World.start({ readings: { 'seed-grant': 'acl' } });
    try {
      const { output } = await rehearse(world);
      expect(output.problems).toEqual([expect.stringContaining('No permission to access S3 object')]);
      expect(output.assumptions.filter(({ verdict }) => verdict === 'refuted')).toMatchObject([
        { id: 'seed-grant', reading: 'acl' },
      ]);
      expect(await leftOf(world)).toEqual([]);
    } finally {
      await world.close();
    }
  });

  test.each(READINGS)('%s: %s', async (id, reading) => {
    const world = await World.start({ readings: { [id]: reading } });
    try {
      const { output, err } = await rehearse(world);
      expect(output.problems, err).toEqual([]);
      const refuted = output.assumptions.filter(({ verdict }) => verdict === 'refuted');
      expect(refuted.map((each) => [each.id, each.reading])).toEqual([[id, reading]]);
      expect(await leftOf(world)).toEqual([]);
    } finally {
      await world.close();
    }
  });
});
