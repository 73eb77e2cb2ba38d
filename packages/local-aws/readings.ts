import { ANSWER_QUESTIONS } from './readings/answers.ts';
import { CLUSTER_QUESTIONS } from './readings/clusters.ts';
import { KEY_QUESTIONS } from './readings/keys.ts';
import { OTHER_QUESTIONS } from './readings/other-services.ts';
import type { Questions } from './readings/question.ts';
import { SERVERLESS_QUESTIONS } from './readings/serverless.ts';
import { SNAPSHOT_QUESTIONS } from './readings/snapshots.ts';

/**
 * What AWS's documentation leaves open, and the answers that are possible. They have not been compared with AWS: the local
 * AWS can be started under any of them (`startLocalAws({ readings })`), and what is built on it has to work under each, or
 * to refuse before harm is done.
 */
export const QUESTIONS = {
  ...SNAPSHOT_QUESTIONS,
  ...CLUSTER_QUESTIONS,
  ...ANSWER_QUESTIONS,
  ...KEY_QUESTIONS,
  ...SERVERLESS_QUESTIONS,
  ...OTHER_QUESTIONS,
} as const satisfies Questions;

export type QuestionId = keyof typeof QUESTIONS;

/** An answer to each question. */
export type Readings = { readonly [Id in QuestionId]: keyof (typeof QUESTIONS)[Id]['readings'] };

/** @throws RangeError that names a question or a reading that does not exist */
export function readingsOf(chosen: Readonly<Record<string, string>> = {}): Readings {
  const questions: Questions = QUESTIONS;
  for (const [id, reading] of Object.entries(chosen)) {
    const question = questions[id];
    if (question === undefined)
      throw new RangeError(`there is no question '${id}'; there are ${Object.keys(questions).join(', ')}`);
    if (!(reading in question.readings))
      throw new RangeError(
        `'${reading}' is no reading of '${id}'; there are ${Object.keys(question.readings).join(', ')}`,
      );
  }
  const usual = Object.entries(questions).map(([id, question]) => [id, question.usual]);
  return { ...Object.fromEntries(usual), ...chosen };
}
