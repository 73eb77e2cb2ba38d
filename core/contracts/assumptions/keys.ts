import type { Assumptions } from './assumption.ts';

const SETTLED_BY_BACKUP =
  'redrill backup of a cache under such a key, and CloudTrail; the cache of doctor --rehearse has none';

/** About caches that are encrypted under a key of their owner. */
export const KEY_ASSUMPTIONS: Assumptions = {
  'key-grantor': {
    how: 'The roles that create and export snapshots have the permission to create a grant on each key in `source.kmsKeys`, through ElastiCache only.',
    refuses: {},
    settledBy: SETTLED_BY_BACKUP,
  },
  'key-via-service': {
    how: 'The permission of these roles names both services.',
    refuses: {},
    settledBy: SETTLED_BY_BACKUP,
  },
  'key-grant-mark': {
    how: 'The permission requires the value `true` only if the key is present. It always requires that the request comes through ElastiCache.',
    refuses: {},
    settledBy: SETTLED_BY_BACKUP,
  },
  'key-form': {
    how: 'Redrill compares ids and ARNs by the id. If an alias names the key, Redrill starts the backup, and KMS allows or refuses the use of the key.',
    refuses: {},
    settledBy: 'doctor, before the deployment: the key that it prints of a protected cache',
  },
  'key-refusal': {
    how: 'Redrill reports each of these errors as `SourceKeyUnusable`.',
    refuses: {},
    settledBy: SETTLED_BY_BACKUP,
  },
};
