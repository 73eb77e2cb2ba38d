import type { Mutation } from './mutation.ts';

/** Bugs that nobody notices as long as AWS answers as usual. */
export const READING_BUGS: readonly Mutation[] = [
  {
    name: 'what is not shown yet is gone',
    readings: { 'created-visible': 'after-a-minute' },
    file: 'lambdas/check-snapshot.ts',
    find: '    if (unseen !== undefined) return unseen;\n',
    replace: '',
  },
  {
    name: 'an export is over when its snapshot is available',
    readings: { 'exporting-status': 'available' },
    file: 'core/backup/export-files.ts',
    find: 'return files.length === shards.length;',
    replace: 'return true;',
  },
  {
    name: 'the files of an export are numbered without gaps',
    readings: { 'export-file-numbers': 'node-group-id' },
    file: 'core/backup/export-files.ts',
    find: "key.endsWith('.rdb') &&",
    replace: '/-000[1-4]\\.rdb$/.test(key) &&',
  },
  {
    name: 'the files of a serverless cache are named as those of a group',
    readings: { 'serverless-export-names': 'folder' },
    file: 'core/backup/export-files.ts',
    find: "['-', '.', '/']",
    replace: "['-']",
  },
  {
    name: 'the first file of a serverless cache is the only one',
    readings: {
      'serverless-export-files': 'several',
      'serverless-exporting-status': 'available',
      'export-files-appear': 'one-by-one',
    },
    file: 'core/backup/export-files.ts',
    find: 'return files.length > 0 && now.getTime() - newest >= quietMs;',
    replace: 'return files.length > 0;',
  },
  {
    name: 'an available cluster has an endpoint',
    readings: { 'endpoint-visible': 'after-a-minute' },
    file: 'lambdas/check-drill-cluster.ts',
    find: "if (found.status === 'available' && found.endpoint !== undefined) {",
    replace: "if (found.status === 'available') {",
  },
  {
    name: 'a cluster that does not answer yet never will',
    readings: { 'endpoint-answers': 'after-a-minute' },
    file: 'lib/drill/definition.ts',
    find: '    firstRetry: NOT_YET_REACHABLE,\n',
    replace: '',
  },
  {
    name: 'capacity is refused at the call or never',
    under: ['no capacity of one type'],
    readings: { 'capacity-refusal': 'late' },
    file: 'core/drill/next-node-type.ts',
    find: 'untried.length < 2',
    replace: 'untried.length < 9',
  },
  {
    name: 'files are given in any order',
    readings: { 'seed-placement': 'in-order' },
    file: 'lambdas/create-drill-cluster.ts',
    find: 'snapshotArns: plan.shards.map(',
    replace: 'snapshotArns: plan.shards.toReversed().map(',
  },
  {
    name: 'a cluster without a creation time is young',
    under: ['executions aborted'],
    readings: { 'absent-fields': 'absent' },
    file: 'core/drill/find-leftovers.ts',
    find: 'cluster.createdAt ?? dueAt(cluster.id)',
    replace: 'cluster.createdAt',
  },
];
