import { Crc64, type RangedBytes } from '@redrill/rdb';
import { createSHA256 } from 'hash-wasm';
import type { Shipment } from '../adapters/aws/shipment.ts';
import { rangedFile } from '../adapters/files/ranged-file.ts';
import { crc64Text } from '../core/model/crc64-text.ts';
import { AppError } from '../core/model/errors.ts';
import { landingKeys } from '../core/model/keys.ts';
import { type Slot, slotAt } from '../core/model/slot.ts';
import { composeServerSeal } from '../core/ship/compose-seal.ts';
import { comparedAgain, deepReader, judge } from '../live/soundness.ts';
import { type Access, describeServer } from './describe-server.ts';
import type { LocalCopies } from './local-copies.ts';
import { save } from './save.ts';
import type { Server } from './server.ts';

export interface ShipOrder {
  /** Its name in the configuration. */
  readonly server: string;
  readonly shard: number;
  readonly host: string;
  readonly folder: string | undefined;
  readonly cadenceMs: number;
  readonly access: Access;
  /** @default none are kept */
  readonly copies?: LocalCopies;
}

export interface ShipWorld {
  readonly source: Server;
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
  /** From the beginning of the save to the seal. */
  readonly seconds: number;
  /** Free on the disk that the server saves to, before it saved. */
  readonly freeBytes: number;
  /** Why no local copy is kept; absent if one is, or none was asked for. */
  readonly notKept?: string;
}

/**
 * Has the server save, reads the file to its last byte, uploads it, and seals it, last. The shipment has to know AWS's time.
 * @throws AppError `ServerBusy`, `SaveFailed`, `TargetRefused`, `FileNotSound`, `UnreadableFile`, and what S3 refuses with
 */
export async function shipSlot(order: ShipOrder, world: ShipWorld): Promise<Shipped> {
  const { server, shard, host, folder, cadenceMs } = order;
  const { source, shipment, sleep } = world;
  const { now } = shipment;
  const slot = slotAt(new Date(Math.floor(now().getTime() / cadenceMs) * cadenceMs));
  const saved = await save({ server: source, folder, patienceMs: cadenceMs / 2, now, sleep });
  const bytes = await rangedFile(saved.file, saved.path);
  try {
    // Before what may take hours: a server closes connections on which nothing happens.
    const facts = await describeServer(source, saved.info, order.access);
    const read = await readToItsEnd(bytes, saved.path);
    // Before the upload, which may fail.
    const notKept = await whyNotKept(() => order.copies?.keep(slot, bytes));
    const key = landingKeys.serverFile(server, slot, { host, save: world.newId() });
    const etag = await shipment.upload(key, bytes, read.crc64nvme);
    const file = { key, bytes: bytes.sizeBytes, etag, sha256: read.sha256 };
    const { takenAt, freeBytes } = saved;
    const sealedAt = now();
    const seal = composeServerSeal({ server, shard, host, slot, takenAt }, file, facts, sealedAt);
    const place = landingKeys.serverSeal(server, slot, shard);
    const written = await shipment.write(place, `${JSON.stringify(seal, null, 2)}\n`, 'absent');
    const outcome = written === 'written' ? 'sealed' : 'already';
    const notPruned = await whyNotKept(() => order.copies?.prune(slot));
    const seconds = Math.max(0, sealedAt.getTime() - takenAt.getTime()) / 1_000;
    const problem = notKept ?? notPruned;
    return {
      outcome,
      slot,
      key,
      bytes: bytes.sizeBytes,
      keys: read.keys,
      seconds,
      freeBytes,
      ...(problem && { notKept: problem }),
    };
  } finally {
    await bytes.close();
  }
}

/** A local copy is worth less than the one in the vault, which goes on without it. */
async function whyNotKept(work: () => Promise<unknown> | undefined): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
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
  if (judgement.verdict !== 'sound') {
    const { verdict, error: cause } = judgement;
    const code = verdict === 'unsupported' ? 'UnreadableFile' : 'FileNotSound';
    throw new AppError(code, `${path}: byte ${cause.offset}: ${cause.message}`, { cause });
  }
  return {
    sha256: sha256.digest('hex'),
    crc64nvme: crc64Text(crc64nvme.digest()),
    keys: judgement.summary.keys,
  };
}
