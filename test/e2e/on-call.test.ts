import { createHash } from 'node:crypto';
import { arnOf } from '@redrill/local-aws';
import { beforeAll, describe, expect, test } from 'vitest';
import { backupOutput } from '../../cli/backup/contract.ts';
import { forgetOutput } from '../../cli/forget/contract.ts';
import { showOutput } from '../../cli/show/contract.ts';
import { statusOutput } from '../../cli/status/contract.ts';
import { PointOutput } from '../../cli/verify/contract.ts';
import { vaultKeys } from '../../core/model/keys.ts';
import { executionNameOf } from '../../core/model/names.ts';
import { pointNameOf } from '../../core/model/point-name.ts';
import { parseSlot } from '../../core/model/slot.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { SOUND } from '../unit/cli/files.ts';
import { redrill, redrillFor } from './redrill.ts';
import { HOUR_MS, World } from './world.ts';

/* What somebody who is on call types, one after the other, about a cache that is found by its tag. */
let world: World;
/** The recovery point that `redrill backup` made. */
let name: string;

beforeAll(async () => {
  world = await World.start();
  await world.create([{ id: 'jobs', tags: { [PLAN_TAG]: 'session-store' } }]);
  await world.fill('jobs', 500);
  world.aws.scheduler.start();
  return () => world.close();
});

const inSource = (operation: string, input: object) =>
  world.demo.call('elasticache', operation, world.demo.source.region, input);

describe('redrill backup', () => {
  test('starts the execution of this minute’s slot, and follows it to the verified copy', async () => {
    const { out, err, status } = await redrillFor(world, 45, 'backup', 'jobs', '--json');
    expect(status, err + out).toBe(0);
    const output = backupOutput.parse(JSON.parse(out));
    name = output.point?.name ?? '';
    expect(output).toMatchObject({
      cache: 'jobs',
      plan: 'session-store',
      outcome: 'verified',
      because: null,
    });
    expect(output.execution).toBe(executionNameOf('jobs', parseSlot(output.slot)));
    expect(world.ends).toContain(`backup ${output.execution} SUCCEEDED`);
    expect(err).toContain(`Started the backup ${output.execution}.`);
    // The states are asked about at intervals: one that ends between two questions is not shown.
    expect(err).toMatch(/^ {2}(check|wait for) (snapshot|export)$/m);
    expect((await world.points('jobs')).map(({ slot }) => `jobs/${slot}`)).toContain(name);
  });

  test('started and not followed, it goes on by itself', async () => {
    await world.pass(HOUR_MS);
    const { out, status } = await redrill(world, 'backup', 'jobs', '--no-follow');
    expect(status).toBe(0);
    expect(out).toMatch(
      /^The backup jobs-\S+ continues; to see its result: npx redrill show jobs\/\d{8}T\d{6}Z\n$/,
    );
    await world.pass(HOUR_MS);
    expect((await world.points('jobs')).length).toBeGreaterThanOrEqual(2);
  });

  test('that fails says why, and ends with 1', async () => {
    world.aws.faults.arm({
      kind: 'error',
      service: 'elasticache',
      operation: 'CreateSnapshot',
      times: 1,
      error: { code: 'SnapshotFeatureNotSupportedFault', message: 'not on this node', status: 400 },
    });
    const { out, status } = await redrillFor(world, 45, 'backup', 'jobs');
    expect(out).toMatch(/^jobs: the backup FAILED: the backup ended FAILED: .*not on this node/);
    expect(status).toBe(1);
  });

  test('of what nobody protects is not started', async () => {
    const before = world.executions('backup').length;
    const mistyped = await redrill(world, 'backup', 'job');
    expect(mistyped.err.split('\n')[0]).toBe(
      "no plan protects a cache 'job' in eu-west-1; did you mean 'jobs'?",
    );
    const missing = await redrill(world, 'backup', 'orders');
    expect(missing.err.split('\n')[0]).toBe(
      "there is no cache 'orders' in eu-west-1, although plan 'event-log' protects it",
    );
    expect([mistyped.status, missing.status]).toEqual([2, 2]);
    expect(world.executions('backup')).toHaveLength(before);
  });
});

describe('redrill show', () => {
  test('says everything of the point', async () => {
    const { out, status } = await redrill(world, 'show', name, '--json');
    const output = showOutput.parse(JSON.parse(out));
    expect(output).toMatchObject({ name, verdict: 'verified', lacks: [], topology: { engine: 'valkey' } });
    expect(output.totals.keys).toBeGreaterThanOrEqual(500);
    expect(output.lock?.mode).toBe('governance');
    expect(output.shards[0]?.url).toBe(`${output.url}shard-0001.rdb`);
    expect(status).toBe(0);
  });

  test('says it to people, and what to type next', async () => {
    const { out, status } = await redrill(world, 'show', 'jobs', 'latest');
    expect(out).toMatch(/^jobs\/\d{8}T\d{6}Z: VERIFIED\n/);
    expect(out).toContain('  SHA-256 ');
    expect(out).toContain('npx redrill drill jobs --choose ');
    expect(status).toBe(0);
  });
});

describe('redrill forget', () => {
  const refusal = async (...more: readonly string[]) => {
    const { err, status } = await redrill(world, 'forget', 'jobs', '--why', 'replaced by jobs-2', ...more);
    expect(status).toBe(2);
    return err.split('\n')[0];
  };

  test('refuses while the tag would bring the cache back, with the command that takes it off', async () => {
    const command = /aws elasticache remove-tags-from-resource .* --resource-name (\S+)$/;
    const [, arn] = command.exec((await refusal('--even-if-it-exists')) ?? '') ?? [];
    expect(arn).toBe(arnOf(world.demo.source, 'replicationgroup', 'jobs'));
    await inSource('RemoveTagsFromResource', { ResourceName: arn, TagKeys: [PLAN_TAG] });
  });

  test('refuses while the cache is there', async () => {
    expect(await refusal()).toMatch(
      /^jobs still exists in eu-west-1 \(available\) and is no longer backed up; if this/,
    );
  });

  test('refuses while it cannot check whether the cache exists', async () => {
    world.aws.faults.arm({
      kind: 'error',
      service: 'elasticache',
      operation: 'DescribeReplicationGroups',
      region: world.demo.source.region,
      // A client whose clock is corrected by a refusal tries again, three times in all.
      times: 3,
      error: { code: 'AccessDenied', message: 'not yours', status: 403 },
    });
    expect(await refusal()).toMatch(/^whether jobs still exists in eu-west-1 could not be checked/);
  });

  test('ends the watching, says what stays, and leaves the points', async () => {
    await inSource('DeleteReplicationGroup', { ReplicationGroupId: 'jobs' });
    await world.pass(HOUR_MS);
    const points = (await world.points('jobs')).length;
    const { out, status } = await redrill(world, 'forget', 'jobs', '--why', 'replaced by jobs-2');
    expect(status).toBe(0);
    expect(out).toContain('jobs is forgotten: Redrill no longer watches it.');
    expect(out).toContain('alerts when its newest verified copy is older than 8 h 00 min');
    expect(out).toContain(`${points} recovery points, of `);
    const told = world.alerts.length;
    // Longer than its RPO, of which the watch need not see every quarter of an hour.
    world.aws.scheduler.pause();
    await world.pass(10 * HOUR_MS);
    world.aws.scheduler.resume();
    await world.pass(2 * HOUR_MS);
    expect(world.alerts.slice(told).filter(({ cache }) => cache === 'jobs')).toEqual([]);
    expect((await world.points('jobs')).length).toBe(points);
  });

  test('shows in status, where it is not protected', async () => {
    const { unprotected, caches } = statusOutput.parse(
      JSON.parse((await redrill(world, 'status', '--json')).out),
    );
    expect(caches.map(({ cache }) => cache)).not.toContain('jobs');
    expect(unprotected.find(({ cache }) => cache === 'jobs')?.because).toMatch(
      /^forgotten by .*: replaced by jobs-2$/,
    );
  });

  test('can be undone, and then the cache is missed', async () => {
    const { out } = await redrill(world, 'forget', 'jobs', '--undo', '--json');
    expect(forgetOutput.parse(JSON.parse(out)).forgotten).toBeNull();
    expect((await redrill(world, 'forget', 'jobs', '--undo')).err).toContain('jobs is not forgotten');
    const told = world.alerts.length;
    await world.pass(HOUR_MS);
    expect(world.alerts.slice(told)).toContainEqual({ code: 'RpoMissed', cache: 'jobs', severity: 'page' });
  });
});

describe('redrill verify', () => {
  test('reads every file of a point again, against what was recorded', async () => {
    const { out, status } = await redrill(world, 'verify', name);
    expect(out).toMatch(/^SOUND/);
    expect(out).toContain('shard 1: the content matches what was recorded when it entered the vault');
    expect(status).toBe(0);
  });

  test('finds a file over which another sound one was written, and names it', async () => {
    const { vault, vaultBucket: Bucket } = world.demo;
    const point = (await world.points('jobs')).find((each) => pointNameOf(each) === name);
    if (point === undefined) throw new Error(`${name} is not in the vault`);
    const Key = vaultKeys.shard(point, 1);
    await world.demo.call('s3', 'PutObject', vault.region, {
      Bucket,
      Key,
      Body: SOUND,
      ContentMD5: createHash('md5').update(SOUND).digest('base64'),
    });
    const { out, status } = await redrill(world, 'verify', name, '--json');
    expect(PointOutput.parse(JSON.parse(out))).toMatchObject({
      point: name,
      shards: [
        { shard: 1, verdict: 'sound', asRecorded: false, replaced: expect.stringContaining('shard 1 of') },
      ],
    });
    expect(status).toBe(1);
  });
});
