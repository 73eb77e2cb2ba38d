import type { CreateReplicationGroupCommandInput, NodeGroupConfiguration } from '@aws-sdk/client-elasticache';
import type { Readings } from '../../readings.ts';
import { coversAllSlotsOnce, evenSlots, parseSlots, type SlotRange } from '../../redis/slots.ts';
import { NotModelledError } from '../service.ts';
import { parseTags } from './authorization.ts';
import { type EngineVersion, parseEngine } from './engine-versions.ts';
import { parseName } from './names.ts';
import { NODE_TYPES } from './node-types.ts';
import { defaultParameterGroupName } from './parameter-groups.ts';
import { acceptOnly, invalidCombination, invalidValue } from './refusals.ts';
import type { GroupSettings, Tags } from './state.ts';
import { DEFAULT_SUBNET_GROUP } from './subnet-groups.ts';
import { maintenanceWindowOf, snapshotWindowOf } from './windows.ts';

type Input = CreateReplicationGroupCommandInput;

/** Parameters of CreateReplicationGroup that are modelled. */
const PARAMETERS = [
  'ReplicationGroupId',
  'ReplicationGroupDescription',
  'AutomaticFailoverEnabled',
  'MultiAZEnabled',
  'NumCacheClusters',
  'NumNodeGroups',
  'ReplicasPerNodeGroup',
  'NodeGroupConfiguration',
  'CacheNodeType',
  'Engine',
  'EngineVersion',
  'CacheParameterGroupName',
  'CacheSubnetGroupName',
  'SecurityGroupIds',
  'Tags',
  'SnapshotArns',
  'PreferredMaintenanceWindow',
  'Port',
  'AutoMinorVersionUpgrade',
  'SnapshotRetentionLimit',
  'SnapshotWindow',
  'AuthToken',
  'TransitEncryptionEnabled',
  'AtRestEncryptionEnabled',
  'KmsKeyId',
  'DataTieringEnabled',
  'NetworkType',
  'IpDiscovery',
  'TransitEncryptionMode',
  'ClusterMode',
  'Durability',
];

/** Parameters of which only one value is modelled: what happens without them. */
const ONLY: readonly (readonly [keyof Input, unknown])[] = [
  ['DataTieringEnabled', false],
  ['NetworkType', 'ipv4'],
  ['IpDiscovery', 'ipv4'],
  ['TransitEncryptionMode', 'required'],
];

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html */
const MOST_REPLICAS = 5;
/** The default quota of NodeGroupsPerReplicationGroup. Same page, errors. */
const MOST_SHARDS = 90;
const USUAL_PORT = 6379;

export interface ShardRequest {
  /** The node group's. */
  readonly id: string;
  readonly slots: readonly SlotRange[];
  readonly replicas: number;
}

/** A request for a group, in itself sound. */
export interface GroupRequest {
  readonly settings: Omit<GroupSettings, 'account' | 'region'>;
  readonly shards: readonly ShardRequest[];
  readonly tags: Tags;
  readonly snapshotArns: readonly string[];
}

/** @throws InvalidParameterValue, InvalidParameterCombination; NotModelled */
export function parseGroupRequest(
  input: Input,
  turnsClusterModeOn: (parameterGroupName: string) => boolean,
  readings: Readings,
): GroupRequest {
  acceptOnly('CreateReplicationGroup', input, PARAMETERS);
  for (const [name, value] of ONLY) {
    if (input[name] !== undefined && input[name] !== value) {
      throw new NotModelledError(`${name} ${String(input[name])} of elasticache:CreateReplicationGroup`);
    }
  }
  const engine = parseEngine(input.Engine, input.EngineVersion);
  const clusterMode = clusterModeOf(input, turnsClusterModeOn);
  const shards = shardsOf(input, clusterMode, readings);
  checkFailover(input, clusterMode, shards);
  const request: GroupRequest = {
    settings: settingsOf(input, engine, clusterMode),
    shards,
    tags: parseTags(input.Tags),
    snapshotArns: input.SnapshotArns ?? [],
  };
  checkSecurity(input);
  checkDurability(input, request);
  checkSeeds(input, request);
  return request;
}

function settingsOf(
  input: Input,
  engine: EngineVersion,
  clusterMode: 'on' | 'off',
): GroupRequest['settings'] {
  if ((input.ReplicationGroupDescription ?? '') === '') {
    throw invalidValue('The parameter ReplicationGroupDescription must be provided and must not be blank.');
  }
  return {
    id: parseName('ReplicationGroupId', input.ReplicationGroupId),
    isStandalone: false,
    description: input.ReplicationGroupDescription ?? '',
    clusterMode,
    nodeType: nodeTypeOf(input.CacheNodeType),
    engine,
    parameterGroupName:
      input.CacheParameterGroupName ?? defaultParameterGroupName(engine.family, clusterMode),
    subnetGroupName: (input.CacheSubnetGroupName ?? DEFAULT_SUBNET_GROUP).toLowerCase(),
    securityGroupIds: input.SecurityGroupIds ?? [],
    tls: input.TransitEncryptionEnabled ?? false,
    authToken: input.AuthToken,
    atRestEncryption: input.AtRestEncryptionEnabled ?? false,
    kmsKeyId: input.KmsKeyId,
    automaticFailover: input.AutomaticFailoverEnabled ?? false,
    multiAz: input.MultiAZEnabled ?? false,
    durability: input.Durability ?? 'default',
    port: portOf(input.Port),
    maintenanceWindow: maintenanceWindowOf(input.PreferredMaintenanceWindow ?? 'sun:23:00-mon:00:00'),
    snapshotWindow: snapshotWindowOf(input.SnapshotWindow ?? '03:00-04:00'),
    snapshotRetentionLimit: retentionOf(input.SnapshotRetentionLimit),
    autoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? true,
  };
}

/** Which ports AWS takes is documented nowhere; what is no TCP port it cannot take. */
function portOf(port = USUAL_PORT): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw invalidValue(`Invalid port: ${port}`);
}

function nodeTypeOf(given: string | undefined): string {
  if (given === undefined) throw invalidValue('The parameter CacheNodeType must be provided.');
  if (NODE_TYPES.includes(given)) return given;
  throw new NotModelledError(`the node type ${given}; it does ${NODE_TYPES.join(', ')}`);
}

function retentionOf(days = 0): number {
  if (days !== 0) throw new NotModelledError(`automatic snapshots (SnapshotRetentionLimit ${days})`);
  return days;
}

/** Cluster mode is on by request, by a parameter group that turns it on, or because there is more than one shard. */
function clusterModeOf(input: Input, turnsClusterModeOn: (group: string) => boolean): 'on' | 'off' {
  const { ClusterMode: asked, CacheParameterGroupName: group } = input;
  if (asked === 'compatible') throw new NotModelledError('ClusterMode compatible of ElastiCache');
  const implied = group === undefined ? (input.NumNodeGroups ?? 1) > 1 : turnsClusterModeOn(group);
  if (asked !== undefined) return asked === 'enabled' ? 'on' : 'off';
  return implied ? 'on' : 'off';
}

function shardsOf(input: Input, clusterMode: 'on' | 'off', readings: Readings): readonly ShardRequest[] {
  const given = input.NodeGroupConfiguration ?? [];
  const count = input.NumNodeGroups ?? Math.max(given.length, 1);
  if (given.length > 0 && given.length !== count) {
    throw invalidCombination('NodeGroupConfiguration must have as many elements as NumNodeGroups');
  }
  if (count < 1 || count > MOST_SHARDS)
    throw invalidValue(`NumNodeGroups is ${count}, not 1 to ${MOST_SHARDS}`);
  if (clusterMode === 'off' && count > 1) {
    throw invalidCombination('More than one node group needs a parameter group with cluster mode enabled');
  }
  const stated = given.filter(({ Slots }) => Slots !== undefined).length;
  if (stated !== 0 && stated !== count) throw invalidCombination('Slots must be given for every node group');
  const even = evenSlots(count);
  const shards = even.map((evenShare, index): ShardRequest => {
    const shard = given[index];
    if (shard !== undefined) checkShard(shard);
    return {
      id: (shard?.NodeGroupId ?? `${index + 1}`).padStart(4, '0'),
      slots: shard?.Slots === undefined ? evenShare : slotsOf(shard.Slots, readings),
      replicas: replicasOf(shard?.ReplicaCount ?? usualReplicas(input, clusterMode)),
    };
  });
  if (new Set(shards.map(({ id }) => id)).size < count) throw invalidValue('NodeGroupIds must differ');
  if (!coversAllSlotsOnce(shards.map(({ slots }) => slots))) {
    throw invalidValue('The slots of the node groups must cover 0-16383 and may not overlap');
  }
  return shards;
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_NodeGroupConfiguration.html: 1 to 4 digits. */
function checkShard(shard: NodeGroupConfiguration): void {
  acceptOnly('NodeGroupConfiguration', shard, SHARD_PARAMETERS);
  const { NodeGroupId: id = '0001' } = shard;
  if (!/^\d{1,4}$/.test(id)) throw invalidValue(`NodeGroupId '${id}' is not a number of 1 to 4 digits`);
}

const SHARD_PARAMETERS = ['NodeGroupId', 'Slots', 'ReplicaCount'];

function slotsOf(text: string, readings: Readings): readonly SlotRange[] {
  const slots = parseSlots(text);
  const isTooMany = readings['slot-ranges'] === 'refused' && (slots?.length ?? 0) > 1;
  if (slots === undefined || isTooMany)
    throw invalidValue(`'${text}' is not a range of slots such as 0-3999`);
  return slots;
}

function usualReplicas(input: Input, clusterMode: 'on' | 'off'): number {
  if (input.NumCacheClusters !== undefined && clusterMode === 'off') return input.NumCacheClusters - 1;
  if (input.NumCacheClusters !== undefined) {
    throw invalidCombination(
      'Use ReplicasPerNodeGroup instead of NumCacheClusters with cluster mode enabled',
    );
  }
  return input.ReplicasPerNodeGroup ?? 0;
}

function replicasOf(count: number): number {
  if (Number.isInteger(count) && count >= 0 && count <= MOST_REPLICAS) return count;
  throw invalidValue(`The number of replicas is ${count}, not 0 to ${MOST_REPLICAS}`);
}

function checkFailover(input: Input, clusterMode: 'on' | 'off', shards: readonly ShardRequest[]): void {
  const failover = input.AutomaticFailoverEnabled ?? false;
  if (clusterMode === 'on' && !failover) {
    throw invalidCombination('Automatic failover must be enabled when cluster mode is enabled.');
  }
  const alone = shards.some(({ replicas }) => replicas === 0);
  if (clusterMode === 'off' && failover && alone) {
    throw invalidCombination(
      'Automatic failover needs at least one replica (NumCacheClusters of 2 or more).',
    );
  }
  if (input.MultiAZEnabled && (!failover || alone)) {
    throw invalidCombination('Multi-AZ needs automatic failover and at least one replica in every shard.');
  }
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html: 16 to 128 printable characters. */
const AUTH_TOKEN = /^[!-~]{16,128}$/;
const NOT_IN_AUTH_TOKEN = /[@"/]/;

function checkSecurity({ AuthToken: token, TransitEncryptionEnabled, ...input }: Input): void {
  if (input.KmsKeyId !== undefined && !input.AtRestEncryptionEnabled) {
    throw invalidCombination('KmsKeyId needs AtRestEncryptionEnabled.');
  }
  if (token === undefined) return;
  if (!TransitEncryptionEnabled) {
    throw invalidCombination('The AUTH token is only supported when encryption-in-transit is enabled.');
  }
  if (!AUTH_TOKEN.test(token) || NOT_IN_AUTH_TOKEN.test(token)) {
    throw invalidValue('AuthToken must be 16 to 128 printable characters without @, " and /');
  }
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/durability.html; recorded, not acted on. */
function checkDurability(input: Input, { settings, shards }: GroupRequest): void {
  if (input.Durability !== 'async' && input.Durability !== 'sync') return;
  const fit =
    settings.engine.family === 'valkey9' &&
    settings.clusterMode === 'on' &&
    settings.multiAz &&
    settings.tls &&
    shards.every(({ replicas }) => replicas > 0);
  if (!fit) {
    throw invalidCombination(
      `Durability ${input.Durability} needs Valkey 9.0 or later, cluster mode, Multi-AZ with a replica, and TLS.`,
    );
  }
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-seeding-redis.html */
function checkSeeds(input: Input, { settings, shards, snapshotArns }: GroupRequest): void {
  if (snapshotArns.length === 0) return;
  const stated = (input.NodeGroupConfiguration ?? []).every(({ Slots }) => Slots !== undefined);
  if (settings.clusterMode === 'on' && (input.NodeGroupConfiguration === undefined || !stated)) {
    throw invalidCombination(
      'NodeGroupConfiguration with Slots is required when seeding a cluster mode enabled group from S3.',
    );
  }
  if (snapshotArns.length !== shards.length) {
    throw new NotModelledError(
      `seeding ${shards.length} shards from ${snapshotArns.length} RDB files (only one file a shard)`,
    );
  }
}
