/** Files of one big value, which no reader can hold in a small memory. The same seed gives the same bytes. */
import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Crc64 } from '../index.ts';

const MIB = 1024 * 1024;

export const BIG_VALUES = {
  'string-512-mb': {
    recipe: 'one string of 512 MiB, the largest that a server takes, of random bytes',
    content: () => bigString(512 * MIB),
  },
  'hash-1m-fields': {
    recipe: 'one hash of 1,000,000 fields: `field:<number>`, values of 20 to 51 random letters',
    content: () => bigHash(1_000_000),
  },
} as const satisfies Readonly<Record<string, { recipe: string; content: () => Generator<Uint8Array> }>>;
export type BigValueName = keyof typeof BIG_VALUES;

const CHUNK_BYTES = MIB;
const encoder = new TextEncoder();
const HEADER = encoder.encode('REDIS0010');
const END_OF_FILE = Uint8Array.of(0xff);
const STRING_TYPE = 0;
const HASH_TYPE = 4;
const KEY = [3, ...encoder.encode('big')];

/** xorshift32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** A length of 32 bits. */
const length = (value: number): Uint8Array =>
  Uint8Array.of(0x80, value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);

function* bigString(bytes: number): Generator<Uint8Array> {
  const random = randomOf(3);
  const words = new Uint32Array(CHUNK_BYTES / 4);
  yield Uint8Array.of(STRING_TYPE, ...KEY, ...length(bytes));
  for (let left = bytes; left > 0; left -= CHUNK_BYTES) {
    for (let at = 0; at < words.length; at++) words[at] = random();
    yield new Uint8Array(words.buffer, 0, Math.min(left, CHUNK_BYTES));
  }
}

function* bigHash(fields: number): Generator<Uint8Array> {
  const random = randomOf(4);
  yield Uint8Array.of(HASH_TYPE, ...KEY, ...length(fields));
  let batch: number[] = [];
  for (let field = 0; field < fields; field++) {
    const name = encoder.encode(`field:${field}`);
    const value = Array.from({ length: 20 + (random() % 32) }, () => 97 + (random() % 26));
    batch.push(name.length, ...name, value.length, ...value);
    if (batch.length < CHUNK_BYTES / 16) continue;
    yield Uint8Array.from(batch);
    batch = [];
  }
  yield Uint8Array.from(batch);
}

/** The whole file, in chunks that are only valid until the next one is asked for. */
export function* bigFile(content: Iterable<Uint8Array>): Generator<Uint8Array> {
  const crc = new Crc64('jones');
  for (const parts of [[HEADER], content, [END_OF_FILE]]) {
    for (const part of parts) {
      crc.update(part);
      yield part;
    }
  }
  const footer = new Uint8Array(8);
  new DataView(footer.buffer).setBigUint64(0, crc.digest(), true);
  yield footer;
}

/** Makes the file unless it is there. @returns where it is */
export function bigValueFile(name: BigValueName, folder: string): string {
  const path = join(folder, `${name}.rdb`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const unfinished = `${path}.part`;
  const file = openSync(unfinished, 'w');
  for (const chunk of bigFile(BIG_VALUES[name].content())) writeSync(file, chunk);
  closeSync(file);
  renameSync(unfinished, path);
  return path;
}
