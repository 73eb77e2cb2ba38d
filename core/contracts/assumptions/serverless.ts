import type { Assumptions } from './assumption.ts';

const SETTLED_BY = 'no check of doctor; aws elasticache';

/** About serverless caches. */
export const SERVERLESS_ASSUMPTIONS: Assumptions = {
  'serverless-status-case': {
    how: 'Redrill compares statuses in lower case.',
    refuses: {},
    settledBy: `${SETTLED_BY} describe-serverless-caches and describe-serverless-cache-snapshots`,
  },
  'serverless-exporting-status': {
    how: 'Redrill waits until the snapshot is `available`, and besides until no new file has appeared in the bucket for a while: see `serverless-export-files`.',
    refuses: {},
    settledBy: `${SETTLED_BY} describe-serverless-cache-snapshots during an export`,
  },
  'serverless-export-names': {
    how: 'Every key that begins with the snapshot’s name, followed by `-`, `.` or `/`, and ends with `.rdb` belongs to the export.',
    refuses: {},
    settledBy: `${SETTLED_BY} export-serverless-cache-snapshot, and the objects in the bucket`,
  },
  'serverless-export-files': {
    how: 'Redrill takes any number of files. An export is complete if the snapshot is `available`, there is a file, and no new one has appeared for five minutes, or for half as long again as the export had taken until the last one. A file that appears later makes the recovery point `corrupt`, because it is not in it.',
    refuses: {},
    settledBy: `${SETTLED_BY} export-serverless-cache-snapshot of a large cache, and the objects in the bucket`,
  },
  'serverless-s3-seed': {
    how: 'A drill restores the files into a node-based cluster, where they are accepted. With `drill.serverless`, it tries a serverless cache first; if AWS refuses, it continues on nodes, and the report says so. `redrill restore` to a serverless cache tries it; if AWS refuses, nothing is created, and the command prints another way: a node-based cluster, and a snapshot of it.',
    refuses: {},
    settledBy: `${SETTLED_BY} create-serverless-cache with --snapshot-arns-to-restore and the ARN of an RDB file in S3`,
  },
  'serverless-without-group': {
    how: 'A drill with `drill.serverless` connects without a password; if it is refused, it continues on nodes, and the report says so. `redrill restore` connects without a password to compare; if it is refused, it says so and exits with 2.',
    refuses: {},
    settledBy: 'no check of doctor; redis-cli --tls against a serverless cache without a user group',
  },
};
