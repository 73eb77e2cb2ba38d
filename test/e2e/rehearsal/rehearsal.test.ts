import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { World } from '../world.ts';
import { differencesOf } from './fidelity.ts';
import { interruptedAt, killedIn } from './interrupt.ts';
import { leftOf, type Rehearsed, rehearse } from './rehearse.ts';

vi.mock('../../../cli/pace.ts', () => ({ LOOK_EVERY_MS: 20 }));

let world: World;
let rehearsed: Rehearsed;
let interrupted: Rehearsed;
let leftByInterrupt: readonly string[];

beforeAll(async () => {
  world = await World.start();
  await world.createWithConfigured([{ id: 'decoy' }]);
  interrupted = await interruptedAt(world, 'StartExecution', 'stateMachine:redrill-backup');
  leftByInterrupt = await leftOf(world);
  await killedIn(world, 'create the cache');
  expect(await leftOf(world)).not.toEqual([]);
  rehearsed = await rehearse(world);
}, 600_000);
afterAll(() => world.close());

describe('redrill doctor --rehearse', () => {
  test('deletes what it has made when it is interrupted, here while its backup begins', () => {
    expect(interrupted.output).toMatchObject({ outcome: 'interrupted', problems: ['It was interrupted.'] });
    expect(interrupted.status).toBe(1);
    expect(leftByInterrupt).toEqual([]);
  });

  test('backs its cache up, verifies the copy, and finds every key again in a drill', () => {
    const { output, status, err } = rehearsed;
    expect({ problems: output.problems, status, err }).toMatchObject({ problems: [], status: 0 });
    expect(output).toMatchObject({ outcome: 'passed', compared: { differences: 0 } });
    expect(output.compared?.keys).toBeGreaterThan(240);
  });

  test('deletes what one before it has left that was killed, and leaves nothing but versions in the vault', async () => {
    expect(await leftOf(world)).toEqual([]);
    expect(rehearsed.output.remaining.length).toBeGreaterThan(3);
    expect(rehearsed.output.remaining.map(({ object }) => object).join()).toContain('recovery-point.json');
  });

  test('no call names the decoy, and nothing of it has changed', () => {
    expect(rehearsed.notesText).not.toContain('decoy');
    const named = world.aws.fabric.decisions.filter(({ resource }) => resource.includes('decoy'));
    expect(named.filter(({ at }) => at > Date.parse(rehearsed.notes.startedAt))).toEqual([]);
  });

  test('alerts nobody, and is in no count', async () => {
    expect(world.alerts).toEqual([]);
    expect(world.refusals).toEqual([]);
  });

  test('names the readings of this world, and says of which the answer was seen', () => {
    const refuted = rehearsed.output.assumptions.filter(({ verdict }) => verdict === 'refuted');
    expect(refuted).toEqual([]);
    const confirmed = rehearsed.output.assumptions.filter(({ verdict }) => verdict === 'confirmed');
    expect(confirmed.length).toBeGreaterThan(6);
  });

  test('keeps field notes without account ids and secrets', () => {
    const { notes, notesText } = rehearsed;
    expect(notes.calls.length).toBeGreaterThan(20);
    for (const account of [world.demo.source.account, world.demo.vault.account])
      expect(notesText).not.toContain(account);
    expect(notesText).toContain('"AuthToken": "<masked>"');
  });

  test('what remains is gone on the day that the report names', async () => {
    const last =
      rehearsed.output.remaining
        .map(({ expiresFrom }) => expiresFrom)
        .sort()
        .at(-1) ?? '';
    await world.passUntil(Date.parse(`${last}T12:00:00Z`));
    expect(await world.versionsOf('hourly/redrill-rehearsal/')).toBe(0);
    expect(await world.versionsOf('reports/redrill-rehearsal/')).toBe(0);
  });
});

describe('npm run fidelity', () => {
  test('finds where the local AWS answers otherwise: in a field, and in an error code; and in no other field or order', async () => {
    const found = await differencesOf(rehearsed.notes, {
      'snapshot-membership': 'both',
      'error-names': 'without-fault',
    });
    expect(found.map(({ kind, where }) => `${kind} ${where}`)).toContain(
      'error ElastiCache.DescribeReplicationGroups',
    );
    // When a look of a replay comes is not exact, so that it can miss a status that passes, and what is not there yet.
    const exact = found.filter(({ kind }) => kind === 'field' || kind === 'order');
    expect(exact.map(({ kind, where }) => `${kind} ${where}`).sort()).toEqual([
      'field ElastiCache.DeleteSnapshot Snapshot.ReplicationGroupDescription',
      'field ElastiCache.DeleteSnapshot Snapshot.ReplicationGroupId',
      'field ElastiCache.DescribeSnapshots Snapshots[].ReplicationGroupDescription',
      'field ElastiCache.DescribeSnapshots Snapshots[].ReplicationGroupId',
    ]);
  });
});
