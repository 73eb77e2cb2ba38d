import { EMPTY_INTSET_BYTES } from '../../../format.ts';
import { PackedCursor } from './cursor.ts';

/** Width, count, then that many little-endian integers in strictly ascending order. */
export class IntsetCursor extends PackedCursor {
  #width = 0;

  constructor() {
    super('BadIntset');
  }

  protected override readHeader(): void {
    const size = this.to - this.from;
    if (size < EMPTY_INTSET_BYTES) this.fail(`expected at least ${EMPTY_INTSET_BYTES} bytes, found ${size}`);
    this.#width = this.u32(this.from);
    if (this.#width !== 2 && this.#width !== 4 && this.#width !== 8) {
      this.fail(`expected integers of 2, 4 or 8 bytes, found ${this.#width}`);
    }
    const expected = EMPTY_INTSET_BYTES + this.u32(this.from + 4) * this.#width;
    if (size !== expected) this.fail(`expected ${expected} bytes, found ${size}`);
    if (size === EMPTY_INTSET_BYTES) this.fail('expected a member, found none');
    this.at = this.from + EMPTY_INTSET_BYTES;
  }

  override next(): boolean {
    if (this.at === this.to) return false;
    const { low, high } = this;
    this.setInteger(this.at, this.#width);
    const ascends = high < this.high || (high === this.high && low >>> 0 < this.low >>> 0);
    if (this.count > 0 && !ascends) this.fail('expected integers in ascending order');
    this.at += this.#width;
    this.count++;
    return true;
  }
}
