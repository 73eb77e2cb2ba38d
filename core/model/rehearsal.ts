import { HOUR_SECONDS } from './time.ts';

/**
 * Names of what `redrill doctor --rehearse` makes. They never change, so that a later run finds what an earlier one left,
 * and everything that counts, reports or alerts can leave it out.
 */

/** The plan that every deployment contains and no schedule runs. */
export const REHEARSAL_PLAN = 'rehearsal';

/** The rehearsal's own cache, and the name of its recovery points in the vault. */
export const REHEARSAL_CACHE = 'redrill-rehearsal';

/** Its only node. */
export const REHEARSAL_NODE = `${REHEARSAL_CACHE}-001`;

/** The smallest type that ElastiCache takes snapshots of. */
export const REHEARSAL_NODE_TYPE = 'cache.t4g.micro';

/** What the files of the landing bucket begin with that the rehearsal's cache is seeded from. */
export const REHEARSAL_SEED_PREFIX = `${REHEARSAL_CACHE}-seed-`;

/** On the rehearsal's cache, with the slot at which it began. A cache that has the name alone is not a rehearsal's. */
export const REHEARSAL_TAG = 'redrill:rehearsal';

/**
 * No rehearsal lasts longer: an hour for its cache, and the time-outs of the workflows backup (8 h), ingest (12 h) and drill
 * (9 h).
 */
export const REHEARSAL_LASTS_AT_MOST_SECONDS = 30 * HOUR_SECONDS;

/** Deletes what rehearsals have left. */
export const CLEAN_UP_COMMAND = 'npx redrill doctor --rehearse --clean-up';

export const isRehearsal = (cache: string): boolean => cache === REHEARSAL_CACHE;
