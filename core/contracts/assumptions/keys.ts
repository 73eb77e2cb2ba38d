import type { Assumptions } from './assumption.ts';

const SETTLED_BY_BACKUP =
  'redrill backup of a cache under such a key, and CloudTrail; the cache of doctor --rehearse has none';

/** About caches that are encrypted under a key of their owner. */
export const KEY_ASSUMPTIONS: Assumptions = {
  'key-grantor': {
    how: 'The roles that take and export snapshots may have ElastiCache make a grant on each key in `source.kmsKeys`.',
    refuses: {},
    settledBy: SETTLED_BY_BACKUP,
  },
  'key-via-service': {
    how: 'Their permission names both.',
    refuses: {},
    settledBy: SETTLED_BY_BACKUP,
  },
  'key-grant-mark': {
    how: 'Their permission asks for it only where it is present; that the request comes through ElastiCache is asked for always.',
    refuses: {},
    settledBy: SETTLED_BY_BACKUP,
  },
  'key-form': {
    how: 'Ids and ARNs are compared by the id. A cache whose key is named by an alias is backed up, and KMS decides.',
    refuses: {},
    settledBy: 'doctor, before the deployment: the key that it prints of a protected cache',
  },
  'key-refusal': {
    how: 'Each of them is reported as `SourceKeyUnusable`.',
    refuses: {},
    settledBy: SETTLED_BY_BACKUP,
  },
};
