import type { Assumptions } from './assumption.ts';

const NOT_PROTECTED = 'Redrill does not back up serverless caches: only the local AWS has them.';
const SETTLED_BY = 'no check of doctor; aws elasticache';

/** About serverless caches. */
export const SERVERLESS_ASSUMPTIONS: Assumptions = {
  'serverless-status-case': {
    how: NOT_PROTECTED,
    refuses: {},
    settledBy: `${SETTLED_BY} describe-serverless-caches and describe-serverless-cache-snapshots`,
  },
  'serverless-exporting-status': {
    how: NOT_PROTECTED,
    refuses: {},
    settledBy: `${SETTLED_BY} describe-serverless-cache-snapshots during an export`,
  },
  'serverless-export-names': {
    how: NOT_PROTECTED,
    refuses: {},
    settledBy: `${SETTLED_BY} export-serverless-cache-snapshot, and the objects in the bucket`,
  },
  'serverless-export-files': {
    how: NOT_PROTECTED,
    refuses: {},
    settledBy: `${SETTLED_BY} export-serverless-cache-snapshot of a large cache, and the objects in the bucket`,
  },
  'serverless-s3-seed': {
    how: NOT_PROTECTED,
    refuses: {},
    settledBy: `${SETTLED_BY} create-serverless-cache with --snapshot-arns-to-restore and the ARN of an RDB file in S3`,
  },
  'serverless-without-group': {
    how: NOT_PROTECTED,
    refuses: {},
    settledBy: 'no check of doctor; redis-cli --tls against a serverless cache without a user group',
  },
};
