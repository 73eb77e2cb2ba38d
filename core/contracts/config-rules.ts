import { type Duration, readableSeconds, secondsOf } from '../model/duration.ts';
import { SNAPSHOT_BUDGET, SNAPSHOT_QUOTA_RESERVE, SNAPSHOTS_PER_NODE_PER_DAY } from '../model/limits.ts';
import { memoryBytesOf, NODE_TYPES, smallestNodeTypeFor, usableBytesOf } from '../model/node-types.ts';
import { otherPartitionOf } from '../model/region.ts';
import { TIERS, type Tier } from '../model/tier.ts';
import { DAY_SECONDS } from '../model/time.ts';
import type { Config } from './config.ts';
import { type Lock, lockDaysOf } from './lock.ts';
import { isProtected, type ProtectedPlan } from './plan.ts';
import { ownPlans } from './rehearsal.ts';

/**
 * What the shape of the configuration cannot say: rules between fields, and AWS's limits.
 * Every problem names the place, the value, and the fix.
 */
export function configProblems(config: Config): readonly string[] {
  return [
    ...regionProblems(config),
    ...keyProblems(config),
    ...sourceKeyProblems(config),
    ...aliasProblems(config),
    ...zoneProblems(config),
    ...lockProblems(config),
    ...ownPlans(config.plans).flatMap(([name, plan]) =>
      isProtected(plan) ? PLAN_RULES.flatMap((rule) => rule(plan, `plans.${name}`)) : [],
    ),
    ...quotaProblems(config),
    ...planProblems(config),
    ...serverProblems(config),
  ];
}

function planProblems({ caches, servers, plans }: Config): readonly string[] {
  const named = [
    ...Object.entries(caches).map(([cache, plan]) => [`caches.${cache}`, plan] as const),
    ...Object.entries(servers).map(([server, { plan }]) => [`servers.${server}.plan`, plan] as const),
  ];
  const known = ownPlans(plans).map(([name]) => name);
  return named
    .filter(([, plan]) => !Object.hasOwn(plans, plan))
    .map(
      ([where, plan]) =>
        `${where}: there is no plan '${plan}'; use one of ${known.join(', ') || 'the plans you define'}`,
    );
}

/** Servers and caches have one namespace: the name is what their recovery points are found by. */
function serverProblems({ caches, servers, source: { aliases = {} } }: Config): readonly string[] {
  return Object.keys(servers)
    .filter((name) => Object.hasOwn(caches, name) || Object.hasOwn(aliases, name))
    .map((name) => `servers.${name}: a cache has this name already; choose another name for the server`);
}

/** Each alias names another cache, and none has the name of the cache that it tells it apart from. */
function aliasProblems({ source: { aliases = {} } }: Config): readonly string[] {
  const found = Object.entries(aliases);
  return found.flatMap(([name, { id, kind }], at) => {
    const same = found.slice(0, at).find(([, other]) => other.id === id && other.kind === kind);
    if (same !== undefined)
      return [`source.aliases.${name}: ${same[0]} already stands for the ${kind} ${id}; keep one of the two`];
    if (name === id)
      return [`source.aliases.${name}: it is the id itself; choose another name, such as ${id}-2`];
    return [];
  });
}

function regionProblems({ source, vault }: Config): readonly string[] {
  const elsewhere = [
    ...partitionProblems('source.region', source.region),
    ...partitionProblems('vault.region', vault.region),
  ];
  if (source.region !== vault.region) return elsewhere;
  return [
    ...elsewhere,
    `vault.region: '${vault.region}' is the source's region too; choose another, or losing one region loses both`,
  ];
}

/** Other partitions have other ARNs and endpoints, and services that are missing. Nobody has proven Redrill there. */
function partitionProblems(field: string, region: string): readonly string[] {
  const partition = otherPartitionOf(region);
  if (partition === undefined) return [];
  return [
    `${field}: '${region}' belongs to the partition ${partition}, where Redrill has not been proven to work; choose a region of the commercial partition, such as eu-west-1`,
  ];
}

/** S3 encrypts with keys of the bucket's own region; a key of another account has a policy that is not Redrill's. */
function keyProblems({ account, vault }: Config): readonly string[] {
  const { kmsKeyArn, region } = vault;
  if (kmsKeyArn === undefined) return [];
  const [, , , keyRegion, keyAccount] = kmsKeyArn.split(':');
  const owner = vault.account ?? account ?? keyAccount;
  return [
    ...(keyRegion === region
      ? []
      : [`vault.kmsKeyArn: '${kmsKeyArn}' is a key of ${keyRegion}; use one of vault.region, ${region}`]),
    ...(keyAccount === owner
      ? []
      : [
          `vault.kmsKeyArn: '${kmsKeyArn}' is a key of the account ${keyAccount}; use one of the vault's, ${owner}`,
        ]),
  ];
}

/** A cache is encrypted with a key of its own region. */
function sourceKeyProblems({ source: { kmsKeys, region } }: Config): readonly string[] {
  const twice = kmsKeys.find((key, at) => kmsKeys.indexOf(key) !== at);
  return [
    ...kmsKeys
      .filter((key) => key.split(':')[3] !== region)
      .map((key) => `source.kmsKeys: '${key}' is not a key of source.region, ${region}`),
    ...(twice === undefined ? [] : [`source.kmsKeys: '${twice}' is given twice; name each key once`]),
  ];
}

function zoneProblems({ vault: { drillZones = [], drillNetwork, region } }: Config): readonly string[] {
  if (drillNetwork !== undefined && drillZones.length > 0)
    return ['vault.drillZones: the VPC of vault.drillNetwork has zones of its own; omit one of the two'];
  const twice = drillZones.find((zone, at) => drillZones.indexOf(zone) !== at);
  return [
    ...drillZones
      .filter((zone) => zone.slice(0, -1) !== region)
      .map((zone) => `vault.drillZones: '${zone}' is not a zone of vault.region, ${region}`),
    ...(twice === undefined ? [] : [`vault.drillZones: '${twice}' is given twice; name each zone once`]),
  ];
}

/**
 * S3 keeps what is locked, whatever the lifecycle says: a lock beyond a tier's retention breaks that promise. Both count from
 * the moment that an object is written, and S3 expires at the midnight after, so equal days are right.
 */
function lockProblems({ vault, plans }: Config): readonly string[] {
  const { lock } = vault;
  const tooShort = LOCKED_TIERS.filter((tier) => lockDaysOf(lock, tier) < lock.days).map(
    (tier) =>
      `vault.lock.tiers.${tier}: ${lock.tiers[tier]} is shorter than vault.lock.days, which every version is locked for when it is written; ` +
      `use at least ${lock.days}, or omit it`,
  );
  const tooLong = ownPlans(plans).flatMap(([name, plan]) =>
    isProtected(plan)
      ? TIERS.filter((tier) => tier === 'hourly' || lock.tiers[tier] !== undefined).flatMap((tier) =>
          outlivedBy(lock, tier, { name, kept: plan.keep[tier] }),
        )
      : [],
  );
  return [...tooShort, ...tooLong];
}

const LOCKED_TIERS = ['daily', 'weekly', 'monthly'] as const;

function outlivedBy(
  lock: Lock,
  tier: Tier,
  { name, kept }: { readonly name: string; readonly kept: Duration | 'forever' },
): readonly string[] {
  const days = lockDaysOf(lock, tier);
  const keptDays = kept === 'forever' ? Number.POSITIVE_INFINITY : Math.floor(secondsOf(kept) / DAY_SECONDS);
  if (keptDays >= days) return [];
  const where = tier === 'hourly' ? 'vault.lock.days' : `vault.lock.tiers.${tier}`;
  return [
    `${where}: ${days} locks ${tier} recovery points beyond plans.${name}.keep.${tier} '${kept}'; ` +
      (keptDays === 0 ? 'keep them longer' : `use at most ${keptDays}, or keep them longer`),
  ];
}

/** Servers have no snapshots, and no quota of them. */
function quotaProblems({ plans, caches, servers }: Config): readonly string[] {
  const ofCaches = new Set(Object.values(caches));
  const ofServers = new Set(Object.values(servers).map(({ plan }) => plan));
  return ownPlans(plans).flatMap(([name, plan]) =>
    isProtected(plan) && (ofCaches.has(name) || !ofServers.has(name))
      ? withinSnapshotQuota(plan, `plans.${name}`)
      : [],
  );
}

type PlanRule = (plan: ProtectedPlan, where: string) => readonly string[];

const dividesTheDay: PlanRule = ({ every }, where) =>
  DAY_SECONDS % secondsOf(every) === 0
    ? []
    : [
        `${where}.every: '${every}' does not divide a day evenly; use for example 1h, 2h, 3h, 4h, 6h, 8h, 12h or 24h`,
      ];

const CADENCES = ['15m', '30m', '1h', '2h'] as const;

/** A plan that needs more would lose a slot every day, at the same hour. */
const withinSnapshotQuota: PlanRule = ({ every, nodesPerCache }, where) => {
  const perNode = (cadence: Duration) => Math.ceil(DAY_SECONDS / secondsOf(cadence) / nodesPerCache);
  if (perNode(every) <= SNAPSHOT_BUDGET) return [];
  const shortest = CADENCES.find((cadence) => perNode(cadence) <= SNAPSHOT_BUDGET);
  return [
    `${where}.every: '${every}' takes ${perNode(every)} manual snapshots per node in 24 h; ElastiCache allows ` +
      `${SNAPSHOTS_PER_NODE_PER_DAY}, of which Redrill leaves ${SNAPSHOT_QUOTA_RESERVE} to you; use '${shortest}' or longer, ` +
      'or set nodesPerCache if every cache on this plan has cluster mode off and more nodes',
  ];
};

const rpoAboveCadence: PlanRule = ({ every, rpo }, where) =>
  secondsOf(rpo) > secondsOf(every)
    ? []
    : [
        `${where}.rpo: '${rpo}' cannot be met by a backup every ${every}: the newest copy is up to ${every} old before the next one starts; ` +
          `raise rpo above ${readableSeconds(secondsOf(every))} or shorten every`,
      ];

const NEIGHBOURS = [
  ['hourly', 'daily'],
  ['daily', 'weekly'],
  ['weekly', 'monthly'],
] as const;

const tiersInOrder: PlanRule = ({ keep }, where) =>
  NEIGHBOURS.flatMap(([shorter, tier]) => {
    const [less, more] = [keep[shorter], keep[tier]];
    if (more === 'forever' || secondsOf(less) <= secondsOf(more)) return [];
    return [
      `${where}.keep.${tier}: '${more}' is shorter than keep.${shorter} '${less}'; tiers are kept longer from hourly to monthly`,
    ];
  });

const wholeDaysKept: PlanRule = ({ keep }, where) =>
  TIERS.flatMap((tier) => {
    const kept = keep[tier];
    if (kept === 'forever' || secondsOf(kept) % DAY_SECONDS === 0) return [];
    return [
      `${where}.keep.${tier}: '${kept}' is not whole days, and S3 expires by the day; write for example 2d`,
    ];
  });

const GIB = 1024 ** 3;

const drillNodesLargeEnough: PlanRule = ({ drill, largestShardGib }, where) => [
  ...nodeProblems(drill.nodeType, `${where}.drill.nodeType`, largestShardGib),
  ...drill.fallbackNodeTypes.flatMap((nodeType, index) =>
    nodeProblems(nodeType, `${where}.drill.fallbackNodeTypes.${index}`, largestShardGib),
  ),
];

function nodeProblems(nodeType: string, where: string, largestShardGib?: number): readonly string[] {
  const [memory, usable] = [memoryBytesOf(nodeType), usableBytesOf(nodeType)];
  if (memory === undefined || usable === undefined) {
    return [
      `${where}: '${nodeType}' is not a node type that Redrill knows; use one of ${NODE_TYPES.join(', ')}`,
    ];
  }
  if (largestShardGib === undefined || largestShardGib * GIB <= usable) return [];
  const fits = smallestNodeTypeFor(largestShardGib * GIB, nodeType);
  return [
    `${where}: '${nodeType}' has ${(memory / GIB).toFixed(2)} GiB, of which a quarter stays reserved, and a shard holds ` +
      `up to ${largestShardGib} GiB; ${fits === undefined ? 'no node type holds it: use more shards' : `use '${fits}' or larger`}`,
  ];
}

/** A window that no recovery point can lie in would make `random` mean `latest`. */
const windowReachesBack: PlanRule = ({ drill, every }, where) =>
  secondsOf(drill.window) >= secondsOf(every)
    ? []
    : [
        `${where}.drill.window: '${drill.window}' is shorter than the time between two backups, ${every}; use '${every}' or longer`,
      ];

const PLAN_RULES: readonly PlanRule[] = [
  dividesTheDay,
  rpoAboveCadence,
  tiersInOrder,
  wholeDaysKept,
  drillNodesLargeEnough,
  windowReachesBack,
];
