import type { FieldNotes, Fields, NotedCall } from '@redrill/local-aws/field-notes';
import { inWords } from '@redrill/local-aws/field-notes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DoctorOutput, doctorOutput } from '../../cli/doctor/contract.ts';
import { cleanUpOutput } from '../../cli/doctor/rehearse/contract.ts';
import { drillDescriptionOf } from '../../core/model/drill-description.ts';
import { drillClusterIdOf, snapshotNameOf } from '../../core/model/names.ts';
import {
  CLEAN_UP_COMMAND as CLEAN_UP,
  REHEARSAL_CACHE,
  REHEARSAL_LASTS_AT_MOST_SECONDS,
} from '../../core/model/rehearsal.ts';
import { parseSlot } from '../../core/model/slot.ts';
import { DRILL_TAG } from '../../core/model/tags.ts';
import { differencesOf } from '../e2e/rehearsal/fidelity.ts';
import { interruptedAt, killedIn } from '../e2e/rehearsal/interrupt.ts';
import { command, leftOf, type Rehearsed, rehearse } from '../e2e/rehearsal/rehearse.ts';
import { HOUR_MS, World } from '../e2e/world.ts';

const FAILED_SLOT = parseSlot('20261101T000000Z');
const FAILED_CLUSTER = drillClusterIdOf(REHEARSAL_CACHE, FAILED_SLOT);

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
});
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

describe('a rehearsal that is killed, and after which no other one runs', () => {
  let found: DoctorOutput;
  beforeAll(async () => {
    await killedIn(world, 'snapshot and export');
    await failedDrillCluster(world);
    await world.aws.clock.run({ until: world.now + (REHEARSAL_LASTS_AT_MOST_SECONDS / 3_600 + 1) * HOUR_MS });
    await world.deliver('watch-source');
    found = doctorOutput.parse(JSON.parse((await command(world, 'doctor', '--json')).stdout));
  });

  test('is reported by the watch, and by redrill doctor, with what to type', () => {
    const left = world.alerts.filter(({ code }) => code === 'RehearsalLeftOver');
    expect(left).toEqual([{ code: 'RehearsalLeftOver', cache: 'redrill-rehearsal', severity: 'ticket' }]);
    expect(found.findings.filter(({ id }) => id === 'rehearsal-left')).toMatchObject([
      { state: 'problem', text: expect.stringContaining('the cache redrill-rehearsal'), next: [CLEAN_UP] },
    ]);
  });

  test('is cleaned up by that, with a drill cluster that failed, and the watch says so', async () => {
    expect(world.statusOf(FAILED_CLUSTER, world.demo.vault)).toBe('create-failed');
    const { status, stdout, stderr } = await command(
      world,
      ...CLEAN_UP.split(' ').slice(2),
      '--yes',
      '--json',
    );
    expect(cleanUpOutput.parse(JSON.parse(stdout)), stderr).toMatchObject({
      outcome: 'passed',
      problems: [],
    });
    expect(status).toBe(0);
    expect(await leftOf(world)).toEqual([]);
    expect(world.statusOf(FAILED_CLUSTER, world.demo.vault)).toBeUndefined();
    await world.deliver('watch-source');
    expect(world.alerts.map(({ code }) => code)).toContain('RehearsalLeftOverResolved');
  });

  test('a cache that has only the name, and one that has only the tag, are neither reported nor touched', async () => {
    const tags = { 'redrill:rehearsal': '20261101T000000Z' };
    await world.create([{ id: 'redrill-rehearsal' }, { id: 'redrill-rehearsals', tags }]);
    const before = world.alerts.length;
    await world.deliver('watch-source');
    expect(world.alerts.slice(before).filter(({ code }) => code.startsWith('Rehearsal'))).toEqual([]);
    const { status, stdout } = await command(world, ...CLEAN_UP.split(' ').slice(2), '--yes');
    expect(status).toBe(1);
    expect(stdout).toContain('redrill-rehearsal in eu-west-1 has no tag redrill:rehearsal');
    for (const id of ['redrill-rehearsal', 'redrill-rehearsals'])
      expect(world.statusOf(id)).toBe('available');
  });
});

describe('npm run fidelity', () => {
  test('finds nothing in notes that the local AWS itself has answered', async () => {
    expect((await differencesOf(rehearsed.notes)).flatMap(inWords)).toEqual([]);
  });

  test('finds a field that is missing, other states, another order and another error, in words', async () => {
    const found = (await differencesOf(misremembered(rehearsed.notes))).map((each) =>
      inWords(each).join('\n'),
    );
    const snapshot = snapshotNameOf('redrill-rehearsal', rehearsed.output.slot);
    expect(found.sort()).toEqual([
      `error: ElastiCache.DescribeCacheClusters
  AWS refuses with CacheClusterNotFoundFault (404)
  the local AWS refuses with CacheClusterNotFound (404)`,
      `field: ElastiCache.DescribeSnapshots Snapshots[].NumCacheNodes
  AWS returns no such field
  the local AWS returns it as number`,
      `order: S3.ListObjectVersions Versions
  AWS: descending by name
  the local AWS: ascending by name`,
      expect.stringMatching(
        `^states: ElastiCache.DescribeSnapshots ${snapshot}
  AWS shows (\\w+ → )*copying → .*available
  the local AWS shows (\\w+ → )+available$`,
      ),
    ]);
  });
});

/** ElastiCache does not return the tags of a cluster that failed; its description says whose it is. */
async function failedDrillCluster({ aws, demo }: World): Promise<void> {
  aws.faults.arm({
    kind: 'freeze',
    service: 'elasticache',
    operation: 'CreateReplicationGroup',
    resource: FAILED_CLUSTER,
  });
  await demo.call('elasticache', 'CreateReplicationGroup', demo.vault.region, {
    ReplicationGroupId: FAILED_CLUSTER,
    ReplicationGroupDescription: drillDescriptionOf(REHEARSAL_CACHE, FAILED_SLOT),
    Engine: 'valkey',
    CacheNodeType: 'cache.t4g.micro',
    NumCacheClusters: 1,
    Tags: [{ Key: DRILL_TAG, Value: `${REHEARSAL_CACHE}/${FAILED_SLOT}` }],
  });
}

/** The notes of an AWS that differs from the local one in a field, a state, an order and an error. */
function misremembered(notes: FieldNotes): FieldNotes {
  const state = stateToForget(notes);
  const calls = notes.calls.map((call): NotedCall => {
    const { Snapshots, Versions } = { ...call.output } as Record<string, readonly Fields[] | undefined>;
    if (Snapshots !== undefined)
      return { ...call, output: { ...call.output, Snapshots: Snapshots.map((each) => other(each, state)) } };
    if (Versions !== undefined)
      return { ...call, output: { ...call.output, Versions: [...Versions].reverse() } };
    if (call.error?.code === 'CacheClusterNotFound')
      return { ...call, error: { ...call.error, code: 'CacheClusterNotFoundFault' } };
    return call;
  });
  return { ...notes, calls };
}

/** On a busy machine no look may have met the short state of the export. */
function stateToForget({ calls }: FieldNotes): string {
  const states = calls.flatMap(({ output }) =>
    ((output as { Snapshots?: readonly Fields[] } | undefined)?.Snapshots ?? []).map(
      (each) => each.SnapshotStatus,
    ),
  );
  return states.includes('exporting') ? 'exporting' : 'creating';
}

function other({ NumCacheNodes: _, SnapshotStatus, ...snapshot }: Fields, forgotten: string): Fields {
  return { ...snapshot, SnapshotStatus: SnapshotStatus === forgotten ? 'copying' : SnapshotStatus };
}
