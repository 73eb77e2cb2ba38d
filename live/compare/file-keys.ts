import {
  hashOfDump,
  type KeyType,
  LiveDigest,
  type NameHash,
  type RangedBytes,
  RestoreStream,
  type TooBig,
  typeNameOf,
} from '@redrill/rdb';
import { BIG_BYTES } from '../recover/big-value.ts';
import { readRestore } from '../recover/parse-restore.ts';

/** A key as one side has it. */
export interface SideKey {
  readonly database: number;
  readonly name: Uint8Array;
  readonly type: KeyType;
  readonly expiresAtMs: number | undefined;
  /** Over name, type and value, without the expiry. */
  readonly valueHash: string;
}

/** The keys of a file that are asked for, expired ones too. Large values are hashed as they are read. */
export async function* keysInFile(
  source: RangedBytes,
  accepts: (name: Uint8Array, expiresAtMs: number | undefined) => boolean,
): AsyncGenerator<SideKey, void, undefined> {
  const big: TooBig[] = [];
  const stream = new RestoreStream(source, {
    nowMs: 0,
    libraries: false,
    maxPayloadBytes: BIG_BYTES,
    accepts: ({ name, expiresAtMs }) => accepts(name, expiresAtMs),
    onTooBig: (found) => big.push(found),
  });
  for await (const batch of stream) {
    for (let index = 0; index < batch.commands; index++) {
      const command = batch.command(index);
      if (command.kind !== 'restore') continue;
      const { database, key: name, type, expiresAtMs } = command;
      const { payload } = readRestore(
        batch.bytes.subarray(index === 0 ? 0 : batch.endOf(index - 1), batch.endOf(index)),
      );
      const valueHash = hashOfDump({ database, key: name, payload, expiresAtMs: undefined });
      yield { database, name, type, expiresAtMs, valueHash };
    }
    batch.release();
  }
  for (const found of big) yield await bigKey(source, found);
}

async function bigKey(source: RangedBytes, big: TooBig): Promise<SideKey> {
  const { database, name, expiresAtMs, valueOffset, valueBytes } = big;
  const digest = new LiveDigest();
  try {
    const hash: NameHash = new Uint32Array(4);
    digest.hashName(name, hash);
    const value = digest.begin({ database, name: hash, expiresAtMs: undefined }, big.type, big.format);
    for await (const chunk of source.read(valueOffset, valueOffset + valueBytes)) value.write(chunk);
    value.end();
    const valueHash = digest.digest().total;
    return { database, name, type: typeNameOf(big.type, big.format), expiresAtMs, valueHash };
  } finally {
    digest.close();
  }
}

/** The function libraries of a file, as their code. */
export async function librariesInFile(source: RangedBytes): Promise<ReadonlySet<string>> {
  const codes = new Set<string>();
  // No key is of no type.
  for await (const batch of new RestoreStream(source, { nowMs: 0, types: [] })) {
    for (let index = 0; index < batch.commands; index++) {
      const command = batch.command(index);
      if (command.kind === 'library') codes.add(Buffer.from(command.code).toString('utf8'));
    }
    batch.release();
  }
  return codes;
}
