/** What a check of `redrill doctor` found. A check that could not be made is `unknown`, and never `ok`. */
export interface Finding {
  /** Which check found it: stable, part of the JSON contract. */
  readonly check: string;
  readonly state: 'problem' | 'unknown' | 'advice' | 'ok';
  /** What was checked: a cache, a role, a bucket, an account and region. */
  readonly subject: string;
  readonly text: string;
  /** What to type next; of an unknown, the permission that the check needs is in the text. */
  readonly next: readonly string[];
}
