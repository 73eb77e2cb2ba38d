import { ANSWER_ASSUMPTIONS } from './assumptions/answers.ts';
import type { Assumption } from './assumptions/assumption.ts';
import { CLUSTER_ASSUMPTIONS } from './assumptions/clusters.ts';
import { KEY_ASSUMPTIONS } from './assumptions/keys.ts';
import { OTHER_ASSUMPTIONS } from './assumptions/other-services.ts';
import { SERVERLESS_ASSUMPTIONS } from './assumptions/serverless.ts';
import { SNAPSHOT_ASSUMPTIONS } from './assumptions/snapshots.ts';

/** Answers under which Redrill refuses only together, with the error code. */
export const REFUSED_TOGETHER: readonly {
  readonly answers: Readonly<Record<string, string>>;
  readonly code: string;
}[] = [
  { answers: { 'slot-ranges': 'refused', 'seed-placement': 'in-order' }, code: 'RestoreNotLoaded' },
  // A cluster that takes an hour to fail and the next one an hour to come: the drill says that its plan's RTO is missed.
  { answers: { durations: 'long', 'capacity-refusal': 'late' }, code: 'RtoMissed' },
];

/**
 * What Redrill does under each answer to what AWS's documentation leaves open. The questions, what is documented about them
 * and the answers are kept with the local AWS, which can be started under each; both are joined by id in docs/assumptions.md.
 */
export const ASSUMPTIONS: Readonly<Record<string, Assumption>> = {
  ...SNAPSHOT_ASSUMPTIONS,
  ...CLUSTER_ASSUMPTIONS,
  ...ANSWER_ASSUMPTIONS,
  ...KEY_ASSUMPTIONS,
  ...SERVERLESS_ASSUMPTIONS,
  ...OTHER_ASSUMPTIONS,
};
