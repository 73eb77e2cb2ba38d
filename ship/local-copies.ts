import { createWriteStream } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RangedBytes } from '@redrill/rdb';
import { whyUnwritable } from '../adapters/files/why-unreadable.ts';
import type { ShipConfig } from '../core/contracts/ship-config.ts';
import { secondsOf } from '../core/model/duration.ts';
import { AppError } from '../core/model/errors.ts';
import { instantOf, isSlot, type Slot } from '../core/model/slot.ts';

/** Dated copies of the files of one shard on its host, for a restore without the network. */
export class LocalCopies {
  readonly #settings: NonNullable<ShipConfig['keepLocal']>;
  readonly #prefix: string;

  constructor(
    { server, shard }: Pick<ShipConfig, 'server' | 'shard'>,
    settings: NonNullable<ShipConfig['keepLocal']>,
  ) {
    this.#settings = settings;
    this.#prefix = `${server}-shard-${shard}-`;
  }

  /** Under its own name once it is complete. @returns its path @throws AppError `SaveFailed` if it cannot be written */
  async keep(slot: Slot, bytes: RangedBytes): Promise<string> {
    const path = join(this.#settings.folder, `${this.#prefix}${slot}.rdb`);
    const unfinished = `${path}.unfinished`;
    try {
      const written = createWriteStream(unfinished, { mode: 0o600, flush: true });
      await pipeline(Readable.from(copied(bytes)), written);
      await rename(unfinished, path);
    } catch (cause) {
      await rm(unfinished, { force: true }).catch(() => undefined);
      throw new AppError('SaveFailed', `no local copy is kept: ${path}: ${whyUnwritable(cause)}`, { cause });
    }
    return path;
  }

  /** Removes those that are older than the setting says, once a newer one is sealed. @param slot which was sealed */
  async prune(slot: Slot): Promise<void> {
    const { folder, for: keptFor } = this.#settings;
    const oldest = instantOf(slot).getTime() - secondsOf(keptFor) * 1_000;
    for (const name of await readdir(folder)) {
      const kept = name.slice(this.#prefix.length, -'.rdb'.length);
      const isOwn = name === `${this.#prefix}${kept}.rdb` && isSlot(kept);
      if (isOwn && instantOf(kept).getTime() < oldest) await rm(join(folder, name), { force: true });
    }
  }
}

/** A reading has one buffer, which a stream would find changed. */
async function* copied(bytes: RangedBytes): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes.read(0, bytes.sizeBytes)) yield piece.slice();
}
