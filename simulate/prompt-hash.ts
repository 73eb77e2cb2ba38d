import { createSHA256 as createReal } from 'hash-wasm';

const real = await createReal();
const BLANK = real.init().save();
/** What came of arrays of bytes that a hash began with, by the memory that they lie in, and what was told of it. */
const begun = new WeakMap<ArrayBufferLike, { readonly of: Uint8Array; readonly state: Uint8Array }>();
const told = new WeakMap<Uint8Array, string>();

/**
 * hash-wasm's SHA-256, there at once: it makes a WebAssembly instance for each hash, which takes real time and so would
 * let the machine decide what happens first. Here all hashes take turns on one instance, and bytes that one began with are
 * remembered with what came of them.
 */
export async function createSHA256(): Promise<Hash> {
  return new Hash();
}

/** As much of it as the product uses. */
class Hash {
  #state: Uint8Array = BLANK;

  update(bytes: Uint8Array): this {
    const isFirst = this.#state === BLANK;
    const known = isFirst ? begun.get(bytes.buffer) : undefined;
    if (known?.of.byteOffset === bytes.byteOffset && known.of.length === bytes.length) {
      this.#state = known.state;
      return this;
    }
    const state = real.load(this.#state).update(bytes).save();
    this.#state = state;
    if (isFirst) begun.set(bytes.buffer, { of: bytes, state });
    return this;
  }

  digest(_as: 'hex'): string {
    const hex = told.get(this.#state) ?? real.load(this.#state).digest('hex');
    told.set(this.#state, hex);
    return hex;
  }

  save(): Uint8Array {
    return this.#state;
  }

  load(state: Uint8Array): this {
    // Refused here and now, if it is of another build.
    real.load(state);
    this.#state = state;
    return this;
  }
}
