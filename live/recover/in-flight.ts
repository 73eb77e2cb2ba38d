import type { Lane } from './lane.ts';
import type { Parcel } from './parcel.ts';

interface Sent {
  readonly lane: Lane;
  readonly parcel: Parcel;
  /** Where in the file the key of a command begins. */
  readonly offsetOf: (position: number) => number;
}

/** What was sent to which server, and has not been answered: what a server that died may have died of. */
export class InFlight {
  readonly #sent = new Set<Sent>();
  #alone: { readonly lane: Lane; readonly offset: number } | undefined;

  /** Call before the parcel is sent. @returns what to call when all of it has been answered */
  begin(sent: Sent): () => void {
    this.#sent.add(sent);
    return () => this.#sent.delete(sent);
  }

  /** A value that goes alone, in as many commands as it takes. */
  beginAlone(lane: Lane, offset: number): void {
    this.#alone = { lane, offset };
  }

  endAlone(): void {
    this.#alone = undefined;
  }

  /** Places of keys in the file, by server. */
  offsets(): Record<string, number[]> {
    const found: Record<string, number[]> = {};
    const add = ({ name }: Lane, offset: number) => {
      found[name] ??= [];
      found[name].push(offset);
    };
    for (const { lane, parcel, offsetOf } of this.#sent)
      for (const position of parcel.unanswered) add(lane, offsetOf(position));
    if (this.#alone !== undefined) add(this.#alone.lane, this.#alone.offset);
    return found;
  }
}
