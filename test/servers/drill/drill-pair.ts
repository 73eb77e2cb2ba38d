import { createReadStream } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServer, type RedisNode, startNode } from '@redrill/local-aws/redis';
import { ContentDigest } from '@redrill/rdb';
import { Redis } from 'ioredis';
import { connectRestoredCluster } from '../../../adapters/redis/restored-cluster.ts';
import type { Comparison } from '../../../core/contracts/drill.ts';
import { ProgressStore } from '../../../live/comparison-progress.ts';
import { type ComparisonOrder, compareRestore } from '../../../live/restore-comparison.ts';
import { ShardReader } from '../../../vault/shard-reader.ts';
import { MemoryStore } from '../../unit/adapters/memory-store.ts';

export type Variant = Pick<ComparisonOrder, 'limits' | 'part'> & {
  /** Whether time is always short, so that every batch needs an invocation of its own. @default false */
  readonly interrupted?: boolean;
  /** What happens between two invocations. */
  readonly between?: () => Promise<unknown>;
};

/** A server that is backed up and one that the backup is restored into, and what a drill does between the two. */
export class DrillPair {
  readonly source: Redis;
  restored: Redis;
  readonly #folder: string;
  #nodes: readonly [RedisNode, RedisNode];
  readonly #start: (name: string, rdbFile?: string) => Promise<RedisNode>;

  static async start(): Promise<DrillPair> {
    const binary = await findServer();
    if (binary === undefined) throw new Error('this needs a Valkey or Redis server');
    const folder = await mkdtemp(join(tmpdir(), 'redrill-drill-'));
    const node = (name: string, rdbFile?: string) =>
      startNode({
        ...(rdbFile === undefined ? {} : { rdbFile }),
        binary,
        folder: join(folder, name),
        administratorPassword: 'only-for-this-test',
        authToken: 'the-token-of-the-drill',
        directives: { 'enable-debug-command': 'yes' },
      });
    return new DrillPair(folder, node, [await node('source'), await node('restored')]);
  }

  private constructor(
    folder: string,
    start: (name: string, rdbFile?: string) => Promise<RedisNode>,
    nodes: readonly [RedisNode, RedisNode],
  ) {
    this.#folder = folder;
    this.#start = start;
    this.#nodes = nodes;
    this.source = new Redis(nodes[0].administrator);
    // Keys whose time has come stay in the file that is saved, however long a busy machine takes to write them all.
    void this.source.call('DEBUG', 'SET-ACTIVE-EXPIRE', '0');
    this.restored = new Redis(nodes[1].administrator);
  }

  async stop(): Promise<void> {
    this.source.disconnect();
    this.restored.disconnect();
    await Promise.all(this.#nodes.map((node) => node.stop()));
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Empties both servers, and goes back to their first database. */
  async clear(): Promise<void> {
    for (const server of [this.source, this.restored]) {
      await server.select(0);
      await server.flushall();
      await server.call('FUNCTION', 'FLUSH');
    }
  }

  /** Saves the source. @returns the digest that verify-shard records of its file */
  async backUp(): Promise<ContentDigest> {
    await this.source.save();
    const reading = await (await ShardReader.begin()).read(createReadStream(this.#fileOf(0)));
    if (!reading?.sound) throw new Error(`a file of a real server is not sound: ${reading?.problem.message}`);
    return ContentDigest.fromBytes(reading.digest);
  }

  /** Has the other server load the file that was saved last. */
  async restore(): Promise<void> {
    await copyFile(this.#fileOf(0), this.#fileOf(1));
    await this.restored.call('DEBUG', 'RELOAD', 'NOSAVE', 'NOFLUSH');
  }

  /** Replaces the restored server by another process with the same data. */
  async restart(): Promise<void> {
    this.restored.disconnect();
    await this.#nodes[1].stop();
    this.#nodes = [this.#nodes[0], await this.#start('restarted', this.#fileOf(0))];
    this.restored = new Redis(this.#nodes[1].administrator);
  }

  /** Compares as verify-restore does, however often that has to be invoked. */
  async compare(expected: ContentDigest, variant: Variant = {}): Promise<Comparison> {
    const { interrupted = false, between, ...rest } = variant;
    const store = new MemoryStore('staging');
    for (;;) {
      const cluster = await connectRestoredCluster({
        endpoint: { host: '127.0.0.1', port: this.#nodes[1].port },
        clusterMode: false,
        password: 'the-token-of-the-drill',
        tls: false,
      });
      try {
        const compared = await compareRestore({
          ...rest,
          expected,
          cluster,
          progress: new ProgressStore(store, 'comparison'),
          timeLeftMs: () => (interrupted ? 0 : 900_000),
          now: () => new Date(),
        });
        if (compared.done) return compared.comparison;
        await between?.();
      } finally {
        cluster.close();
      }
    }
  }

  #fileOf(node: 0 | 1): string {
    return join(this.#nodes[node].folder, 'dump.rdb');
  }
}
