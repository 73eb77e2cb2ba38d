import type { Mutation } from './mutation.ts';

/** Bugs in what is kept, and for how long. */
export const RETENTION_BUGS: readonly Mutation[] = [
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
    days: 100,
    file: 'lib/storage/lifecycle.ts',
    find: 'StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter',
    replace: 'StorageClass.DEEP_ARCHIVE, transitionAfter',
  },
  {
    name: 'the registry expires',
    file: 'lib/storage/lifecycle.ts',
    find: 'prefix: vaultKeys.registryPrefix,',
    replace: 'prefix: vaultKeys.registryPrefix, expiration: Duration.days(1),',
  },
  {
    name: 'a Lambda may delete versions',
    file: 'lib/ingest/ingest-lambdas.ts',
    find: "vault.on(['s3:GetObjectTagging', 's3:PutObjectTagging'], POINTS)",
    replace: "vault.on(['s3:GetObjectTagging', 's3:PutObjectTagging', 's3:DeleteObjectVersion'], POINTS)",
  },
  {
    name: 'release counts suspect points',
    under: ['FLUSHALL', 'shrunk'],
    file: 'core/retention/decide-releases.ts',
    find: "if (point.verdict === 'verified') lineages.count(lineage);",
    replace: "if (point.verdict !== 'corrupt') lineages.count(lineage);",
  },
  {
    name: 'release counts corrupt points',
    under: ['file flipped', 'file truncated', 'file trailing'],
    file: 'core/retention/decide-releases.ts',
    find: "if (point.verdict === 'verified') lineages.count(lineage);",
    replace: 'lineages.count(lineage);',
  },
  {
    name: 'release by age',
    file: 'core/retention/decide-releases.ts',
    find: 'else if (newerVerified >= minimumRedundancy)',
    replace: "else if (newerVerified >= minimumRedundancy || point.tier === 'hourly')",
  },
  {
    name: 'one newer copy is enough',
    file: 'core/retention/decide-releases.ts',
    find: 'else if (newerVerified >= minimumRedundancy)',
    replace: 'else if (newerVerified >= 1)',
  },
  {
    name: 'a cache made anew supersedes the earlier one',
    under: ['deleted and made again'],
    file: 'core/model/lineage.ts',
    find: 'return one === undefined || other === undefined || one === other;',
    replace: 'return one === undefined || other === undefined || one.length === other.length;',
  },
  {
    name: 'tier from the hour, not from evidence',
    under: ['file flipped', 'data tiering'],
    file: 'core/retention/classify-tier.ts',
    find: 'return !taken;',
    replace: 'return !taken && (periodOf !== PERIODS[0]?.periodOf || instantOf(slot).getUTCDate() === 1);',
  },
];
