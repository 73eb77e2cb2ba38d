import { createSHA256 as createReal } from 'hash-wasm';

const real = await createReal();
const BLANK = real.init().save();

/**
 * hash-wasm's SHA-256, there at once: it makes a WebAssembly instance for each hash, which takes real time and so would
 * let the machine decide what happens first. Here all hashes take turns on one instance.
 */
export async function createSHA256(): Promise<Hash> {
  return new Hash();
}

/** As much of it as the product uses. */
class Hash {
  #state: Uint8Array = BLANK;

  update(bytes: Uint8Array): this {
    this.#state = real.load(this.#state).update(bytes).save();
    return this;
  }

  digest(_as: 'hex'): string {
    return real.load(this.#state).digest('hex');
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
