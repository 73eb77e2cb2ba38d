import type { TopologyDifference } from '../contracts/drill.ts';
import type { DrillPlan } from '../contracts/steps.ts';
import { SERVERLESS_NODE_TYPE, type Topology } from '../contracts/topology.ts';

/**
 * Where a drill's cluster is not built as the cache was. A drill proves the data, so it rebuilds what holds data (engine,
 * shards, slots) and nothing that only serves it; whoever restores for real has to rebuild the rest.
 */
export function compareTopology(recorded: Topology, plan: DrillPlan): readonly TopologyDifference[] {
  const rules = plan.nodeType === SERVERLESS_NODE_TYPE ? SERVERLESS_RULES : RULES;
  return rules.flatMap((rule) => rule(recorded, plan) ?? []);
}

type Rule = (recorded: Topology, plan: DrillPlan) => TopologyDifference | undefined;

const NONE = 'defaults';
const DATA_ONLY = 'a drill only reads; it serves nobody';

const RULES: readonly Rule[] = [
  ({ nodeType }, plan) =>
    differing(
      'node type',
      nodeType,
      plan.nodeType,
      'the plan’s node type for drills, checked against the data’s size',
    ),
  ({ replicas }) => differing('replicas per shard', String(replicas), '0', DATA_ONLY),
  engineVersion,
  ({ parameterGroup }) =>
    parameterGroup.startsWith('default.')
      ? undefined
      : differing(
          'parameter group',
          parameterGroup,
          'the engine’s default',
          'parameter groups of the source do not exist in the vault’s region',
        ),
  ({ parameters }) =>
    differing(
      'parameters',
      Object.entries(parameters)
        .map(([name, value]) => `${name} = ${value}`)
        .sort()
        .join(', ') || NONE,
      NONE,
      'a drill runs with the engine’s defaults',
    ),
  access('a token that only this drill has', 'nobody else gets in, and no credential of production is used'),
  ({ tls }) => differing('TLS', tls ? 'on' : 'off', 'on', 'the drill’s token is never sent in the clear'),
  ({ automaticFailover, clusterMode }) =>
    differing(
      'automatic fail-over',
      onOff(automaticFailover),
      onOff(clusterMode),
      clusterMode ? 'cluster mode insists on it' : 'there is no replica to fail over to',
    ),
  ({ multiAz }) => differing('Multi-AZ', onOff(multiAz), 'off', DATA_ONLY),
  ({ durability }) =>
    durability === undefined
      ? undefined
      : differing('durability', durability, 'disabled', 'it needs replicas; the data is the same'),
  network,
  tags,
];

/** Of a serverless cache that was restored into one. */
const SERVERLESS_RULES: readonly Rule[] = [
  engineVersion,
  ({ serverless }, { serverless: limits }) =>
    limits &&
    differing(
      'limits',
      limitsText(serverless?.storageGb?.maximum, serverless?.ecpuPerSecond?.maximum),
      limitsText(limits.storageGb, limits.ecpuPerSecond),
      'the plan limits what a drill may cost',
    ),
  access('open to its network', 'only the security group of the comparing Lambda reaches it'),
  network,
  tags,
];

function limitsText(storageGb: number | undefined, ecpuPerSecond: number | undefined): string {
  return `${storageGb ?? 'any'} GB, ${ecpuPerSecond ?? 'any'} ECPU per second`;
}

function access(restored: string, because: string): Rule {
  return ({ auth, userGroups }) => differing('access', ACCESS[auth](userGroups), restored, because);
}

function network({ securityGroups, subnetGroup, server }: Topology): TopologyDifference | undefined {
  return differing(
    'network',
    [
      ...(subnetGroup === undefined ? [] : [subnetGroup]),
      ...securityGroups,
      ...(server?.hosts ?? []).map(({ host }) => host),
    ].join(', '),
    'the drill network, without a way out',
    'a drill has no route to production',
  );
}

function tags({ tags: recorded }: Topology): TopologyDifference | undefined {
  const names = Object.keys(recorded).sort();
  if (names.length === 0) return undefined;
  return differing(
    'tags',
    names.join(', '),
    'the drill’s own',
    'with the cache’s own it would be taken for the cache',
  );
}

const ACCESS: Readonly<Record<Topology['auth'], (groups: readonly string[]) => string>> = {
  none: () => 'open to its network',
  token: () => 'an AUTH token',
  users: (groups) => `users of ${groups.join(', ') || 'a user group'}`,
};

/** ElastiCache takes `major.minor` and chooses the patch, so only a change of those is a difference. */
function engineVersion(
  { engine, engineVersion: recorded }: Topology,
  plan: DrillPlan,
): TopologyDifference | undefined {
  if (`${recorded}.`.startsWith(`${plan.engineVersion}.`) && engine === plan.engine) return undefined;
  return differing(
    'engine',
    `${engine} ${recorded}`,
    `${plan.engine} ${plan.engineVersion}`,
    'a drill needs a version that tells a key’s absolute expiry; it loads the files of all older ones',
  );
}

function onOff(on: boolean): string {
  return on ? 'on' : 'off';
}

function differing(
  setting: string,
  recorded: string,
  restored: string,
  because: string,
): TopologyDifference | undefined {
  return recorded === restored ? undefined : { setting, recorded, restored, because };
}
