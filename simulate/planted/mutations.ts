/** A bug that somebody could make, as a change of one place in the product. */
export interface Mutation {
  readonly name: string;
  /** From the root of the project. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Kinds of fault that bring it out soonest. @default all */
  readonly under?: readonly string[];
}

/** Every one must be caught by the simulation. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'age-only retention',
    file: 'lib/storage/lifecycle.ts',
    find: 'tagFilters: { [RELEASE_TAG.key]: RELEASE_TAG.value, [PLAN_OBJECT_TAG]: name },',
    replace: '',
  },
  {
    name: 'lifecycle forgets the plan',
    file: 'lib/storage/lifecycle.ts',
    find: 'tagFilters: { [RELEASE_TAG.key]: RELEASE_TAG.value, [PLAN_OBJECT_TAG]: name },',
    replace: 'tagFilters: { [RELEASE_TAG.key]: RELEASE_TAG.value },',
  },
  {
    name: 'monthly copies go to an archive',
    file: 'lib/storage/lifecycle.ts',
    find: 'StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter',
    replace: 'StorageClass.DEEP_ARCHIVE, transitionAfter',
  },
  {
    name: 'the registry expires',
    file: 'lib/storage/lifecycle.ts',
    find: "prefix: vaultKeys.registryPrefix,",
    replace: "prefix: vaultKeys.registryPrefix, expiration: Duration.days(1),",
  },
  {
    name: 'a Lambda may delete versions',
    file: 'lib/ingest/ingest-lambdas.ts',
    find: "vault.on(['s3:GetObjectTagging', 's3:PutObjectTagging'], POINTS)",
    replace: "vault.on(['s3:GetObjectTagging', 's3:PutObjectTagging', 's3:DeleteObjectVersion'], POINTS)",
  },
  {
    name: 'no alarm on aborted executions',
    file: 'lib/watch/alarms.ts',
    find: "      'timed-out': awsStateMachine.metricTimedOut,\n      aborted: awsStateMachine.metricAborted,",
    replace: "      'timed-out': awsStateMachine.metricTimedOut,",
  },
  {
    name: 'release counts corrupt points',
    file: 'core/decide/decide-releases.ts',
    find: "if (point.verdict === 'verified') newerVerified++;",
    replace: 'newerVerified++;',
  },
  {
    name: 'release by age',
    file: 'core/decide/decide-releases.ts',
    find: 'else if (newerVerified >= minimumRedundancy)',
    replace: "else if (newerVerified >= minimumRedundancy || point.tier === 'hourly')",
  },
  {
    name: 'one newer copy is enough',
    file: 'core/decide/decide-releases.ts',
    find: 'else if (newerVerified >= minimumRedundancy)',
    replace: 'else if (newerVerified >= 1)',
  },
  {
    name: 'releases go on while a point is suspect',
    file: 'core/decide/decide-releases.ts',
    find: "return newer.find(({ verdict }) => verdict === 'suspect');",
    replace: "return newer.find(({ verdict }) => verdict === ('doubted' as string));",
  },
  {
    name: 'empty is fine',
    file: 'core/decide/assess-content.ts',
    find: 'if (totals.keys === 0) return',
    replace: 'if (totals.keys < 0) return',
  },
  {
    name: 'shrinking is fine',
    file: 'core/decide/assess-content.ts',
    find: 'const SHRUNK_BY_SHARE = 0.5;',
    replace: 'const SHRUNK_BY_SHARE = 0.95;',
  },
  {
    name: 'the median follows the slot',
    file: 'core/decide/assess-content.ts',
    find: "verdict === 'verified' && slot < seal.slot)",
    replace: 'slot < seal.slot)',
  },
  {
    name: 'cries wolf at a growing cache',
    file: 'core/decide/assess-content.ts',
    find: 'totals.keys >= usual * (1 - SHRUNK_BY_SHARE))',
    replace: 'totals.keys >= usual * (1 - SHRUNK_BY_SHARE) && totals.keys <= usual * 1.1)',
  },
  {
    name: 'missing shards are not missed',
    file: 'core/decide/assess-content.ts',
    find: "      return [{ code: 'ShardMissing', message: `shard ${shard} was not copied into the vault` }];",
    replace: '      return [];',
  },
  {
    name: 'unsound shards are taken',
    file: 'core/decide/assess-content.ts',
    find: '    if (!finding.sound)\n      return [{ code: finding.problem.code, message: `shard ${shard}: ${finding.problem.message}` }];',
    replace: '    if (!finding.sound) return [];',
  },
  {
    name: 'foreign keys are not seen',
    file: 'core/decide/assess-content.ts',
    find: 'if (!finding.sound || liesWithin(',
    replace: 'if (!finding.sound || own.length > 0 || liesWithin(',
  },
  {
    name: 'stale files pass',
    file: 'core/decide/assess-content.ts',
    find: 'if (created === undefined || created * 1000 >= due - CLOCK_SKEW_MS) return [];',
    replace: 'if (created === undefined || created * 1000 >= due - 40 * 86_400_000) return [];',
  },
  {
    name: 'a skewed clock makes a file stale',
    file: 'core/decide/assess-content.ts',
    find: 'const CLOCK_SKEW_MS = 3_600_000;',
    replace: 'const CLOCK_SKEW_MS = 0;',
  },
  {
    name: 'quota off by two',
    file: 'core/model/limits.ts',
    find: 'export const SNAPSHOT_QUOTA_RESERVE = 2;',
    replace: 'export const SNAPSHOT_QUOTA_RESERVE = 0;',
  },
  {
    name: 'deleted snapshots are not counted',
    file: 'core/decide/decide-prunes.ts',
    find: '.filter(({ takenAt }) => now.getTime() - takenAt.getTime() > KEPT_FOR_MS)',
    replace: '.filter(({ takenAt }) => now.getTime() > takenAt.getTime())',
  },
  {
    name: 'prune before the export is sealed',
    file: 'lambdas/prune-snapshots.ts',
    find: 'if ((await landing.list(landingKeys.seal(name))).length === 0) continue;',
    replace: '',
  },
  {
    name: 'prune deletes people’s snapshots',
    file: 'core/decide/decide-prunes.ts',
    find: "name.startsWith(SNAPSHOT_PREFIX) && status === 'available'",
    replace: "name !== SNAPSHOT_PREFIX && status === 'available'",
  },
  {
    name: 'the snapshot’s name is drawn, not derived',
    file: 'lambdas/create-snapshot.ts',
    find: 'const name = snapshotNameOf(cache, slot);',
    replace: "const name = `${snapshotNameOf(cache, slot)}${now().getTime() % 97}` as SnapshotName;",
  },
  {
    name: 'a snapshot is taken from any cache state',
    file: 'lambdas/create-snapshot.ts',
    find: 'if (await adopted(elasticache, cache, name)) return state;',
    replace: '',
  },
  {
    name: 'sealed before all files are there',
    file: 'lambdas/check-export.ts',
    find: "if (found.status === 'available' && missing.length === 0) return READY;",
    replace: 'if (missing.length < found.shards.length) return READY;',
  },
  {
    name: 'the seal lists what is there',
    file: 'core/decide/compose-seal.ts',
    find: 'const shards = snapshot.shards.map(({ shard, slots }) => {',
    replace: 'const shards = snapshot.shards.slice(0, 1).map(({ shard, slots }) => {',
  },
  {
    name: 'a missing file counts as copied',
    file: 'lambdas/copy-shard.ts',
    find: "if (outcome === 'missing') {",
    replace: "if (outcome === ('lost' as string)) {",
  },
  {
    name: 'damaged files are sound',
    file: 'adapters/shard-reader.ts',
    find: 'return { code: error.unsupported ? UNSUPPORTED : error.code, message: error.message };',
    replace: 'return undefined;',
  },
  {
    name: 'the record is written again',
    file: 'adapters/catalogue.ts',
    find: "await writeJson(this.vault, record, point, 'absent');",
    replace: 'await writeJson(this.vault, record, { ...point });',
  },
  {
    name: 'verified whatever the record says',
    file: 'adapters/catalogue.ts',
    find: '{ slot, tier, verdict, totals }),',
    replace: "{ slot, tier, verdict: verdict === 'corrupt' ? 'verified' : verdict, totals }),",
  },
  {
    name: 'the marker before the registry',
    file: 'adapters/catalogue.ts',
    find: "    await writeJson(this.vault, record, point, 'absent');",
    replace:
      "    await writeJson(this.vault, vaultKeys.ingested(point.snapshot), { version: 1, cache, slot, tier, verdict, record });\n    await writeJson(this.vault, record, point, 'absent');",
  },
  {
    name: 'the registry is written without a fence',
    file: 'adapters/catalogue.ts',
    find: "const condition = before === undefined ? 'absent' : { etag: before.etag };",
    replace: 'const condition = undefined;',
  },
  {
    name: 'the registry forgets the last verified point',
    file: 'adapters/catalogue.ts',
    find: "...newestFirst.filter(({ verdict }) => verdict === 'verified').slice(0, RECENT_POINTS),",
    replace: "...newestFirst.filter(({ verdict }) => verdict === 'verified').slice(1, RECENT_POINTS),",
  },
  {
    name: 'the protected set shrinks with the tag',
    file: 'core/decide/assess-freshness.ts',
    find: '    const since =\n      newest === undefined',
    replace:
      "    if (entry !== undefined && config.caches[cache] === undefined && now.getTime() - (newest === undefined ? 0 : instantOf(newest.slot).getTime()) > 90_000_000) return [];\n    const since =\n      newest === undefined",
  },
  {
    name: 'suspect points count as fresh',
    file: 'core/decide/assess-freshness.ts',
    find: "const newest = entry?.recent.find(({ verdict }) => verdict === 'verified');",
    replace: "const newest = entry?.recent.find(({ verdict }) => verdict !== 'corrupt');",
  },
  {
    name: 'too old a grace',
    file: 'core/decide/assess-freshness.ts',
    find: 'export const RPO_GRACE_SECONDS = 900;',
    replace: 'export const RPO_GRACE_SECONDS = 9_000;',
  },
  {
    name: 'heartbeat before verification',
    file: 'lambdas/watch-vault.ts',
    find: 'outside.length === 0 && fleet.every(({ newest }) => newest !== undefined)',
    replace: 'fleet.length > 0',
  },
  {
    name: 'alerts told every watch',
    file: 'core/decide/plan-watch.ts',
    find: 'const TELL_AGAIN_AFTER_MS = 3_600_000;',
    replace: 'const TELL_AGAIN_AFTER_MS = 900_000;',
  },
  {
    name: 'never told that it is over',
    file: 'core/decide/plan-watch.ts',
    find: 'if (toldAt !== undefined) alerts.push(alertOfRecovery(each));',
    replace: '',
  },
  {
    name: 'the alert is swallowed',
    file: 'lambdas/raise-alert.ts',
    find: 'await alerts.publish(alert);',
    replace: 'if (alert.severity !== "page") await alerts.publish(alert);',
  },
  {
    name: 'one refused alert repeats the others',
    file: 'lambdas/watch-vault.ts',
    find: '  const unsent = await tell(decision.alerts, world.alerts);',
    replace:
      '  for (const alert of decision.alerts) await world.alerts.publish(alert);\n  const unsent: readonly Unsent[] = [];',
  },
  {
    name: 'the alert tells the drill’s token',
    file: 'lambdas/verify-restore.ts',
    find: "if (token === undefined)",
    replace:
      "if (token !== undefined && cache.length > 99) throw new Error('x');\n  if (token !== undefined && check.waitSeconds > 0 && drill.endsWith('T023000Z')) throw new AppError('RestoreUnreachable', new TextDecoder().decode(token.body));\n  if (token === undefined)",
  },
  {
    name: 'teardown skips staged files',
    file: 'lambdas/tear-down-drill.ts',
    find: '  for (const { key } of await staging.list(stagingKeys.drill(cache, drill))) await staging.remove(key);\n',
    replace: '',
  },
  {
    name: 'nobody sweeps staged files',
    file: 'lambdas/sweep-drills.ts',
    find: 'for (const key of objects) await staging.remove(key);',
    replace: '',
  },
  {
    name: 'nobody sweeps clusters',
    file: 'core/decide/find-leftovers.ts',
    find: 'return ageSeconds > DRILL_TTL_SECONDS ? [{ cluster, ageSeconds }] : [];',
    replace: 'return ageSeconds > 9 * DRILL_TTL_SECONDS ? [{ cluster, ageSeconds }] : [];',
  },
  {
    name: 'the sweep goes by name alone',
    file: 'lambdas/sweep-drills.ts',
    find: 'if ((await elasticache.tagsOf(cluster.arn))[DRILL_TAG] === undefined) continue;',
    replace: '',
  },
  {
    name: 'teardown gives up at once',
    file: 'lambdas/tear-down-drill.ts',
    find: "  if (cluster.status !== 'deleting') await elasticache.deleteCluster(id);",
    replace: "  if (cluster.status === 'available') return READY;\n  if (cluster.status !== 'deleting') await elasticache.deleteCluster(id);",
  },
  {
    name: 'drill clusters carry no tag',
    file: 'lambdas/create-drill-cluster.ts',
    find: 'tags: { [DRILL_TAG]: `${cache}/${drill}` },',
    replace: 'tags: {},',
  },
  {
    name: 'drills stage under the vault’s key',
    file: 'lambdas/stage-shard.ts',
    find: "encryption: 'sse-s3' });",
    replace: "encryption: { kmsKeyArn: 'vault' } });",
  },
  {
    name: 'drills take a suspect point',
    file: 'core/decide/plan-drill.ts',
    find: ".filter(({ verdict }) => verdict === 'verified')",
    replace: ".filter(({ verdict }) => verdict !== 'verified' || points.length === 1)",
  },
  {
    name: 'failed ingests are never tried again',
    file: 'core/decide/order-ingests.ts',
    find: 'const PAUSE_MS = 60 * 60_000;',
    replace: 'const PAUSE_MS = 9_000 * 60_000;',
  },
  {
    name: 'a failing export holds up the others',
    file: 'core/decide/order-ingests.ts',
    find: 'const STANDS_ASIDE_AFTER = 3;',
    replace: 'const STANDS_ASIDE_AFTER = 3_000;',
  },
  {
    name: 'ingests are retried without a pause',
    file: 'core/decide/order-ingests.ts',
    find: 'const PAUSE_MS = 60 * 60_000;',
    replace: 'const PAUSE_MS = 60_000;',
  },
  {
    name: 'a duplicate delivery starts another backup',
    file: 'lambdas/start-backups.ts',
    find: 'executionNameOf(cache, slot), {',
    replace: 'executionNameOf(cache, slot, 1 + (world.now().getTime() % 7)), {',
  },
  {
    name: 'late deliveries take snapshots of stale slots',
    file: 'lambdas/start-backups.ts',
    find: '|| isStale(slot, chosen.every, world.now())) {',
    replace: ') {',
  },
  {
    name: 'tier from the hour, not from evidence',
    file: 'core/decide/classify-tier.ts',
    find: 'if (!taken) return',
    replace: "if (!taken && (tier !== 'monthly' || instant.getUTCDate() === 1)) return",
  },
  {
    name: 'every fault is permanent',
    file: 'lib/workflow/retries.ts',
    find: 'export const STEP_RETRIES: readonly RetryProps[] = [PERMANENT, SOURCE_BUSY, TRANSIENT, ANYTHING_ELSE];',
    replace:
      'export const STEP_RETRIES: readonly RetryProps[] = [PERMANENT, { ...SOURCE_BUSY, maxAttempts: 0 }, { ...TRANSIENT, maxAttempts: 0 }, { ...ANYTHING_ELSE, maxAttempts: 0 }];',
  },
  {
    name: 'backups fail without an alert',
    file: 'lib/backup/definition.ts',
    find: 'return alert;\n}\n\n/** The export is sealed',
    replace: 'return fail;\n}\n\n/** The export is sealed',
  },
];

export function mutationNamed(name: string): Mutation {
  const found = MUTATIONS.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new Error(`there is no planted bug '${name}'; known are ${MUTATIONS.map((each) => each.name).join(', ')}`);
}
