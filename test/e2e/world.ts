import { mkdtemp, rm } from 'node:fs/promises';
import { enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Snapshot } from '@aws-sdk/client-elasticache';
import type { Execution, Fault, Principal } from '@redrill/local-aws';
import { type CacheDescription, createCache } from '@redrill/local-aws';
import type { DeployedStack } from '@redrill/local-aws/cloudformation';
import { Redis } from 'ioredis';
import { inject, vi } from 'vitest';
import type { z } from 'zod';
import type { Config } from '../../core/contracts/config.ts';
import { type DrillReport, drillReport } from '../../core/contracts/drill.ts';
import { type RecoveryPoint, recoveryPoint } from '../../core/contracts/recovery-point.ts';
import { CANARY_CODE } from '../../core/contracts/resources.ts';
import { drillOfReport, vaultKeys } from '../../core/model/keys.ts';
import { drillClusterIdOf, executionNameOf } from '../../core/model/names.ts';
import { instantOf, type Slot, slotAt } from '../../core/model/slot.ts';
import { fillCache } from '../../demo/caches.ts';
import { type Demo, type DemoOptions, type Place, startDemo } from '../../demo/demo.ts';
import { leaks, plantCanaries } from './canaries.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/**
 * A quarter of an hour before a slot of every plan: a Wednesday in the middle of no month, week or day that has a
 * recovery point. Far from the real time on purpose: nothing may depend on the two being the same.
 */
export const BEFORE_MIDNIGHT = Date.parse('2026-11-03T23:45:00Z');
export const MIDNIGHT: Slot = slotAt(new Date(BEFORE_MIDNIGHT + 15 * MINUTE_MS));

/** The longest that anything in these tests waits for, virtual. */
const PATIENCE_MS = 8 * HOUR_MS;

/** Alarms that fire because no watch runs. */
export const UNWATCHED: readonly string[] = [
  'redrill-watch-silent',
  'redrill-source-watch-silent',
  'redrill-rpo-missed',
];

/** A message to people, in a few words. */
export interface ToldAlert {
  /** The alert's own, or the alarm's name. */
  readonly code: string;
  readonly cache: string;
  readonly severity: string;
}

/** A cloud assembly, and the configuration that it was synthesised from. */
export interface Deployable {
  readonly folder: string;
  readonly config: Config;
}

export interface WorldOptions {
  /** A virtual instant, ms since the epoch. @default {@link BEFORE_MIDNIGHT} */
  readonly startsAt?: number;
  /** @default the stacks of this run's synthesis */
  readonly deployed?: Deployable;
  /** Deploys in place of that, what the configuration of `deployed` makes. @default the assembly is deployed */
  readonly deploy?: (aws: Demo['aws']) => Promise<readonly DeployedStack[]>;
  /** Answers to what AWS's documentation leaves open. @default the usual ones */
  readonly readings?: Readonly<Record<string, string>>;
  /** Starts further hosts of the local internet. @default none */
  readonly hosts?: DemoOptions['hosts'];
  /** How many invocations of one Lambda run at the same time. @default 1, which takes a quarter less processor time */
  readonly environmentsPerFunction?: number;
}

/** Redrill deployed into a local AWS of its own, with caches to protect. */
export class World {
  readonly demo: Demo;
  readonly #folder: string;
  /** Ids of the caches that were created here, whatever has become of them. */
  readonly #caches = new Set<string>();

  static async start({
    startsAt = BEFORE_MIDNIGHT,
    deployed,
    deploy,
    readings = {},
    hosts,
    environmentsPerFunction = 1,
  }: WorldOptions = {}): Promise<World> {
    const assembly = deployed?.folder ?? inject('assembly');
    // Each of these worlds starts the same bundles some forty times.
    enableCompileCache(join(dirname(assembly), 'compiled'));
    const folder = await mkdtemp(join(tmpdir(), 'redrill-world-'));
    const options = {
      dataDir: join(folder, 'aws'),
      startsAt,
      readings,
      environmentsPerFunction,
      ...(hosts && { hosts }),
      ...(deployed && { config: deployed.config }),
      ...(deploy && { deploy }),
    };
    return new World(await startDemo(assembly, options), folder);
  }

  private constructor(demo: Demo, folder: string) {
    this.demo = demo;
    this.#folder = folder;
  }

  get aws(): Demo['aws'] {
    return this.demo.aws;
  }

  async close(): Promise<void> {
    await this.demo.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  // ---- Caches

  /** Orders caches and waits until they are there. @param place default the source region */
  async create(caches: readonly Omit<CacheDescription, keyof Place>[], place: Place = this.demo.source) {
    for (const cache of caches) {
      this.#caches.add(cache.id);
      await createCache(this.aws.fabric, { ...cache, ...place });
    }
    await this.until('the caches are available', () =>
      caches.every(({ id }) => this.statusOf(id, place) === 'available'),
    );
  }

  /** Orders the caches that the configuration names, small, and others: an alarm about a missed RPO is then a real one. */
  async createWithConfigured(others: readonly Omit<CacheDescription, keyof Place>[]): Promise<void> {
    const configured = Object.keys(this.demo.config.caches).map((id) => ({ id }));
    const caches = [...configured, ...others];
    await this.create(caches);
    for (const { id } of caches) await this.fill(id, 20);
  }

  /** Writes keys of every type, and the canaries. */
  async fill(id: string, keys: number): Promise<void> {
    await fillCache(this.aws, this.demo.source, { id, keys });
    await plantCanaries(this.nodesOf(id, this.demo.source));
  }

  /** FLUSHALL on every node, as an application's mistake would. */
  async flush(id: string): Promise<void> {
    for (const { customer } of this.nodesOf(id, this.demo.source)) {
      const { host, port, ca, password } = customer;
      const redis = new Redis({ host, port, password, ...(ca === undefined ? {} : { tls: { ca } }) });
      await redis.flushall();
      redis.disconnect();
    }
  }

  statusOf(id: string, { account, region }: Place = this.demo.source): string | undefined {
    return this.aws.elasticache.statusOf(account, region, id);
  }

  nodesOf(id: string, { account, region }: Place) {
    return this.aws.elasticache.nodesOf(account, region, id);
  }

  /** Names of a cache's snapshots that are not being deleted: with cluster mode disabled they name its node. */
  async snapshotsOf(cache: string): Promise<readonly string[]> {
    const names: string[] = [];
    let Marker: string | undefined;
    do {
      const page = (await this.demo.call('elasticache', 'DescribeSnapshots', this.demo.source.region, {
        ...(Marker && { Marker }),
      })) as { readonly Marker?: string; readonly Snapshots: readonly Snapshot[] };
      const own = page.Snapshots.filter(
        ({ ReplicationGroupId, CacheClusterId = '', SnapshotStatus }) =>
          (ReplicationGroupId === cache || CacheClusterId.startsWith(`${cache}-`)) &&
          SnapshotStatus !== 'deleting',
      );
      names.push(...own.flatMap(({ SnapshotName = [] }) => SnapshotName));
      ({ Marker } = page);
    } while (Marker !== undefined);
    return names.sort();
  }

  /** Ids of the drill clusters that are there. */
  get drillClusters(): readonly string[] {
    const { groupIds, serverlessNames } = this.aws.elasticache;
    return [...groupIds, ...serverlessNames].filter((id) => id.startsWith('redrill-drill-'));
  }

  // ---- Time

  get now(): number {
    return this.aws.clock.now();
  }

  get idle(): boolean {
    return this.aws.states.running.length === 0;
  }

  /** Lets virtual time pass until something is so. @throws Error when it has not come to be long after `since` */
  async until(what: string, done: () => boolean, since = this.now): Promise<void> {
    if (await this.aws.clock.run({ until: since + PATIENCE_MS, done })) return;
    throw new Error(`in ${PATIENCE_MS / HOUR_MS} h of virtual time it did not come to this: ${what}`);
  }

  /** Lets virtual time pass, and then whatever was started in it come to an end. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    await this.until('every execution has ended', () => this.now >= end && this.idle, end);
  }

  /** Lets time pass up to an instant, and then what was started come to an end. */
  async passUntil(instant: number): Promise<void> {
    await this.pass(Math.max(0, instant - this.now));
  }

  // ---- Schedules and workflows

  /** Delivers a schedule's event, and lets what it starts come to an end. @param at the instant it is due */
  async deliver(schedule: string, at = Math.floor(this.now / MINUTE_MS) * MINUTE_MS): Promise<void> {
    await this.aws.scheduler.deliverAgain(`redrill-${schedule}`, at);
    await this.pass(0);
  }

  /** One slot of a plan without the schedules running: backup, then as many looks for exports as there are caches. */
  async runSlot(plan: string, slot: Slot): Promise<void> {
    await this.passUntil(instantOf(slot).getTime());
    await this.deliver(`backup-${plan}`, instantOf(slot).getTime());
    await this.deliver('find-exports');
  }

  /** Runs SDK clients that this process makes with the credentials of a role. */
  async actingAs(principal: Principal, region: string, work: () => Promise<void>): Promise<void> {
    const key = this.aws.fabric.issueAccessKey(principal);
    vi.stubEnv('AWS_ENDPOINT_URL', this.aws.url);
    vi.stubEnv('AWS_REGION', region);
    vi.stubEnv('AWS_ACCESS_KEY_ID', key.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', key.secretAccessKey);
    try {
      await work();
    } finally {
      vi.unstubAllEnvs();
    }
  }

  /** The role that a Lambda runs with. */
  async roleOf(lambda: string, { region }: Place): Promise<string> {
    const input = { FunctionName: `redrill-${lambda}` };
    const { Configuration } = (await this.demo.call('lambda', 'GetFunction', region, input)) as {
      Configuration: { Role: string };
    };
    return Configuration.Role;
  }

  executions(workflow: keyof Demo['machines']): readonly Execution[] {
    return [...this.aws.states.executionsOf(this.demo.machines[workflow])].reverse();
  }

  /** `backup orders-20261104T000000Z SUCCEEDED`, of every execution for a cache of this world, sorted. */
  get ends(): readonly string[] {
    return (['backup', 'ingest', 'drill'] as const)
      .flatMap((workflow) =>
        this.executions(workflow)
          .filter(({ settings }) => this.#caches.has(JSON.parse(settings.input).cache))
          .map(({ name, status }) => `${workflow} ${name} ${status}`),
      )
      .sort();
  }

  /** Starts a drill of a cache by hand, as a person would, due now. */
  async startDrill(cache: string, choose: Slot | 'latest' = 'latest'): Promise<StartedDrill> {
    const { call, machines, vault } = this.demo;
    const drill = slotAt(new Date(this.now));
    const name = executionNameOf(cache, drill);
    const input = JSON.stringify({ cache, drill, startedBy: 'a test', choose });
    await call('states', 'StartExecution', vault.region, { stateMachineArn: machines.drill, name, input });
    const execution = this.executions('drill').find((each) => each.name === name);
    if (execution === undefined) throw new Error(`the drill ${name} was not started`);
    return { cache, drill, clusterId: drillClusterIdOf(cache, drill), execution };
  }

  // ---- What is in the buckets, and what people were told

  async keysIn(bucket: string, region: string): Promise<readonly string[]> {
    const input = { Bucket: bucket };
    const listed = (await this.demo.call('s3', 'ListObjectsV2', region, input)) as {
      Contents?: { Key: string }[];
      IsTruncated?: boolean;
    };
    if (listed.IsTruncated) throw new Error(`${bucket} has more keys than one page`);
    return (listed.Contents ?? []).map(({ Key }) => Key);
  }

  get stagingBucket(): string {
    return this.demo.vaultBucket.replace('redrill-vault-', 'redrill-staging-');
  }

  vaultKeys(): Promise<readonly string[]> {
    return this.keysIn(this.demo.vaultBucket, this.demo.vault.region);
  }

  stagedKeys(): Promise<readonly string[]> {
    return this.keysIn(this.stagingBucket, this.demo.vault.region);
  }

  /** The key that the vault's objects are encrypted under. */
  async vaultKeyArn(): Promise<string> {
    const { call, vault, vaultBucket: Bucket } = this.demo;
    const [Key] = await this.vaultKeys();
    const head = (await call('s3', 'HeadObject', vault.region, { Bucket, Key })) as { SSEKMSKeyId?: string };
    return head.SSEKMSKeyId ?? '';
  }

  /** How often an object of the vault was written. */
  async versionsOf(Prefix: string): Promise<number> {
    const { vault, vaultBucket: Bucket } = this.demo;
    const { Versions = [] } = (await this.demo.call('s3', 'ListObjectVersions', vault.region, {
      Bucket,
      Prefix,
    })) as { Versions?: object[] };
    return Versions.length;
  }

  /** A JSON document of a bucket, as its contract has it. */
  async document<Schema extends z.ZodType>(
    Bucket: string,
    Key: string,
    contract: Schema,
  ): Promise<z.output<Schema>> {
    const { source, vault, landingBucket } = this.demo;
    const region = Bucket === landingBucket ? source.region : vault.region;
    const { Body } = (await this.demo.call('s3', 'GetObject', region, { Bucket, Key })) as { Body: Readable };
    return contract.parse(JSON.parse(await text(Body)));
  }

  /** The report of a cache's newest drill. */
  async lastReport(cache: string): Promise<DrillReport> {
    const keys = (await this.vaultKeys()).filter(
      (key) => key.startsWith(vaultKeys.reportsOf(cache)) && drillOfReport(key) !== undefined,
    );
    return this.document(this.demo.vaultBucket, keys.toSorted().at(-1) ?? '', drillReport);
  }

  /** Every recovery point in the vault, oldest slot first. */
  async points(cache?: string): Promise<readonly RecoveryPoint[]> {
    const records = (await this.vaultKeys()).filter(
      (key) => key.endsWith('/recovery-point.json') && (cache === undefined || key.split('/')[1] === cache),
    );
    const points = await Promise.all(
      records.map((key) => this.document(this.demo.vaultBucket, key, recoveryPoint)),
    );
    return points.sort((one, other) => (one.slot < other.slot ? -1 : 1));
  }

  /** Everything that people were told, but for the configuration's caches that this world does not have and misses. */
  get alerts(): readonly ToldAlert[] {
    const missed = Object.keys(this.demo.config.caches).filter((cache) => !this.#caches.has(cache));
    return this.allAlerts.filter(({ cache }) => !missed.includes(cache));
  }

  get allAlerts(): readonly ToldAlert[] {
    const real = this.aws.sns.messages.filter(({ attributes }) => attributes.code !== CANARY_CODE);
    return real.map(({ subject = '', attributes }) => ({
      code: attributes.code ?? /^ALARM: "(?<name>.+?)"/.exec(subject)?.groups?.name ?? subject,
      cache: attributes.cache ?? '',
      severity: attributes.severity ?? 'alarm',
    }));
  }

  /** Data, or the secrets of caches, where people look. */
  get leaks(): readonly string[] {
    return leaks(
      this.aws,
      this.demo.heartbeats.pings.map(({ body }) => body),
    );
  }

  /** Faults that took effect. */
  get struck(): readonly Fault[] {
    return this.aws.faults.struck.map(({ fault }) => fault);
  }

  /** What IAM has refused to any role. */
  get refusals(): readonly string[] {
    return this.aws.fabric.decisions
      .filter(({ allowed, principal }) => !allowed && principal.kind === 'role')
      .map(({ principal, action, resource }) => `${principal.arn} ${action} ${resource}`);
  }
}

export interface StartedDrill {
  readonly cache: string;
  readonly drill: Slot;
  readonly clusterId: string;
  readonly execution: Execution;
}
