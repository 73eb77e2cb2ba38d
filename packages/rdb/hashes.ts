import { sharedCore } from './wasm/core.ts';
import type { Word128 } from './word128.ts';

/** What is hashed, so that one kind of thing can never pass for another. docs/digest-format.md names the messages. */
export const Seed = {
  key: 1,
  item: 2,
  element: 3,
  volatileField: 4,
  function: 5,
  group: 6,
  pending: 7,
  consumer: 8,
  owned: 9,
} as const;

/** How many buckets keys without an expiry are summed into. */
export const BUCKET_COUNT = 4096;

/** MurmurHash3 x64 128 of a message. */
export function hashOf(seed: number, message: Uint8Array): Word128 {
  const core = sharedCore();
  core.calls.beginMessage(seed);
  core.eachWindow(message, (size) => core.calls.addToMessage(size));
  core.calls.endMessage();
  return core.words(0);
}

/** The hash of a key's name. */
export const hashOfName = (name: Uint8Array): Word128 => hashOf(Seed.key, name);

/** The bucket of the key with this name, to find the keys behind a mismatched bucket. */
export const bucketOf = (key: Uint8Array): number =>
  ((hashOf(Seed.key, key)[0] ?? 0) & (BUCKET_COUNT - 1)) >>> 0;
