import { CONTENT_BUGS } from './content.ts';
import { DRILL_BUGS } from './drills.ts';
import type { Mutation } from './mutation.ts';
import { NOTICE_BUGS } from './notices.ts';
import { READING_BUGS } from './readings.ts';
import { RETENTION_BUGS } from './retention.ts';
import { SNAPSHOT_BUGS } from './snapshots.ts';
import { CATALOGUE_BUGS } from './vault-records.ts';

/** Every one must be caught by the simulation. */
export const MUTATIONS: readonly Mutation[] = [
  ...RETENTION_BUGS,
  ...CONTENT_BUGS,
  ...SNAPSHOT_BUGS,
  ...CATALOGUE_BUGS,
  ...NOTICE_BUGS,
  ...DRILL_BUGS,
  ...READING_BUGS,
];

export function mutationNamed(name: string): Mutation {
  const found = MUTATIONS.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new Error(
    `there is no planted bug '${name}'; known are ${MUTATIONS.map((each) => each.name).join(', ')}`,
  );
}
