import { ContentDigest, LiveDigest, type NameHash, type Sample } from '@redrill/rdb';
import type { RestoredCluster, RestoredServer } from '../adapters/redis/restored-cluster.ts';
import { SeenKeys } from '../adapters/redis/seen-keys.ts';
import type { Place, Progress } from './comparison-progress.ts';

/** Shards that are read at the same time. Each takes 9 MiB, and three of them keep a vCPU busy. */
const SERVERS_AT_ONCE = 8;
/** Keys of one pass: their fingerprints take 128 MiB. More keys are read in several passes over the names. */
const KEYS_PER_PASS = 12_000_000;

export interface ReadingOptions {
  readonly cluster: RestoredCluster;
  readonly sample: Sample;
  readonly isEnough: () => boolean;
  /** @default {@link KEYS_PER_PASS} */
  readonly keysPerPass?: number;
  /** Of what size on values are read in pieces. @default that of live-keys.ts */
  readonly largeBytes?: number;
}

type Position = Pick<Progress, 'pass' | 'inPieces' | 'places' | 'digest' | 'seen'>;

/**
 * Reads the keys of a cluster into one digest, so that it can be interrupted between any two batches and go on in
 * another process. However many keys there are, and whatever their values, memory stays below half a GiB.
 */
export class RestoreReading {
  readonly #options: ReadingOptions;
  readonly #keys: number;
  readonly #passes: number;
  #pass = 0;
  #inPieces = 0;
  #places = new Map<string, readonly Place[]>();
  #digest = new ContentDigest();
  #seen: SeenKeys;

  /** @param saved where another process has stopped; ignored if the servers are not those of then */
  static async begin(options: ReadingOptions, saved: Position | undefined): Promise<RestoreReading> {
    const reading = new RestoreReading(options);
    if (saved !== undefined && reading.#isOf(saved)) reading.#restore(saved);
    else await reading.#startPass();
    return reading;
  }

  private constructor(options: ReadingOptions) {
    const { keysPerPass = KEYS_PER_PASS, sample } = options;
    this.#options = options;
    this.#keys = sample.expected.keys;
    this.#passes = Math.max(1, Math.ceil(this.#keys / keysPerPass));
    this.#seen = new SeenKeys();
  }

  /** What has been read so far. */
  get digest(): ContentDigest {
    return this.#digest;
  }

  /** How many values were read in pieces instead of with DUMP. */
  get inPieces(): number {
    return this.#inPieces;
  }

  get position(): Position {
    return {
      pass: this.#pass,
      inPieces: this.#inPieces,
      places: Object.fromEntries(this.#places),
      digest: this.#digest.toBytes(),
      seen: this.#seen.toBytes(),
    };
  }

  /** Reads on until the end, or until it is enough. @returns whether everything has been read */
  async read(): Promise<boolean> {
    for (;;) {
      await this.#readPass();
      if (!this.#isPassRead) return false;
      if (this.#pass + 1 >= this.#passes) return true;
      this.#pass++;
      await this.#startPass();
      if (this.#options.isEnough()) return false;
    }
  }

  get #isPassRead(): boolean {
    return [...this.#places.values()].every((places) => places.every(({ isRead }) => isRead));
  }

  #isOf(saved: Position): boolean {
    const ids = this.#options.cluster.servers.map(({ runId }) => runId);
    return ids.every((id) => id !== '') && ids.sort().join() === Object.keys(saved.places).sort().join();
  }

  #restore(saved: Position): void {
    this.#pass = saved.pass;
    this.#inPieces = saved.inPieces;
    this.#places = new Map(Object.entries(saved.places));
    this.#digest = ContentDigest.fromBytes(saved.digest);
    this.#seen = new SeenKeys(this.#keys / this.#passes);
    this.#seen.addBytes(saved.seen);
  }

  async #startPass(): Promise<void> {
    this.#seen = new SeenKeys(this.#keys / this.#passes);
    for (const server of this.#options.cluster.servers) {
      const databases = await server.databases();
      this.#places.set(
        server.runId,
        databases.map((database) => ({ database, cursor: BEGINNING, isRead: false })),
      );
    }
  }

  async #readPass(): Promise<void> {
    const waiting = [...this.#options.cluster.servers];
    const readNext = async (): Promise<void> => {
      for (let server = waiting.shift(); server !== undefined; server = waiting.shift())
        await this.#readServer(server);
    };
    await Promise.all(Array.from({ length: SERVERS_AT_ONCE }, readNext));
  }

  async #readServer(server: RestoredServer): Promise<void> {
    const live = new LiveDigest(this.#options.sample.expected.bins.widthSeconds);
    try {
      const places = this.#places.get(server.runId) ?? [];
      for (const { database, cursor } of places.filter(({ isRead }) => !isRead)) {
        const reading = await server.read({ database, cursor, digest: live, ...this.#rules(database) });
        this.#inPieces += reading.inPieces;
        this.#move(server, { database, cursor: reading.cursor, isRead: reading.cursor === BEGINNING });
        if (this.#options.isEnough()) break;
      }
      this.#digest.merge(live.digest());
    } finally {
      live.close();
    }
  }

  #move({ runId }: RestoredServer, place: Place): void {
    const places = this.#places.get(runId) ?? [];
    this.#places.set(
      runId,
      places.map((each) => (each.database === place.database ? place : each)),
    );
  }

  #rules(database: number) {
    const { sample, isEnough, largeBytes } = this.#options;
    return {
      ...(largeBytes === undefined ? {} : { largeBytes }),
      isEnough,
      concerns: (name: NameHash) => (name[1] ?? 0) % this.#passes === this.#pass,
      takes: (name: NameHash, expiresAtMs: number | bigint | undefined) =>
        sample.includes(name, expiresAtMs) && this.#seen.add(name, database),
    };
  }
}

/** The cursor that a scan begins with; a server gives it back at the end. */
const BEGINNING = '0';
