import { readJson } from '../adapters/documents/json-objects.ts';
import { inParallel } from '../adapters/in-parallel.ts';
import { ownerOfBucket } from '../core/contracts/bucket-names.ts';
import type { Config } from '../core/contracts/config.ts';
import { type ExportSeal, exportSeal } from '../core/contracts/export.ts';
import { type ServerSeal, serverSeal } from '../core/contracts/server-seal.ts';
import type { Servers } from '../core/contracts/servers.ts';
import { isSlotOf, serverExport } from '../core/ingest/server-export.ts';
import { groupBy } from '../core/model/group-by.ts';
import { landingKeys, type SealedShard, shardOfServerSeal } from '../core/model/keys.ts';
import { SNAPSHOT_PREFIX, type SnapshotName, snapshotNameOf } from '../core/model/names.ts';
import { EXPORT_KEPT_DAYS } from '../core/model/periods.ts';
import { type Slot, slotAt } from '../core/model/slot.ts';
import { DAY_MS } from '../core/model/time.ts';
import type { ObjectStore } from '../core/ports.ts';
import { readOfHost } from './host-documents.ts';

/** An export by its name; of a server, its name and slot are needed to find what its hosts have sealed. */
export interface ExportName {
  readonly snapshot: SnapshotName;
  readonly of?: { readonly server: string; readonly slot: Slot };
}

/** What of the configuration the seals of servers are read with. */
export type SealConfig = Pick<Config, 'servers' | 'plans' | 'source'>;

/** What is larger was not written by Redrill, and is not read. */
const LARGEST_SEAL_BYTES = 64 * 1024;
/** More than a week of slots every five minutes, each of 15 shards. What comes after them is not looked at. */
const MOST_OF_HOSTS = 60_000;

type Landing = Pick<ObjectStore, 'bucket' | 'list' | 'read'>;

/** What has been sealed in the landing bucket: exports of snapshots, and slots of servers. */
export class SealedExports {
  readonly #landing: Landing;
  readonly #config: SealConfig;

  constructor(landing: Landing, config: SealConfig) {
    this.#landing = landing;
    this.#config = config;
  }

  /** All that the bucket holds. Whether every shard of a server is sealed, only reading tells. */
  async names(now: Date): Promise<readonly ExportName[]> {
    const snapshots = (await this.#landing.list(SNAPSHOT_PREFIX))
      .filter(({ key }) => key.endsWith(landingKeys.sealSuffix))
      .map(({ key }) => ({ snapshot: key.slice(0, -landingKeys.sealSuffix.length) as SnapshotName }));
    const servers = await inParallel(Object.entries(this.#config.servers), ([server, settings]) =>
      this.#ofHosts(server, settings, now),
    );
    return [...snapshots, ...servers.flat()];
  }

  /** Its hosts may have written anything, and any amount, of which nobody else may have to suffer. */
  async #ofHosts(server: string, settings: Servers[string], now: Date): Promise<readonly ExportName[]> {
    const oldest = slotAt(new Date(now.getTime() - EXPORT_KEPT_DAYS * DAY_MS));
    const startAfter = landingKeys.serverSlot(server, oldest);
    const objects = await this.#landing.list(landingKeys.server(server), {
      startAfter,
      atMost: MOST_OF_HOSTS,
    });
    const shards = objects
      .filter(({ bytes }) => bytes <= LARGEST_SEAL_BYTES)
      .flatMap(({ key }) => shardOfServerSeal(key) ?? []);
    const isWhole = ({ length }: readonly object[]) => length >= settings.shards;
    return [...groupBy(shards, ({ slot }) => slot)]
      .filter(([slot, sealed]) => isWhole(sealed) && isSlotOf(this.#config.plans[settings.plan], slot, now))
      .map(([slot]) => ({ snapshot: snapshotNameOf(server, slot), of: { server, slot } }));
  }

  /** @returns undefined if there is no such seal, or not of every shard */
  read({ snapshot, of }: ExportName): Promise<ExportSeal | undefined> {
    return of === undefined ? this.#ofSnapshot(snapshot) : this.#ofServer(of.server, of.slot);
  }

  /** The same, of what an ingest was started with. */
  ofIngest(ingest: { readonly cache: string; readonly slot: Slot; readonly snapshot: SnapshotName }) {
    const { cache: server, slot, snapshot } = ingest;
    return this.read({ snapshot, ...(this.#config.servers[server] && { of: { server, slot } }) });
  }

  async #ofSnapshot(snapshot: SnapshotName): Promise<ExportSeal | undefined> {
    return (await readJson(this.#landing, landingKeys.seal(snapshot), exportSeal))?.value;
  }

  async #ofServer(server: string, slot: Slot): Promise<ExportSeal | undefined> {
    const settings = this.#config.servers[server];
    if (settings === undefined) return undefined;
    const shards = Array.from({ length: settings.shards }, (_, at) => at + 1);
    const seals = await inParallel(shards, (shard) => this.#serverSeal({ server, slot, shard }));
    const source = {
      region: this.#config.source.region,
      account: ownerOfBucket(this.#landing.bucket) ?? '',
    };
    return serverExport(
      { server, slot, settings, source },
      seals.flatMap((seal) => seal ?? []),
    );
  }

  /** One that speaks of another shard counts as none. */
  async #serverSeal({ server, slot, shard }: SealedShard): Promise<ServerSeal | undefined> {
    const seal = await readOfHost(this.#landing, landingKeys.serverSeal(server, slot, shard), serverSeal);
    return seal?.shard === shard ? seal : undefined;
  }
}
