import { WINDOW } from './wasm/assembly/layout.ts';
import { sharedCore } from './wasm/core.ts';

/** `jones`: what RDB files and DUMP payloads end with. `nvme`: S3's CRC64NVME object checksum. */
export type Crc64Kind = 'jones' | 'nvme';

/** The core's number of each kind, and what its value starts with and is inverted by at the end. */
const KINDS: Readonly<Record<Crc64Kind, { readonly number: number; readonly inversion: bigint }>> = {
  jones: { number: 0, inversion: 0n },
  nvme: { number: 1, inversion: 0xffff_ffff_ffff_ffffn },
};

/** A 64-bit CRC over a stream of chunks. */
export class Crc64 {
  readonly #kind: number;
  readonly #inversion: bigint;
  #value: bigint;

  /** @param soFar what {@link digest} gave for the bytes that came before, here or in another process. @default none came */
  constructor(kind: Crc64Kind, soFar = 0n) {
    this.#kind = KINDS[kind].number;
    this.#inversion = KINDS[kind].inversion;
    this.#value = soFar ^ this.#inversion;
  }

  update(chunk: Uint8Array): void {
    const core = sharedCore();
    core.setExact(0, this.#value);
    core.eachWindow(chunk, (size) => core.calls.crc(this.#kind, WINDOW, size));
    this.#value = core.exact(0);
  }

  /** As {@link update}, over `bytes[from, to)`. */
  updateRange(bytes: Uint8Array, from: number, to: number): void {
    this.update(bytes.subarray(from, to));
  }

  /** The CRC of everything so far; more may follow. */
  digest(): bigint {
    return this.#value ^ this.#inversion;
  }
}
