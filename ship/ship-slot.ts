import { Crc64, type RangedBytes } from '@redrill/rdb';
import { createSHA256 } from 'hash-wasm';
import type { Shipment } from '../adapters/aws/shipment.ts';
import { rangedFile } from '../adapters/files/ranged-file.ts';
import type { RespConnection } from '../adapters/redis/resp-connection.ts';
import type { ServerSeal } from '../core/contracts/server-seal.ts';
import { crc64Text } from '../core/model/crc64-text.ts';
import { AppError } from '../core/model/errors.ts';
import { landingKeys } from '../core/model/keys.ts';
import { type Slot, slotAt } from '../core/model/slot.ts';
import { comparedAgain, deepReader, judge } from '../live/soundness.ts';
import { save } from './save.ts';
import { type Client, serverFacts } from './server-facts.ts';

export interface ShipOrder {
  readonly server: string;
  readonly shard: number;
  readonly host: string;
  readonly folder: string | undefined;
  readonly cadenceMs: number;
  readonly client: Client;
}

export interface ShipWorld {
  readonly connection: RespConnection;
  readonly shipment: Shipment;
  readonly sleep: (ms: number) => Promise<unknown>;
  /** Tells one save from another. */
  readonly newId: () => string;
}

/** What came of it: `sealed` by us, or `already` by another host or an earlier run. */
export interface Shipped {
  readonly outcome: 'sealed' | 'already';
  readonly slot: Slot;
  readonly key: string;
  readonly bytes: number;
  readonly keys: number;
}

/**
 * Has the server save, reads the file to its last byte, uploads it, and seals it, last.
 * @throws AppError `ServerBusy`, `SaveFailed`, `FileNotSound`, and what S3 refuses with
 */
export async function shipSlot(order: ShipOrder, world: ShipWorld): Promise<Shipped> {
  const { server, shard, host, folder, cadenceMs } = order;
  const { connection, shipment, sleep } = world;
  await shipment.beat(landingKeys.serverHeartbeat(server, host), heartbeat(order));
  const { now } = shipment;
  const slot = slotAt(new Date(Math.floor(now().getTime() / cadenceMs) * cadenceMs));
  const saved = await save({ connection, folder, patienceMs: cadenceMs / 2, now, sleep });
  const bytes = await rangedFile(saved.file, saved.path);
  try {
    const read = await readToItsEnd(bytes, saved.path);
    const key = landingKeys.serverFile(server, slot, { host, save: world.newId() });
    const etag = await shipment.upload(key, bytes, read.crc64nvme);
    const seal: ServerSeal = {
      version: 1,
      server,
      slot,
      shard,
      host,
      file: { key, bytes: bytes.sizeBytes, etag, sha256: read.sha256 },
      takenAt: saved.takenAt.toISOString(),
      sealedAt: now().toISOString(),
      facts: await serverFacts(connection, saved.info, order.client),
    };
    const place = landingKeys.serverSeal(server, slot, shard);
    const written = await shipment.putOnce(place, `${JSON.stringify(seal, null, 2)}\n`);
    const outcome = written === 'written' ? 'sealed' : 'already';
    return { outcome, slot, key, bytes: bytes.sizeBytes, keys: read.keys };
  } finally {
    await bytes.close();
  }
}

function heartbeat({ server, shard, host }: ShipOrder): string {
  return `${JSON.stringify({ version: 1, server, shard, host })}\n`;
}

/** A damaged file is not shipped: the vault would refuse it, later and farther from the server. */
async function readToItsEnd(bytes: RangedBytes, path: string) {
  const [sha256, crc64nvme] = [await createSHA256(), new Crc64('nvme')];
  const reader = deepReader({ sizeBytes: bytes.sizeBytes });
  const first = await judge(reader, async () => {
    for await (const piece of bytes.read(0, bytes.sizeBytes)) {
      reader.write(piece);
      sha256.update(piece);
      crc64nvme.update(piece);
    }
  });
  const judgement = await comparedAgain(first, async (again) => {
    for await (const piece of bytes.read(0, bytes.sizeBytes)) again.write(piece);
  });
  if (judgement.verdict !== 'sound')
    throw new AppError('FileNotSound', `${path}: byte ${judgement.error.offset}: ${judgement.error.message}`);
  return {
    sha256: sha256.digest('hex'),
    crc64nvme: crc64Text(crc64nvme.digest()),
    keys: judgement.summary.keys,
  };
}
