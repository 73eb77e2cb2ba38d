/** What happened, in order: always as a running hash, and on request in words. */
export class Trace {
  readonly lines: string[] = [];
  readonly #kept: number;
  #low = 0x811c9dc5;
  #high = 0x01000193;
  events = 0;

  /** @param kept how many of the last lines to keep */
  constructor(kept: number) {
    this.#kept = kept;
  }

  note(atMs: number, line: string): void {
    this.events++;
    this.#low = Math.imul(this.#low ^ (atMs % 2 ** 31), 0x01000193) >>> 0;
    for (let at = 0; at < line.length; at++) {
      const code = line.charCodeAt(at);
      this.#low = Math.imul(this.#low ^ code, 0x01000193) >>> 0;
      this.#high = Math.imul(this.#high + code, 0x85ebca6b) >>> 0;
    }
    if (this.#kept === 0) return;
    this.lines.push(`${new Date(atMs).toISOString().replace('.000Z', 'Z')}  ${line}`);
    if (this.lines.length > 2 * this.#kept) this.lines.splice(0, this.lines.length - this.#kept);
  }

  get hash(): string {
    return (this.#high.toString(16) + this.#low.toString(16)).padStart(16, '0');
  }

  /** The last lines, oldest first. */
  tail(): readonly string[] {
    return this.lines.slice(-this.#kept);
  }
}
