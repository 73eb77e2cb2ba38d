import type { RestoredClusterOrder } from '../contracts/restore.ts';
import { SERVERLESS_NODE_TYPE, type Topology } from '../contracts/topology.ts';
import { databasesOf } from '../drill/databases-of.ts';
import { compareVersions, majorOf } from '../model/version-order.ts';
import { securityGroupsOf } from './access.ts';
import { DEFAULT_NAME, type RestoreChoices, type Sheet } from './sheet.ts';

/** What stands for no user group among their ids. */
const NO_USER_GROUP = 'none';

type Serverless = NonNullable<Topology['serverless']>;

/** As the cache was, unless a kind is asked for; a node type asks for nodes. */
export function makesServerless(
  topology: Pick<Topology, 'serverless'>,
  { serverless, nodeType }: Pick<RestoreChoices, 'serverless' | 'nodeType'>,
): boolean {
  return serverless ?? (topology.serverless !== undefined && nodeType === undefined);
}

/** The serverless cache that a restore makes; what it cannot have of a node-based one comes first. */
export function restoreServerless(sheet: Sheet): Omit<RestoredClusterOrder, 'tags'> {
  const { topology } = sheet.point;
  if (topology.serverless === undefined) leaveNodes(sheet);
  refuseDatabases(sheet);
  leaveFunctions(sheet);
  const engine = serverlessEngine(sheet);
  const access = serverlessAccess(sheet);
  const { storageGb, ecpuPerSecond } = topology.serverless ?? {};
  const kmsKey = keyOf(sheet);
  sheet.note(
    'AWS does not document whether a serverless cache can be created from RDB files in S3. If it refuses, nothing is created, and --apply prints the commands for another way',
  );
  return {
    ...engine,
    nodeType: SERVERLESS_NODE_TYPE,
    clusterMode: true,
    shards: topology.shards.map(({ shard, slots }) => (slots === undefined ? { shard } : { shard, slots })),
    replicas: 1,
    parameterGroup: '',
    securityGroups: securityGroupsOf(sheet),
    tls: true,
    ...access,
    automaticFailover: true,
    multiAz: true,
    serverless: {
      ...(storageGb && { storageGb }),
      ...(ecpuPerSecond && { ecpuPerSecond }),
      subnets: subnetsOf(sheet),
      ...(kmsKey && { kmsKey }),
    },
  };
}

/** What a node-based cluster cannot have of a serverless cache. */
export function leaveServerless({ differ }: Sheet, { storageGb, ecpuPerSecond, kmsKey }: Serverless): void {
  differ({ setting: 'kind', recorded: 'serverless', restored: 'node-based', because: 'asked for' });
  const limits = [
    storageGb && `storage ${rangeText(storageGb)} GB`,
    ecpuPerSecond && `${rangeText(ecpuPerSecond)} ECPU/s`,
  ].filter(Boolean);
  differ({
    setting: 'usage limits',
    recorded: limits.join(', ') || 'none',
    restored: 'none',
    because: 'nodes are limited by their type',
  });
  differ({
    setting: 'encryption key',
    recorded: kmsKey ?? 'AWS’s own',
    restored: 'AWS’s own',
    because: 'restored clusters are encrypted with it',
  });
}

export const rangeText = ({
  minimum,
  maximum,
}: {
  minimum?: number | undefined;
  maximum?: number | undefined;
}) => `${minimum ?? 0}–${maximum ?? 'AWS’s limit'}`;

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/RedisConfiguration.html (checked 2026-11-25) */
function leaveNodes({ point, differ, note }: Sheet): void {
  const { topology } = point;
  const { clusterMode, nodeType, parameterGroup, parameters } = topology;
  differ({
    setting: 'kind',
    recorded: `${topology.shards.length} × ${nodeType}`,
    restored: SERVERLESS_NODE_TYPE,
    because: '--serverless',
  });
  differ({
    setting: 'cluster mode',
    recorded: clusterMode ? 'on' : 'off',
    restored: 'on',
    because: 'a serverless cache always has it: clients must support it',
  });
  const changed = Object.entries(parameters).map(([name, value]) => `${name} = ${value}`);
  differ({
    setting: 'parameters',
    recorded: changed.sort().join(', ') || parameterGroup,
    restored: 'none',
    because: 'a serverless cache has no parameter group; it evicts keys that expire (volatile-lru)',
  });
  differ({
    setting: 'TLS',
    recorded: topology.tls ? 'on' : 'off',
    restored: 'on',
    because: 'a serverless cache always has it',
  });
  note(
    'no usage limits are set, so nothing limits the costs. To set them once it is available: aws elasticache modify-serverless-cache --cache-usage-limits',
  );
  note(
    'a serverless cache takes no key names longer than 4 KiB; the recovery point does not record their length',
  );
}

/** A serverless cache has database 0 alone, as any cluster before Valkey 9. */
function refuseDatabases({ point, need }: Sheet): void {
  const others = databasesOf(point.shards).filter((database) => database !== '0');
  if (others.length === 0) return;
  need({
    setting: 'databases',
    message: `it has keys in database ${others.join(', ')}, and a serverless cache has database 0 alone; restore it node-based`,
  });
}

function leaveFunctions({ point, differ }: Sheet): void {
  const libraries = Math.max(0, ...point.shards.map((each) => (each.sound ? each.content.functions : 0)));
  if (libraries === 0) return;
  differ({
    setting: 'functions',
    recorded: `${libraries} ${libraries === 1 ? 'library' : 'libraries'}`,
    restored: 'cannot be called',
    because:
      'a serverless cache has no FUNCTION; AWS does not document whether it ignores or refuses files with functions',
  });
}

/**
 * Major versions of serverless caches, oldest first.
 * https://github.com/aws/aws-cdk (aws-elasticache-alpha, serverless-cache.ts); files of Redis OSS 5.0 and newer can be read:
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-seeding-redis.html (checked 2026-11-25)
 */
const MAJORS: Readonly<Record<string, readonly string[]>> = { redis: ['7'], valkey: ['7', '8'] };
const OLDEST_FILES = '5.0';

function serverlessEngine(sheet: Sheet): Pick<RestoredClusterOrder, 'engine' | 'engineVersion'> {
  const { point, choices, need, differ } = sheet;
  const { engine: recordedEngine, engineVersion: recorded } = point.topology;
  const engine = choices.engine ?? recordedEngine;
  const offered = MAJORS[engine] ?? [];
  const asked = choices.engineVersion;
  const isOffered = (major: string) =>
    compareVersions(major, majorOf(recorded)) >= 0 && (asked === undefined || major === majorOf(asked));
  const found = offered.find(isOffered);
  const refuse = (why: string) => need({ setting: 'engine', message: why });
  if (recordedEngine === 'valkey' && engine !== 'valkey')
    refuse(`what Valkey wrote, ${engine} does not load; leave --engine out`);
  else if (recordedEngine === 'redis' && compareVersions(recorded, OLDEST_FILES) < 0)
    refuse(
      `a serverless cache does not load files of Redis OSS ${recorded}, which is before 5.0; restore it node-based`,
    );
  else if (found === undefined)
    refuse(
      `serverless caches have ${engine} ${offered.join(' and ')}, and its files are of ${recordedEngine} ${recorded}${asked === undefined ? '; restore it node-based' : `, not of ${engine} ${asked}; choose another --engine-version`}`,
    );
  const engineVersion = found ?? asked ?? majorOf(recorded);
  const isSame = engine === recordedEngine && engineVersion === majorOf(recorded);
  differ({
    setting: 'engine',
    recorded: `${recordedEngine} ${recorded}`,
    restored: isSame ? `${recordedEngine} ${recorded}` : `${engine} ${engineVersion}`,
    because: (choices.engine ?? asked) ? 'asked for' : 'serverless caches have no older version',
  });
  return { engine, engineVersion };
}

/** Users of a user group, or nobody's password, which has to be asked for where the cache had one. */
function serverlessAccess({ point, choices, facts, need, differ }: Sheet) {
  const { auth, userGroups } = point.topology;
  const wanted = choices.userGroup ?? (auth === 'users' ? userGroups[0] : undefined);
  const userGroup = wanted === NO_USER_GROUP ? undefined : wanted;
  if (userGroup !== undefined && !facts.userGroups.includes(userGroup))
    need({
      setting: 'users',
      message: `there is no active user group '${userGroup}' in ${choices.region}; name one with --user-group${facts.userGroups.length === 0 ? '' : `: ${facts.userGroups.join(', ')}`}, or leave it open to its network with --user-group ${NO_USER_GROUP}`,
    });
  if (wanted === undefined && auth === 'token')
    need({
      setting: 'access',
      message: `the cache was behind an AUTH token, and a serverless cache has none; name a user group with --user-group, or leave it open to its network with --user-group ${NO_USER_GROUP}`,
    });
  differ({
    setting: 'access',
    recorded:
      auth === 'users' ? userGroups.join(', ') : auth === 'token' ? 'an AUTH token' : 'open to its network',
    restored: userGroup ?? 'open to its network',
    because: 'a serverless cache has a user group or no password',
  });
  return userGroup === undefined ? ({ auth: 'none' } as const) : ({ auth: 'users', userGroup } as const);
}

/** Of one VPC, two or three: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateServerlessCache.html */
const MOST_SUBNETS = 3;

/** Empty for those of the default VPC. Subnets exist in their own region alone. */
function subnetsOf(sheet: Sheet): string[] {
  const { point, choices, differ, need } = sheet;
  const { serverless, subnetGroup } = point.topology;
  const recorded = serverless?.subnets.join(', ') ?? subnetGroup ?? 'the default VPC’s';
  const chosen = choices.subnets ?? [];
  const restored = chosen.length > 0 ? chosen.filter((id) => id !== DEFAULT_NAME) : ownSubnets(sheet);
  if (restored === undefined) {
    need({
      setting: 'subnets',
      message: `${recorded}: not in ${choices.region}; name two or three subnets of one VPC there with --subnet, or those of the default VPC with --subnet ${DEFAULT_NAME}`,
    });
    return [];
  }
  const now = restored.join(', ') || 'the default VPC’s';
  const isSame = serverless === undefined && chosen.length === 0;
  differ({ setting: 'subnets', recorded, restored: isSame ? recorded : now, because: '--subnet' });
  return [...restored];
}

function ownSubnets({ point, choices, facts }: Sheet): readonly string[] | undefined {
  const { serverless, subnetGroup } = point.topology;
  if (serverless !== undefined)
    return choices.region === point.source.region ? serverless.subnets : undefined;
  if (subnetGroup === undefined || subnetGroup === DEFAULT_NAME) return [];
  return facts.subnetGroups.find(({ name }) => name === subnetGroup)?.subnets?.slice(0, MOST_SUBNETS);
}

/** A key encrypts in its own region alone. */
function keyOf({ point, choices, differ }: Sheet): string | undefined {
  const recorded = point.topology.serverless?.kmsKey;
  const kmsKey = choices.region === point.source.region ? recorded : undefined;
  differ({
    setting: 'encryption key',
    recorded: recorded ?? 'AWS’s own',
    restored: kmsKey ?? 'AWS’s own',
    because: `the key is in ${point.source.region}`,
  });
  return kmsKey;
}
