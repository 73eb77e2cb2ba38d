import { type Assumptions, SETTLED_BY } from './assumption.ts';

/** About the form of ElastiCache's answers. */
export const ANSWER_ASSUMPTIONS: Assumptions = {
  'created-visible': {
    how: 'What was created less than five minutes ago and is not found is waited for.',
    refuses: {},
    settledBy: SETTLED_BY.cluster,
  },
  'deleted-visible': {
    how: 'A resource that is shown as `deleted` counts as deleted for snapshots, and is waited for until it is gone for clusters.',
    refuses: {},
    settledBy: SETTLED_BY.teardown,
  },
  'unknown-name': {
    how: 'An empty list and a `NotFound` error mean the same.',
    refuses: {},
    settledBy: SETTLED_BY.teardown,
  },
  'tags-visible': {
    how: 'A drill cluster is swept by its tag hours after its creation; a cache whose tags are not returned yet is found at the next discovery.',
    refuses: {},
    settledBy: 'no check of doctor; aws elasticache list-tags-for-resource, right after a creation',
  },
  'tags-of-busy': {
    how: 'Both errors mean that the cache is busy, and the step is tried again.',
    refuses: {},
    settledBy:
      'doctor --rehearse: the tags of a cluster that is not available, as far as its field notes have such a call',
  },
  'error-names': {
    how: 'Error codes are compared without the ending `Fault`.',
    refuses: {},
    settledBy: SETTLED_BY.teardown,
  },
  'absent-fields': {
    how: 'A field that is absent has its default. Without creation times, a cache that was deleted and created again under the same name cannot be told from the earlier one, and the age of a drill cluster is taken from its id.',
    refuses: {},
    settledBy: SETTLED_BY.cluster,
  },
  'list-order': {
    how: 'Node groups and the parts of a snapshot are sorted by their ids.',
    refuses: {},
    settledBy: 'redrill drill of a cache with several shards; the cache of doctor --rehearse has one',
  },
  'time-precision': {
    how: 'Times are compared with a tolerance, or only with each other.',
    refuses: {},
    settledBy: SETTLED_BY.snapshot,
  },
  'engine-version': {
    how: 'Only the first two numbers of a version are used.',
    refuses: {},
    settledBy: 'doctor, before the deployment: the version that it prints of every protected cache',
  },
  'page-size': {
    how: 'Every list is read to its last page.',
    refuses: {},
    settledBy: 'doctor --rehearse: the list of engine versions, which it reads',
  },
};
