import type { Mutation } from './mutation.ts';

/** Bugs in drills, and what they leave behind. */
export const DRILL_BUGS: readonly Mutation[] = [
  {
    name: 'the alert tells the drill’s token',
    file: 'lambdas/verify-restore.ts',
    find: 'if (token === undefined)',
    replace:
      "if (token !== undefined && cache.length > 99) throw new Error('x');\n  if (token !== undefined && check.waitSeconds > 0 && drill.endsWith('T023000Z')) throw new AppError('RestoreUnreachable', new TextDecoder().decode(token.body));\n  if (token === undefined)",
  },
  {
    name: 'teardown skips staged files',
    file: 'lambdas/tear-down-drill.ts',
    find: '  for (const { key } of staged) await staging.remove(key);\n',
    replace: '',
  },
  {
    name: 'staged files are never swept',
    under: ['executions aborted'],
    file: 'lambdas/sweep-drills.ts',
    find: 'for (const key of objects) await staging.remove(key);',
    replace: '',
  },
  {
    name: 'clusters are never swept',
    under: ['executions aborted'],
    file: 'core/drill/find-leftovers.ts',
    find: 'return ageSeconds > ttlOf(cluster) ? [{ cluster, ageSeconds }] : [];',
    replace: 'return ageSeconds > 9 * ttlOf(cluster) ? [{ cluster, ageSeconds }] : [];',
  },
  {
    name: 'the sweep goes by name alone',
    file: 'lambdas/sweep-drills.ts',
    find: "if (cache === '') continue;",
    replace: '',
  },
  {
    name: 'teardown gives up at once',
    file: 'lambdas/tear-down-drill.ts',
    find: "  if (cluster !== undefined && cluster.status !== 'deleting') await elasticache.deleteCluster(id);",
    replace:
      "  if (cluster?.status === 'available') return READY;\n  if (cluster !== undefined && cluster.status !== 'deleting') await elasticache.deleteCluster(id);",
  },
  {
    name: 'drill clusters carry no tag',
    file: 'lambdas/create-drill-cluster.ts',
    find: 'tags: { [DRILL_TAG]:',
    replace: 'tags: { other:',
  },
  {
    name: 'drills stage under the vault’s key',
    file: 'lambdas/stage-shard.ts',
    find: "encryption: 'sse-s3',",
    replace: "encryption: { kmsKeyArn: 'vault' },",
  },
  {
    name: 'a comparison forgets what it has read',
    under: ['slow reading'],
    file: 'live/restore-reading.ts',
    find: 'this.#digest = ContentDigest.fromBytes(saved.digest);',
    replace: '',
  },
  {
    name: 'drills take a suspect point',
    file: 'core/drill/choose-point.ts',
    find: ".filter(({ verdict }) => verdict === 'verified')",
    replace: ".filter(({ verdict }) => verdict !== 'verified' || points.length === 1)",
  },
  {
    name: 'a drill passes whatever it has found',
    under: ['restored data differs'],
    file: 'core/drill/compose-report.ts',
    find: 'if (comparison.mismatches > 0 || accounted !== comparison.keysExpected) {',
    replace: 'if (comparison.mismatches > 1_000_000) {',
  },
  {
    name: 'a drill compares the cluster with itself',
    under: ['restored data differs'],
    file: 'live/restore-comparison.ts',
    find: 'compareDigests(sample.expected, reading.digest, serverTimeMs)',
    replace: 'compareDigests(reading.digest, reading.digest, serverTimeMs)',
  },
  {
    name: 'the sweep takes clusters that are in use',
    file: 'core/drill/find-leftovers.ts',
    find: 'export const DRILL_TTL_SECONDS = 4 * HOUR_SECONDS;',
    replace: 'export const DRILL_TTL_SECONDS = 120;',
  },
  {
    name: 'nobody deletes parameter groups',
    file: 'lambdas/tear-down-drill.ts',
    find: "(await elasticache.deleteParameterGroup(id)) === 'gone') return READY;",
    replace: 'id.length > 0) return READY;',
  },
  {
    name: 'a drill cluster that is gone stays an open alert',
    under: ['deletion refused'],
    file: 'core/watch/leftover-notices.ts',
    find: 'return (fault) => !faults.has(fault);',
    replace: 'return () => faults.size < 0;',
  },
  {
    name: 'parameter groups are swept by name alone',
    file: 'lambdas/sweep-drills.ts',
    find: 'if ((await elasticache.tagsOf(arn))[DRILL_TAG] !== undefined)',
    replace: 'if (arn.length > 0)',
  },
];
