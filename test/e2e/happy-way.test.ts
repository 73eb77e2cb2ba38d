import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { synthesise } from '../../cli/plan/templates.ts';
import { eventsOf } from '../../cli/plan/transitions.ts';
import { EVENTS } from '../../core/contracts/events.ts';
import { exportSeal } from '../../core/contracts/export.ts';
import { METRICS } from '../../core/contracts/metrics.ts';
import { shardFinding } from '../../core/contracts/recovery-point.ts';
import { landingKeys, stagingKeys, vaultKeys } from '../../core/model/keys.ts';
import { snapshotNameOf } from '../../core/model/names.ts';
import { DEMO_CACHES } from '../../demo/caches.ts';
import { saveReports } from '../../demo/reports.ts';
import { isAllWell, type Summary, summarise } from '../../demo/summary.ts';
import { EXAMPLE_CONFIG } from '../../docs/sources/cost.ts';
import { PIECE_BYTES } from '../../vault/shard-reader.ts';
import { commandLine } from './aws-cli.ts';
import { CANARIES_PER_SHARD } from './canaries.ts';
import { MIDNIGHT, MINUTE_MS, World } from './world.ts';

const KEYS = 3_000;
const SHARDS = { sessions: 1, orders: 3, carts: 1 } as const;
/** Nothing is written while all is well. */
const SILENT: readonly string[] = [METRICS.namespace, METRICS.channelFailures];
const CACHES = Object.keys(SHARDS) as (keyof typeof SHARDS)[];

let world: World;
let summary: Summary;

beforeAll(async () => {
  world = await World.start({ environmentsPerFunction: Number.POSITIVE_INFINITY });
  await world.create(DEMO_CACHES);
  for (const cache of CACHES) await world.fill(cache, KEYS);
  world.aws.scheduler.start();
  await world.pass(30 * MINUTE_MS);
  for (const cache of CACHES) await world.startDrill(cache);
  await world.pass(20 * MINUTE_MS);
  summary = await summarise(world.demo);
  return () => world.close();
});

interface Head {
  readonly Key: string;
  readonly ServerSideEncryption?: string;
  readonly SSEKMSKeyId?: string;
  readonly ObjectLockMode?: string;
  readonly ObjectLockRetainUntilDate?: Date;
}

const pointOf = (cache: keyof typeof SHARDS) => ({ tier: 'monthly', cache, slot: MIDNIGHT }) as const;

describe('one slot all the way', () => {
  test('ends with everything verified, drilled and quiet', () => {
    expect(isAllWell(summary, CACHES)).toBe(true);
    expect(world.ends.filter((end) => !end.endsWith(' SUCCEEDED'))).toEqual([]);
    expect(world.ends).toHaveLength(9);
    expect(world.alerts).toEqual([]);
    expect(world.refusals).toEqual([]);
    expect(summary.heartbeats).toBeGreaterThanOrEqual(1);
  });

  test.each(CACHES)(
    '%s has one verified recovery point, the first of its month, of all its shards',
    (cache) => {
      const points = summary.recoveryPoints.filter((point) => point.cache === cache);
      expect(points).toMatchObject([
        { slot: MIDNIGHT, tier: 'monthly', verdict: 'verified', shards: SHARDS[cache] },
      ]);
      // A fiftieth of a third of the keys expires within a minute, before or after the snapshot.
      const written = KEYS + SHARDS[cache] * CANARIES_PER_SHARD;
      expect(points[0]?.keys).toBeLessThanOrEqual(written);
      expect(points[0]?.keys).toBeGreaterThan(written * 0.98);
    },
  );

  test.each(CACHES)('the drill of %s compared every key that had not expired', async (cache) => {
    const drills = summary.drills.filter((drill) => drill.cache === cache);
    const keys = summary.recoveryPoints.find((point) => point.cache === cache)?.keys;
    expect(drills).toMatchObject([{ slot: MIDNIGHT, verdict: 'passed', mismatches: 0 }]);
    const [{ keysCompared = 0, keysExpired = 0, achievedRtoSeconds = 0 } = {}] = drills;
    expect(keysCompared + keysExpired).toBe(keys);
    expect(keysCompared).toBeGreaterThan(KEYS * 0.97);
    expect(achievedRtoSeconds).toBeGreaterThan(60);
    const { verdict, reasons, phases, cluster } = await world.lastReport(cache);
    expect({ verdict, reasons }).toEqual({ verdict: 'passed', reasons: [] });
    expect(phases.createSeconds).toBeGreaterThan(60);
    const builtOn = { orders: 'cache.r7g.large', sessions: 'cache.t4g.medium', carts: 'serverless' }[cache];
    expect(cluster).toMatchObject({ nodeType: builtOn });
    expect(cluster?.limits).toEqual(cache === 'carts' ? { storageGb: 5, ecpuPerSecond: 5_000 } : undefined);
    expect(cluster?.insteadOfServerless).toBeUndefined();
  });

  test('writes as many events into the ingest’s history as docs/limits.md counts', () => {
    const definition = synthesise(EXAMPLE_CONFIG).definitionOf('ingest');
    for (const cache of CACHES) {
      const execution = world.executions('ingest').find(({ name }) => name === `${cache}-${MIDNIGHT}`);
      const counted = eventsOf(definition, { shards: SHARDS[cache], waits: {} });
      expect(execution?.history.events).toHaveLength(counted);
    }
  });
  test.each(CACHES)(
    'the drill of %s left a page that people can read, and the fleet’s page leads there',
    async (cache) => {
      const folder = await mkdtemp(join(tmpdir(), 'redrill-reports-'));
      const fleetPage = await readFile(await saveReports(world.demo, folder), 'utf8');
      const [, link = ''] = new RegExp(`href="(${cache}/[^"]+)"`).exec(fleetPage) ?? [];
      const page = await readFile(join(folder, link), 'utf8');
      await rm(folder, { recursive: true });
      expect(fleetPage).toContain('Every protected cache has a recent copy in the vault');
      expect(page).toMatch(new RegExp(`✓ Passed</p>[^]*the vault’s copy of ${cache} from`));
      const [drill] = summary.drills.filter((each) => each.cache === cache);
      expect(page).toContain(`${drill?.keysCompared.toLocaleString('en-GB')} keys that were recorded`);
    },
  );

  test('leaves no drill cluster and no staged object', async () => {
    expect(world.drillClusters).toEqual([]);
    expect((await world.stagedKeys()).filter((key) => key.startsWith('drills/'))).toEqual([]);
  });

  test.each(CACHES)('%s can be built again from what is written beside its export', async (cache) => {
    const key = landingKeys.seal(snapshotNameOf(cache, MIDNIGHT));
    const { shards, topology } = await world.document(world.demo.landingBucket, key, exportSeal);
    expect(shards.map(({ shard }) => shard)).toEqual(cache === 'orders' ? [1, 2, 3] : [1]);
    expect(topology).toMatchObject({
      clusterMode: cache !== 'sessions',
      engine: 'valkey',
      nodeType: cache === 'carts' ? 'serverless' : 'cache.t4g.small',
    });
    const [point] = await world.points(cache);
    // Which slots the files of a serverless cache have shows when they are read.
    const isServerless = topology.serverless !== undefined;
    const shown = isServerless ? { ...topology, shards: [{ shard: 1, slots: '0-16383' }] } : topology;
    expect(point?.topology).toEqual(shown);
  });
});

describe('a shard that takes four invocations to read, after the first of which its Lambda is killed', () => {
  const point = pointOf('sessions');
  const left = [vaultKeys.finding(point, 1), vaultKeys.digest(point, 1), vaultKeys.record(point)];
  const bytesOf = async (Key: string) => {
    const { call, vault, vaultBucket: Bucket } = world.demo;
    const { Body } = (await call('s3', 'GetObject', vault.region, { Bucket, Key })) as { Body: Readable };
    return (await buffer(Body)).toString('base64');
  };

  const contentIn = (finding: string) => {
    const { sound, ...found } = shardFinding.parse(JSON.parse(Buffer.from(finding, 'base64').toString()));
    if (!sound || !('content' in found)) throw new Error('the shard is sound');
    return found.content;
  };

  test('leaves what one invocation leaves, but for what a checkpoint cannot keep', async () => {
    const { call, machines, vault } = world.demo;
    const undisturbed = await Promise.all(left.map(bytesOf));
    const log = { ...vault, name: '/aws/lambda/redrill-verify-shard' };
    const before = world.aws.logs.lines(log).length;
    const reading = { service: 'lambda', operation: 'Invoke', resource: 'redrill-verify-shard' };
    world.aws.faults.arm({ kind: 'hurry', ...reading, timeLeftMs: 1_000, times: 3 });
    const Key = stagingKeys.checkpoint('sessions', MIDNIGHT, 1);
    world.aws.faults.arm({ kind: 'kill', service: 's3', operation: 'PutObject', resource: Key });

    const first = world.executions('ingest').find(({ name }) => name === `sessions-${MIDNIGHT}`);
    const again = { stateMachineArn: machines.ingest, name: 'again', input: first?.settings.input };
    await call('states', 'StartExecution', vault.region, again);
    await world.until('it was saved', () => world.struck.some(({ kind }) => kind === 'kill'));
    const saved = await call('s3', 'HeadObject', vault.region, { Bucket: world.stagingBucket, Key });
    expect(saved).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: await world.vaultKeyArn() });
    await world.pass(0);

    expect(world.executions('ingest').find(({ name }) => name === 'again')?.status).toBe('SUCCEEDED');
    const said = world.aws.logs
      .lines(log)
      .slice(before)
      .map(({ message }) => message);
    expect(said.filter((line) => line.includes('signal: killed'))).toHaveLength(1);
    const outputs = said.flatMap((line) => (line.startsWith('{') ? (JSON.parse(line).output ?? []) : []));
    expect(outputs).toMatchObject([
      { done: false, fromByte: PIECE_BYTES, toByte: 2 * PIECE_BYTES },
      { done: false, fromByte: 2 * PIECE_BYTES, toByte: 3 * PIECE_BYTES },
      { done: true, fromByte: 3 * PIECE_BYTES, sound: true },
    ]);
    const [finding = '', ...files] = await Promise.all(left.map(bytesOf));
    const [findingBefore = '', ...filesBefore] = undisturbed;
    expect(files).toEqual(filesBefore);
    // What more than a thousand keys had to be compared with is not in a checkpoint, and the finding says so.
    const whole = contentIn(findingBefore);
    expect(whole.duplicates).toBe('none');
    expect(contentIn(finding)).toEqual({ ...whole, duplicates: 'not-compared' });
    expect(await Promise.all(left.map((key) => world.versionsOf(key)))).toEqual([2, 1, 1]);
    expect(await world.stagedKeys()).not.toContain(Key);
    expect(world.refusals).toEqual([]);
  });
});

describe('the vault', () => {
  test.each(CACHES)(
    'holds file, finding and digest of each shard of %s, the record, and nothing else',
    async (cache) => {
      const numbers = Array.from({ length: SHARDS[cache] }, (_, at) => at + 1);
      const point = pointOf(cache);
      const expected = numbers.flatMap((shard) => [
        vaultKeys.shard(point, shard),
        vaultKeys.finding(point, shard),
        vaultKeys.digest(point, shard),
      ]);
      const keys = (await world.vaultKeys()).filter((key) => key.split('/')[1] === cache);
      expect(keys.filter((key) => !key.startsWith('reports/')).sort()).toEqual(
        [...expected, vaultKeys.record(point), vaultKeys.recordDigest(point)].sort(),
      );
      expect(await world.vaultKeys()).toContain(vaultKeys.registry(cache));
      expect(await world.vaultKeys()).toContain(vaultKeys.ingested(snapshotNameOf(cache, MIDNIGHT)));
    },
  );

  test('encrypts every object under its own key, and locks it', async () => {
    const { call, vault, vaultBucket: Bucket } = world.demo;
    const heads = await Promise.all(
      (await world.vaultKeys()).map(async (Key): Promise<Head> => {
        const head: object = await call('s3', 'HeadObject', vault.region, { Bucket, Key });
        return { Key, ...head };
      }),
    );
    expect(heads.length).toBeGreaterThan(15);
    const unlike = heads.filter(
      (head) =>
        head.ServerSideEncryption !== 'aws:kms' ||
        !String(head.SSEKMSKeyId).startsWith(`arn:aws:kms:${vault.region}:`) ||
        head.ObjectLockMode !== 'GOVERNANCE' ||
        !(Number(head.ObjectLockRetainUntilDate) > world.now),
    );
    expect(unlike.map(({ Key }) => Key)).toEqual([]);
  });

  test('tells through metrics what came of it', async () => {
    const listed = (await world.demo.call('monitoring', 'ListMetrics', world.demo.vault.region, {
      Namespace: METRICS.namespace,
    })) as { Metrics: { MetricName: string }[] };
    expect(new Set(listed.Metrics.map(({ MetricName }) => MetricName))).toEqual(
      new Set(Object.values(METRICS).filter((name) => !SILENT.includes(name))),
    );
  });

  test('puts an event for each verdict and each drill on the vault’s bus, and none else', () => {
    const events = world.aws.events.accepted;
    for (const { detailType, detail } of events)
      expect(
        Object.values(EVENTS)
          .find((each) => each.detailType === detailType)
          ?.schema.safeParse(detail),
      ).toMatchObject({
        success: true,
      });
    const kinds = events.map(({ region, source, detailType }) => `${region} ${source}: ${detailType}`);
    expect(new Set(kinds)).toEqual(
      new Set([
        'eu-central-1 redrill: Redrill Drill Ended',
        'eu-central-1 redrill: Redrill Recovery Point Verdict',
      ]),
    );
    expect(kinds.filter((kind) => kind.endsWith('Ended'))).toHaveLength(CACHES.length);
  });

  test('shows no key, no value and no secret where people look', () => {
    expect(world.leaks).toEqual([]);
  });
});

describe('the AWS CLI, as a client that nobody here wrote', async () => {
  const { close, run, version } = await commandLine();
  afterAll(close);
  if (version === undefined) console.error('\nNO AWS CLI HERE: its tests are skipped. Install awscli.\n');

  const aws = (region: string, ...parameters: string[]) =>
    run([...parameters, '--endpoint-url', world.aws.url], world.aws.environment(region));

  test.skipIf(version === undefined)('lists the snapshots', async () => {
    const { Snapshots } = JSON.parse(await aws('eu-west-1', 'elasticache', 'describe-snapshots'));
    expect(
      Snapshots.map((snapshot: { SnapshotName: string; SnapshotStatus: string }) => [
        snapshot.SnapshotName,
        snapshot.SnapshotStatus,
      ]).sort(),
    ).toEqual(['orders', 'sessions'].map((cache) => [snapshotNameOf(cache, MIDNIGHT), 'available']));
  });

  test.skipIf(version === undefined)('lists the vault', async () => {
    const listing = await aws('eu-central-1', 's3', 'ls', `s3://${world.demo.vaultBucket}/`, '--recursive');
    const keys = listing.split('\n').flatMap((line) => line.split(/\s+/)[3] ?? []);
    expect(keys.sort()).toEqual([...(await world.vaultKeys())].sort());
  });

  test.skipIf(version === undefined)('lists executions and topics', async () => {
    const listed = await aws(
      'eu-central-1',
      'stepfunctions',
      'list-executions',
      '--state-machine-arn',
      world.demo.machines.drill,
    );
    expect(JSON.parse(listed).executions).toMatchObject(CACHES.map(() => ({ status: 'SUCCEEDED' })));
    const { Topics } = JSON.parse(await aws('eu-west-1', 'sns', 'list-topics'));
    expect(Topics).toHaveLength(1);
  });
});
