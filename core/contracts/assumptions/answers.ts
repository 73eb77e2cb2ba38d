import { type Assumptions, SETTLED_BY } from './assumption.ts';

/** About the form of ElastiCache's answers. */
export const ANSWER_ASSUMPTIONS: Assumptions = {
  'created-visible': {
    how: 'If Redrill created a resource less than five minutes ago and does not find it, it waits for it.',
    refuses: {},
    settledBy: SETTLED_BY.cluster,
  },
  'deleted-visible': {
    how: 'A snapshot with the status `deleted` counts as deleted. For a cluster with that status, Redrill waits until it is no longer found.',
    refuses: {},
    settledBy: SETTLED_BY.teardown,
  },
  'unknown-name': {
    how: 'Redrill treats an empty list and a `NotFound` error alike.',
    refuses: {},
    settledBy: SETTLED_BY.teardown,
  },
  'tags-visible': {
    how: '`sweep-drills` reads the tag of a drill cluster only hours after its creation. If AWS does not return the tags of a cache yet, the next run of `start-backups` and `watch-source` finds the cache.',
    refuses: {},
    settledBy: 'no check of doctor; aws elasticache list-tags-for-resource, right after a creation',
  },
  'tags-of-busy': {
    how: 'Redrill takes both errors to mean that the cache is busy, and retries the step.',
    refuses: {},
    settledBy:
      'doctor --rehearse: the tags of a cluster that is not available, if its field notes (stored answers) contain such a call',
  },
  'error-names': {
    how: 'Redrill compares error codes without the ending `Fault`.',
    refuses: {},
    settledBy: SETTLED_BY.teardown,
  },
  'absent-fields': {
    how: 'Redrill uses the default of an absent field. Without creation times, it cannot distinguish a cache that was created again under the same name from the earlier one, and it takes the age of a drill cluster from its id.',
    refuses: {},
    settledBy: SETTLED_BY.cluster,
  },
  'list-order': {
    how: 'Redrill sorts node groups and the parts of a snapshot by their ids.',
    refuses: {},
    settledBy: 'redrill drill of a cache with several shards; the cache of doctor --rehearse has one',
  },
  'time-precision': {
    how: 'Redrill compares times with a tolerance, or only times of AWS with each other.',
    refuses: {},
    settledBy: SETTLED_BY.snapshot,
  },
  'engine-version': {
    how: 'Redrill uses only the first two numbers of a version.',
    refuses: {},
    settledBy: 'doctor, before the deployment: the version that it prints of every protected cache',
  },
  'page-size': {
    how: 'Redrill reads every list to its last page.',
    refuses: {},
    settledBy: 'doctor --rehearse: the list of engine versions, which it reads',
  },
};
