/**
 * What Redrill does under each answer to what AWS's documentation leaves open. The questions, what is documented of them and
 * the answers stand with the local AWS, which can be started under each; both are joined by id in docs/assumptions.md.
 */
export interface Assumption {
  /** How Redrill copes, whatever the answer is. */
  readonly how: string;
  /** Answers under which a command or workflow refuses, with the error code; under every other one it works. */
  readonly refuses: Readonly<Record<string, string>>;
}

export const ASSUMPTIONS: Readonly<Record<string, Assumption>> = {
  'snapshot-membership': {
    how: 'A snapshot is recognised by its own name and by its replication group or by one of the group’s nodes.',
    refuses: {},
  },
  'snapshot-filter': {
    how: 'Snapshots are listed by replication group and, with cluster mode disabled, by each of its nodes.',
    refuses: {},
  },
  'exporting-status': {
    how: 'A status that is not known is waited out until the snapshot is overdue; `failed`, `deleting` and `deleted` fail at once.',
    refuses: {},
  },
  'created-visible': {
    how: 'What was created less than five minutes ago and is not found is waited for.',
    refuses: {},
  },
  durations: {
    how: 'Snapshots and exports are waited for two hours each, the drill’s cluster one hour.',
    refuses: {},
  },
  'replication-timestamp': {
    how: 'The key, a string in database 0, is in no count, digest, comparison or recovery; `verify` says that it was left out.',
    refuses: {},
  },
  'page-size': {
    how: 'Every list is read to its last page.',
    refuses: {},
  },
};
