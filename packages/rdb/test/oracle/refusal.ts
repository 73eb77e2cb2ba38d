/** The one error of the oracle. */
export class Refusal extends Error {
  readonly outcome: 'damaged' | 'unsupported';

  constructor(outcome: 'damaged' | 'unsupported', what: string) {
    super(`${outcome}: ${what}`);
    this.outcome = outcome;
  }
}

/** No server writes this. */
export function damaged(what: string): never {
  throw new Refusal('damaged', what);
}

/** A server may have written this, in a format that the reader is not to know. */
export function unsupported(what: string): never {
  throw new Refusal('unsupported', what);
}
