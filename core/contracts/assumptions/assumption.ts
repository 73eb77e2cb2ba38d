/** What Redrill does about one open question. */
export interface Assumption {
  /** How Redrill copes, whatever the answer is. */
  readonly how: string;
  /** Answers under which a command or workflow refuses, with the error code; under every other one it works. */
  readonly refuses: Readonly<Record<string, string>>;
  /** Which check shows the answer of AWS. What begins with `doctor --rehearse:` is in the report of a rehearsal. */
  readonly settledBy: string;
}

export type Assumptions = Readonly<Record<string, Assumption>>;

/** What `redrill doctor --rehearse` makes and looks at. */
export const SETTLED_BY = {
  snapshot: 'doctor --rehearse: the snapshot that it makes',
  export: 'doctor --rehearse: the files of its export',
  cluster: 'doctor --rehearse: the cluster that its drill creates',
  teardown: 'doctor --rehearse: what it reads after it has deleted its cluster and snapshot',
} as const;
