import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stagingKeys } from '../../core/model/keys.ts';
import { snapshotNameOf } from '../../core/model/names.ts';
import { instantOf, type Slot, slotAt } from '../../core/model/slot.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { runRedrill } from '../e2e/redrill.ts';
import { HOUR_MS, MIDNIGHT, MINUTE_MS, type StartedDrill, type World } from '../e2e/world.ts';
import { type CacheContent, contentOf } from './content.ts';
import { flush, writeContent, writeSlot } from './dataset.ts';

/*
 * A fortnight of an installation in a few minutes, so that its buckets hold every kind of document that Redrill stores: what
 * the fixture of a release is made of. `sessions` has one shard, TLS and a token, `orders` is a cluster, and `carts` is deleted.
 */

export const KEYS = 1_200;
export const TOKEN = 'not-a-secret-of-anyone';
const CLUSTER_KEYS = 900;
/** Hours after the first slot, a Wednesday's midnight: the month's first, an hourly one, a day's first and a week's first. */
const TIERS_AT = { monthly: 0, hourly: 6, daily: 24, weekly: 120 } as const;

export interface Journey {
  /** What the cache held when the point was taken, by the point's name. */
  readonly contents: Readonly<Record<string, CacheContent>>;
  /** A state file of `redrill recover`, interrupted. */
  readonly recoverState: string;
}

export class Traveller {
  readonly world: World;
  readonly folder: string;
  readonly contents: Record<string, CacheContent> = {};

  constructor(world: World, folder: string) {
    this.world = world;
    this.folder = folder;
  }

  async travel(): Promise<Journey> {
    await this.#begin();
    await this.#tiers();
    await this.#suspicions();
    await this.#drills();
    const recoverState = await this.#interruptedRecovery();
    await this.#interruptedRestore();
    await this.#underWay();
    return { contents: this.contents, recoverState };
  }

  async #begin(): Promise<void> {
    const { world } = this;
    await world.create([
      { id: 'sessions', replicas: 1, authToken: TOKEN },
      { id: 'orders', clusterMode: 'on', shards: 3 },
      { id: 'carts', tags: { [PLAN_TAG]: 'session-store' } },
    ]);
    for (const id of ['sessions', 'orders', 'carts']) await this.#write(id);
    await this.#watch();
  }

  /** A point of each tier; the second of `carts` is damaged on its way, and then `carts` is given up. */
  async #tiers(): Promise<void> {
    const { world } = this;
    await this.#slot('session-store', TIERS_AT.monthly, 'sessions', 'carts');
    await this.#slot('event-log', TIERS_AT.monthly, 'orders');
    const export_ = { service: 'elasticache', operation: 'CopySnapshot' };
    world.aws.faults.arm({ kind: 'flip-byte', ...export_, resource: snapshotNameOf('carts', this.at(6)) });
    await this.#slot('session-store', TIERS_AT.hourly, 'sessions');
    await this.#source('DeleteReplicationGroup', { ReplicationGroupId: 'carts' });
    await world.pass(HOUR_MS);
    await this.#watch();
    await this.redrill('forget', 'carts', '--why', 'the shop has closed');
    for (const hours of [TIERS_AT.daily, TIERS_AT.weekly]) {
      await this.#slot('session-store', hours, 'sessions');
      await this.#slot('event-log', hours, 'orders');
    }
    await this.redrill('hold', 'orders', this.at(TIERS_AT.daily), '--why', 'the auditors asked');
  }

  /** Both are flushed. The point of `sessions` is accepted, that of `orders` stays suspect. */
  async #suspicions(): Promise<void> {
    const { world } = this;
    for (const id of ['sessions', 'orders']) await flush(this.nodes(id));
    await this.#slot('session-store', 126, 'sessions');
    await this.#slot('event-log', 126, 'orders');
    await this.#watch();
    await this.redrill('accept', 'sessions', this.at(126), '--why', 'the old sessions were void');
    for (const id of ['sessions', 'orders']) await this.#write(id);
    await world.pass(MINUTE_MS);
  }

  /** Two that pass, one that finds a key missing, and one that gets no cluster. */
  async #drills(): Promise<void> {
    const { world } = this;
    await this.#slot('session-store', 132, 'sessions');
    for (const cache of ['sessions', 'orders']) await this.#drill(cache);
    await this.#drill('sessions', async ({ clusterId }) => {
      await world.until('the cluster is there', () => this.#vaultStatus(clusterId) === 'available');
      const [node] = world.nodesOf(clusterId, world.demo.vault);
      await node?.server.control((redis) => redis.del('large:hash'));
    });
    const error = { code: 'InsufficientCacheClusterCapacity', message: 'None left', status: 400 };
    const creating = { service: 'elasticache', operation: 'CreateReplicationGroup', times: 20 } as const;
    world.aws.faults.arm({ kind: 'error', ...creating, resource: 'redrill-drill-', error });
    await this.#drill('orders');
    await this.#watch();
  }

  async #interruptedRecovery(): Promise<string> {
    await this.world.create([{ id: 'spare' }]);
    const point = `sessions/${this.at(TIERS_AT.weekly)}`;
    const state = join(this.folder, 'recover-state.json');
    const words = ['recover', point, '--into', 'spare', '--apply', '--rate', '50', '--state', state];
    const { signal, err, out, status } = await runRedrill(this.world, words, {
      meanwhile: (interrupt) => existsSync(state) && interrupt(),
    });
    if (signal === null && !existsSync(state))
      throw new Error(`the recovery was not interrupted: ${status} ${out}${err}`);
    return readFileSync(state, 'utf8');
  }

  async #interruptedRestore(): Promise<void> {
    const { world } = this;
    const words = ['restore', `orders/${this.at(TIERS_AT.weekly)}`, '--to', 'orders-again', '--apply'];
    const { signal, err } = await runRedrill(world, words, {
      meanwhile: async (interrupt) =>
        (await world.stagedKeys()).some((key) => key.startsWith('restores/') && key.endsWith('.rdb')) &&
        interrupt(),
    });
    if (signal === null) throw new Error(`the restore was not interrupted: ${err}`);
    if (world.aws.elasticache.groupIds.includes('orders-again'))
      throw new Error('the restore was interrupted too late');
  }

  /** An ingest that was stopped at its checkpoint, an export that waits in the landing bucket, and a claim to an alert. */
  async #underWay(): Promise<void> {
    const { world } = this;
    await this.#backup('session-store', 144, 'sessions');
    const Key = stagingKeys.checkpoint('sessions', this.at(144), 1);
    const verify = { service: 'lambda', operation: 'Invoke', resource: 'redrill-verify-shard' };
    world.aws.faults.arm({ kind: 'hurry', ...verify, timeLeftMs: 1_000, times: 30 });
    world.aws.faults.arm({ kind: 'kill', service: 's3', operation: 'PutObject', resource: Key });
    const minute = Math.floor(world.now / MINUTE_MS) * MINUTE_MS;
    await world.aws.scheduler.deliverAgain('redrill-find-exports', minute);
    await world.until('it was killed', () => world.struck.some(({ kind }) => kind === 'kill'));
    for (const { arn, status } of world.executions('ingest'))
      if (status === 'RUNNING')
        await world.demo.call('states', 'StopExecution', world.demo.vault.region, { executionArn: arn });
    await world.pass(MINUTE_MS);
    await this.#backup('event-log', 146, 'orders');
    const claim = { service: 's3', operation: 'PutObject', resource: 'watch/notices-rpo.json' };
    world.aws.faults.arm({ kind: 'kill', ...claim, times: 10 });
    await world.passUntil(instantOf(this.at(152)).getTime());
    await world.deliver('watch-vault');
  }

  // ---- Its steps

  at(hours: number): Slot {
    return slotAt(new Date(instantOf(MIDNIGHT).getTime() + hours * HOUR_MS));
  }

  nodes(id: string) {
    return this.world.nodesOf(id, this.world.demo.source);
  }

  async redrill(...words: readonly string[]): Promise<string> {
    const { out, err, status } = await runRedrill(this.world, words);
    if (status !== 0) throw new Error(`redrill ${words.join(' ')} ended with ${status}: ${err}${out}`);
    return out;
  }

  #write(id: string): Promise<void> {
    return writeContent(this.nodes(id), id === 'sessions' ? KEYS : CLUSTER_KEYS);
  }

  async #slot(plan: string, hours: number, ...caches: readonly string[]): Promise<void> {
    await this.#backup(plan, hours, ...caches);
    await this.world.deliver('find-exports');
  }

  async #backup(plan: string, hours: number, ...caches: readonly string[]): Promise<void> {
    const slot = this.at(hours);
    const at = instantOf(slot).getTime();
    for (const cache of caches) await writeSlot(this.nodes(cache), slot);
    await this.world.passUntil(at);
    await this.world.deliver(`backup-${plan}`, at);
    for (const cache of caches) this.contents[`${cache}/${slot}`] = await contentOf(this.nodes(cache));
  }

  async #drill(cache: string, meanwhile: (drill: StartedDrill) => Promise<void> = async () => {}) {
    const { world } = this;
    await meanwhile(await world.startDrill(cache));
    await world.pass(MINUTE_MS);
  }

  async #watch(): Promise<void> {
    for (const schedule of ['watch-source', 'find-exports', 'watch-vault', 'publish-fleet', 'sweep-drills'])
      await this.world.deliver(schedule);
  }

  #vaultStatus(id: string) {
    return this.world.statusOf(id, this.world.demo.vault);
  }

  #source(operation: string, input: object) {
    return this.world.demo.call('elasticache', operation, this.world.demo.source.region, input);
  }
}
