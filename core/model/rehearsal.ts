/**
 * Names of what `redrill doctor --rehearse` makes. They never change, so that a later run finds what an earlier one left,
 * and everything that counts, reports or alerts can leave it out.
 */

/** The plan that every deployment contains and no schedule runs. */
export const REHEARSAL_PLAN = 'rehearsal';

/** The rehearsal's own cache, and the name of its recovery points in the vault. */
export const REHEARSAL_CACHE = 'redrill-rehearsal';

/** The smallest type that ElastiCache takes snapshots of. */
export const REHEARSAL_NODE_TYPE = 'cache.t4g.micro';

/** What the files of the landing bucket begin with that the rehearsal's cache is seeded from. */
export const REHEARSAL_SEED_PREFIX = `${REHEARSAL_CACHE}-seed-`;

export const isRehearsal = (cache: string): boolean => cache === REHEARSAL_CACHE;
