/** Room for a batch of the usual size. */
const BLOCK_BYTES = 256 * 1024;
const MAX_SPARE_BLOCKS = 32;

/** Blocks that are used again and again: if each batch had memory of its own, collecting it would take longest. */
export class SpareMemory {
  readonly #spare: Uint8Array[] = [];

  /** A copy, and how to give its memory back. */
  copyOf(bytes: Uint8Array): { readonly own: Uint8Array; readonly release: () => void } {
    if (bytes.length > BLOCK_BYTES) return { own: bytes.slice(), release: () => undefined };
    let block: Uint8Array | undefined = this.#spare.pop() ?? new Uint8Array(BLOCK_BYTES);
    block.set(bytes);
    const own = block.subarray(0, bytes.length);
    const release = () => {
      if (block && this.#spare.length < MAX_SPARE_BLOCKS) this.#spare.push(block);
      // Given back once only.
      block = undefined;
    };
    return { own, release };
  }
}
