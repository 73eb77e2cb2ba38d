import { SLOT_COUNT, slotOf } from '@redrill/rdb';
import type { Argument } from '../../adapters/redis/resp-command.ts';
import { type Reply, type ServerAddress, ServerRefusal } from '../../adapters/redis/resp-connection.ts';
import { AppError } from '../../core/model/errors.ts';
import { LAST_ANSWERS_MS, Lane, type LaneOptions } from './lane.ts';
import { ProcessGone } from './process-gone.ts';
import { asking, refusedBy, type ServerFacts, textOf } from './server-facts.ts';

export interface TargetOptions extends Pick<LaneOptions, 'patienceMs' | 'signal'> {
  /** Processes that were written into before, by run id: each has to be there still. */
  readonly servers?: Readonly<Record<string, string>>;
  /** Whether it is only read, which a replica can be as well. @default false */
  readonly readsOnly?: boolean;
}

/** How often a question is passed on before it counts as refused. */
const REDIRECTIONS_MAX = 5;

/** A server, or a cluster of them, that is written into while it is used. */
export class TargetCluster {
  /** The first one that answered. */
  readonly facts: ServerFacts;
  readonly #entrance: Lane;
  readonly #options: TargetOptions;
  readonly #lanes = new Map<string, Lane>();
  /** By slot; nothing with cluster mode off. */
  #owners: readonly (Lane | undefined)[] = [];
  #refreshing: Promise<void> | undefined;
  #isClosed = false;

  /** @throws AppError `TargetUnreachable`, `TargetRefused`, `TargetChanged` */
  static async open(address: ServerAddress, options: TargetOptions): Promise<TargetCluster> {
    const entrance = new Lane(address, options);
    const cluster = new TargetCluster(entrance, await entrance.open(), options);
    try {
      await cluster.#begin();
      return cluster;
    } catch (error) {
      cluster.close();
      throw error;
    }
  }

  private constructor(entrance: Lane, facts: ServerFacts, options: TargetOptions) {
    this.#entrance = entrance;
    this.facts = facts;
    this.#options = options;
    this.#lanes.set(entrance.name, entrance);
  }

  get name(): string {
    return this.#entrance.name;
  }

  get isCluster(): boolean {
    return this.facts.isCluster;
  }

  /** The servers that hold the keys. */
  get primaries(): readonly Lane[] {
    return this.isCluster
      ? [...new Set(this.#owners.filter((lane) => lane !== undefined))]
      : [this.#entrance];
  }

  /** The processes that something was sent to, by run id. */
  get servers(): Readonly<Record<string, string>> {
    const known = [...this.#lanes.values()].flatMap(({ facts, name, isSentTo }) =>
      facts === undefined || !isSentTo ? [] : [[facts.runId, name] as const],
    );
    return { ...this.#options.servers, ...Object.fromEntries(known) };
  }

  /**
   * Asks those servers that were written into whether they are still primaries. One that has become a replica has taken
   * over what another one holds, and may have lost what it had acknowledged itself.
   * @throws AppError `TargetChanged`, or as {@link Lane.open}
   */
  async refuseLoss(lanes: Iterable<Lane | undefined> = this.#lanes.values()): Promise<void> {
    const written = [...lanes].flatMap((lane) => (lane?.isWrittenInto ? [lane] : []));
    await Promise.all(
      written.map(async (lane) => {
        if ((await lane.look()).isReplica) throw this.#changed(lane.name);
      }),
    );
  }

  /** @throws AppError `TargetRefused` if no server serves the slot */
  ownerOf(slot: number): Lane {
    if (!this.isCluster) return this.#entrance;
    const owner = this.#owners[slot];
    if (owner !== undefined) return owner;
    throw refusedBy(this.name, `CLUSTERDOWN no server serves slot ${slot}`);
  }

  /** @throws as {@link ownerOf} */
  ownerOfKey(key: Uint8Array): Lane {
    return this.ownerOf(this.isCluster ? slotOf(key) : 0);
  }

  /** The way to the address in a MOVED or ASK. */
  laneTo(endpoint: string): Lane {
    const colon = endpoint.lastIndexOf(':');
    const host = endpoint.slice(0, colon) || this.#entrance.address.host;
    return this.#laneAt(host, Number(endpoint.slice(colon + 1)));
  }

  /** Asks a cluster again who serves which slot. @throws as {@link refuseLoss} */
  async refresh(): Promise<void> {
    if (!this.isCluster) return;
    this.#refreshing ??= this.#readSlots().finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
  }

  /**
   * Asks about a key, of whichever server has it.
   * @throws ServerRefusal in the server's own words
   */
  async askAbout(
    slot: number,
    database: number,
    command: readonly [Argument, ...Argument[]],
  ): Promise<Reply> {
    let lane = this.ownerOf(slot);
    for (let left = REDIRECTIONS_MAX; ; left--) {
      try {
        return await lane.ask(database, ...command);
      } catch (error) {
        const [code, , endpoint = ''] = error instanceof ServerRefusal ? error.message.split(' ') : [];
        if (left === 0 || (code !== 'MOVED' && code !== 'ASK')) throw error;
        if (code === 'MOVED') await this.refresh();
        lane = this.laneTo(endpoint);
        // ASKING holds for the next command on the connection only.
        if (code === 'ASK') return askingFirst(lane, command);
      }
    }
  }

  /**
   * Those of the databases that a cluster does not have: Valkey 9 and newer may have several. CONFIG would say how many,
   * and ElastiCache forbids it. A server without cluster mode says so when it is written into.
   * @throws AppError `TargetRefused`
   */
  async absentOf(databases: readonly number[]): Promise<readonly number[]> {
    if (!this.isCluster) return [];
    const absent = await Promise.all(
      databases.map(async (database) => {
        const has = await Promise.all(this.primaries.map((lane) => hasDatabase(lane, database)));
        return has.every((one) => one) ? [] : [database];
      }),
    );
    return absent.flat();
  }

  /** The servers' own clock, ms since the epoch: the earliest, so that nothing counts as expired that is not. */
  async serverTimeMs(): Promise<number> {
    return Math.min(...(await this.serverTimesMs()));
  }

  /** The clocks of all servers, ms since the epoch. */
  async serverTimesMs(): Promise<readonly number[]> {
    return Promise.all(
      this.primaries.map(async (lane) => {
        const [seconds, microseconds] = (await asking(lane.name, lane.ask(0, 'TIME'))) as readonly Reply[];
        return Number(textOf(seconds)) * 1000 + Math.floor(Number(textOf(microseconds)) / 1000);
      }),
    );
  }

  close(): void {
    this.#isClosed = true;
    for (const lane of this.#lanes.values()) lane.close();
  }

  /** As {@link Lane.closeSoon}, of all servers. */
  closeSoon(): void {
    setTimeout(() => this.close(), LAST_ANSWERS_MS).unref();
  }

  async #begin(): Promise<void> {
    const { isReplica, primary, isCluster } = this.facts;
    if (isCluster) await this.refresh();
    else if (isReplica && this.#options.readsOnly !== true)
      throw new AppError(
        'TargetRefused',
        `${this.name} is a replica, which takes no writes; its primary is ${primary}`,
      );
    if (this.primaries.length === 0) throw refusedBy(this.name, 'CLUSTERDOWN no server serves any slot');
    await Promise.all(this.primaries.map((lane) => lane.open()));
    for (const [runId, name] of Object.entries(this.#options.servers ?? {}))
      await this.#findAgain(runId, name);
  }

  /** A process of an earlier run. It need not have slots any more: then they were moved, with their keys. */
  async #findAgain(runId: string, name: string): Promise<void> {
    const owner = this.primaries.find(({ facts }) => facts?.runId === runId);
    const lane = owner ?? (this.isCluster ? this.laneTo(name) : undefined);
    const facts = await lane?.open().catch((cause: unknown) => {
      this.#options.signal.throwIfAborted();
      throw this.#gone(name, cause);
    });
    if (facts?.runId !== runId) throw this.#gone(name);
    if (facts.isReplica) throw this.#changed(name);
    lane?.noteWriting();
  }

  #gone(name: string, cause?: unknown): AppError {
    return new ProcessGone(this.#changed(name, cause).message, cause);
  }

  #changed(name: string, cause?: unknown): AppError {
    const why = cause instanceof Error ? ` (${cause.message})` : '';
    const message = `the process at ${name} that was written into is not a primary of ${this.name} any more (it was restarted, or has failed over), so what it had taken may be lost${why}`;
    return new AppError('TargetChanged', message, { cause });
  }

  #laneAt(host: string, port: number): Lane {
    const address = { ...this.#entrance.address, host, port };
    const name = `${host}:${port}`;
    const lane = this.#lanes.get(name) ?? new Lane(address, this.#options);
    this.#lanes.set(name, lane);
    if (this.#isClosed) lane.close();
    return lane;
  }

  async #readSlots(): Promise<void> {
    const owners: (Lane | undefined)[] = new Array(SLOT_COUNT).fill(undefined);
    for (const range of (await this.#clusterSlots()) as readonly Reply[]) {
      const [first, last, primary] = range as readonly Reply[];
      const [host, port] = (primary ?? []) as readonly Reply[];
      // No host, or an empty one, stands for the one that was asked.
      const lane = this.#laneAt(textOf(host) || this.#entrance.address.host, Number(port));
      owners.fill(lane, Number(first), Number(last) + 1);
    }
    // Moved slots bring their keys along; those of a replica that took over may lack some.
    await this.refuseLoss(new Set(this.#owners.filter((lane, slot) => lane !== owners[slot])));
    this.#owners = owners;
  }

  /** Of any server that can be asked. */
  async #clusterSlots(): Promise<Reply> {
    const others = this.#owners.length === 0 ? [] : this.primaries;
    let failure: unknown;
    for (const lane of [...others, this.#entrance]) {
      try {
        return await lane.ask(0, 'CLUSTER', 'SLOTS');
      } catch (error) {
        if (error instanceof ServerRefusal) throw refusedBy(lane.name, error.message);
        failure = error;
      }
    }
    throw failure;
  }
}

/** Both in one go. */
async function askingFirst(lane: Lane, command: readonly [Argument, ...Argument[]]): Promise<Reply> {
  return lane.alone(0, async (connection) => {
    const asked = connection.ask('ASKING');
    const reply = connection.ask(...command);
    // Whatever becomes of it, the reply of the command says so.
    asked.catch(() => undefined);
    return reply;
  });
}

/** @throws AppError `TargetRefused` if it may not be selected */
async function hasDatabase(lane: Lane, database: number): Promise<boolean> {
  if (database === 0) return true;
  try {
    await lane.alone(0, (connection) => {
      const selected = connection.ask('SELECT', database);
      // Sent with it, so that nothing comes between the two.
      return Promise.all([selected, connection.ask('SELECT', 0)]);
    });
    return true;
  } catch (error) {
    if (!(error instanceof ServerRefusal)) throw error;
    if (error.code === 'ERR') return false;
    throw refusedBy(lane.name, error.message);
  }
}
