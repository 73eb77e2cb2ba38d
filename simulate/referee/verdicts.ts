/** What must hold, whatever goes wrong. */
export const INVARIANTS = {
  I1: 'the newest verified recovery points are never released, deleted early or made unreadable',
  I2: 'a heartbeat means that every protected cache has a verified, readable copy that is young enough',
  I3: 'a drill touches nothing but its own cluster and files',
  I4: 'at most one snapshot is taken per cache and slot, and none when the next slot is long due',
  I5: 'every failure is reported, and temporary resources are deleted in time',
  I6: 'the findings about a recovery point never change',
  I7: 'a verified recovery point has every shard, with the content of the snapshot',
  I8: 'an empty or sharply shrunk copy is suspect, and releases stop',
  I9: 'a recovery point that is too old is reported within 15 minutes',
  I10: 'a protected cache stays protected until a person ends the protection',
  I11: 'a restore needs the vault’s region only',
  I12: 'Redrill never uses the last two snapshots of AWS’s daily quota',
  I13: 'no key name, value or secret leaves the product',
  I14: 'no role at run time may delete from the vault or change its protection',
  I15: 'there are never more drill clusters than protected caches',
  I16: 'once faults end, verified points and heartbeats resume, and no alert stays open',
  I17: 'one fault is reported at most once an hour, and no message is sent without a fault',
  I18: 'the same seed gives the same trace',
  I19: 'the first verified point of a month, a week and a day gets that tier, whatever failed before',
  I20: 'a drill passes only if its cluster held every recorded key, and its report claims only what it has compared',
  I21: 'an answer of AWS that Redrill cannot work with is reported on the first day, and no copy is marked verified',
} as const;
export type Invariant = keyof typeof INVARIANTS;

export interface Violation {
  readonly invariant: Invariant;
  readonly atMs: number;
  readonly message: string;
}

/** Collects what did not hold. */
export class Verdicts {
  readonly violations: Violation[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  violated(invariant: Invariant, message: string): void {
    this.violations.push({ invariant, atMs: this.#now(), message });
  }

  /** Records a violation unless `holds`. */
  must(holds: boolean, invariant: Invariant, message: () => string): void {
    if (!holds) this.violated(invariant, message());
  }
}
