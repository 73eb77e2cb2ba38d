import type {
  CreateCacheClusterCommandInput,
  CreateReplicationGroupCommandInput,
} from '@aws-sdk/client-elasticache';
import type { ResourceHandler } from '../../cloudformation/resource.ts';
import type { TlsFiles } from '../../redis/certificate.ts';
import type { NodeConnection } from '../../redis/control.ts';
import type { RedisNode } from '../../redis/node.ts';
import type { SlotRange } from '../../redis/slots.ts';
import type { Call, Operation, Service } from '../service.ts';
import type { TaggingSource } from '../tagging.ts';
import { inFormOf } from './answers.ts';
import { createCacheCluster, deleteCacheCluster } from './cache-clusters.ts';
import {
  createCacheParameterGroup,
  deleteCacheParameterGroup,
  modifyCacheParameterGroup,
} from './change-parameter-groups.ts';
import type { Context, ElastiCacheOptions, Shortage } from './context.ts';
import { copySnapshot } from './copy-snapshot.ts';
import { createReplicationGroup } from './create-group.ts';
import { createSnapshot } from './create-snapshot.ts';
import { describeEngineVersions } from './engine-version-list.ts';
import { describeEvents } from './events.ts';
import { failNode } from './fail-node.ts';
import { stopProcesses } from './group-processes.ts';
import { deleteReplicationGroup, describeCacheClusters, describeReplicationGroups } from './groups.ts';
import { makeContext } from './make-context.ts';
import { modifyReplicationGroup } from './modify-group.ts';
import { arnOf, type Place } from './names.ts';
import { describeParameterGroups, describeParameters } from './parameter-groups.ts';
import { describeReservedOfferings } from './reserved-offerings.ts';
import { reshard } from './reshard.ts';
import { resourceHandlers } from './resource-handlers.ts';
import {
  closeServerless,
  SERVERLESS_OPERATIONS,
  type ServerlessNode,
  serverlessNode,
  serverlessRoutes,
  serverlessTagging,
  thawServerless,
} from './serverless/operations.ts';
import { ALL_SLOTS } from './serverless/server.ts';
import { deleteSnapshot, describeSnapshots } from './snapshots.ts';
import { everyGroup, type Group, type RegionState } from './state.ts';
import { describeSubnetGroups } from './subnet-groups.ts';
import { addTags, areTagsVisible, listTags, removeTags } from './tags.ts';
import { describeUserGroups } from './user-groups.ts';

/** A node of a cache, for tests and the runner: what no customer can reach. */
export interface CacheNode {
  readonly cacheClusterId: string;
  readonly shardId: string;
  /** Hash slots of its shard; empty with cluster mode off. */
  readonly slots: readonly SlotRange[];
  readonly role: 'primary' | 'replica';
  readonly server: RedisNode;
  /** How a customer connects: with the AUTH token if there is one, and over TLS if it is on. */
  readonly customer: NodeConnection;
}

/** One thing of the model, by name. */
export interface Named extends Place {
  readonly name: string;
}

/** ElastiCache in all regions and accounts. */
export interface ElastiCacheModel {
  readonly service: Service;
  readonly taggingSources: readonly TaggingSource[];
  readonly resourceHandlers: readonly ResourceHandler[];
  /** The running nodes of a cache of any kind, primaries first in every shard; empty when there is no such cache. */
  nodesOf(account: string, region: string, cache: string): readonly CacheNode[];
  /** The server of a serverless cache; undefined when there is no such cache, or it has none. */
  serverlessNodeOf(account: string, region: string, name: string): ServerlessNode | undefined;
  /** Of a replication group, a cluster outside one, or a serverless cache; undefined when there is none of this id. */
  statusOf(account: string, region: string, cache: string): string | undefined;
  /** Ids of every replication group, and of every cluster outside one, in all accounts and regions. */
  readonly groupIds: readonly string[];
  /** Names of serverless caches, in all accounts and regions. */
  readonly serverlessNames: readonly string[];
  /** Where the servers listen that a function with one of these security groups may reach, by the groups' rules. */
  routesFor(securityGroupIds: readonly string[]): readonly { readonly host: string; readonly port: number }[];
  /**
   * Lets what a `freeze` fault holds go on: a group, a serverless cache or a snapshot.
   * @returns whether there was anything to let go on
   */
  thaw(resource: Named): boolean;
  /**
   * Ends a node of a group, as a failing host does: a replica takes over, and another node takes its place.
   * @param cacheClusterId default the primary of the first shard
   */
  failNode(group: Named, cacheClusterId?: string): Promise<void>;
  /** What ElastiCache has no nodes of from now on; none to end all shortages. */
  lackCapacityFor(...shortages: readonly Shortage[]): void;
  /** Versions that a region does not offer from now on, as `valkey 8.0`; none for it to offer all. */
  withholdVersions(place: Place, ...versions: readonly string[]): void;
  /** The nodes' certificate, and its authority for `NODE_EXTRA_CA_CERTS`; made if need be. */
  tls(): Promise<TlsFiles>;
  /** Ends every server process. */
  close(): Promise<void>;
}

/**
 * ElastiCache, node-based, over real server processes and a virtual clock. One model holds all accounts and regions;
 * each call works on those it was made in.
 */
export function createElastiCache(options: ElastiCacheOptions): ElastiCacheModel {
  const states = new Map<string, RegionState>();
  const shortages: Shortage[] = [];
  const context = makeContext(options, states, shortages);
  return {
    service: { name: 'elasticache', operations: inFormOf(context.readings, operations(context)) },
    taggingSources: taggingSources(context),
    resourceHandlers: resourceHandlers(context),
    statusOf: (account, region, id) => statusOf(context.stateOf({ account, region }), id),
    get groupIds() {
      return [...states.values()].flatMap((state) => everyGroup(state).map(({ id }) => id));
    },
    get serverlessNames() {
      return [...states.values()].flatMap(({ serverless }) => [...serverless.caches.keys()]);
    },
    nodesOf: (account, region, id) => nodesOf(context.stateOf({ account, region }), id),
    serverlessNodeOf: (account, region, name) => {
      const cache = context.stateOf({ account, region }).serverless.caches.get(name.toLowerCase());
      return cache && serverlessNode(cache);
    },
    routesFor: (securityGroupIds) =>
      [...states.values()].flatMap((state) => [
        ...routesFor(context, state, securityGroupIds),
        ...serverlessRoutes(context, state, securityGroupIds),
      ]),
    thaw: (resource) => thaw(context, resource),
    failNode: ({ name, ...place }, cacheClusterId) =>
      failNode(context, context.stateOf(place), { id: name, cacheClusterId }),
    lackCapacityFor: (...now) => void shortages.splice(0, shortages.length, ...now),
    withholdVersions: (place, ...versions) => {
      const { missingVersions } = context.stateOf(place);
      missingVersions.clear();
      for (const version of versions) missingVersions.add(version);
    },
    tls: () => context.tls(),
    close: async () => {
      const all = [...states.values()];
      await Promise.all([...all.flatMap(everyGroup).map(stopProcesses), closeServerless(all)]);
    },
  };
}

/** An operation that works on the caller's account in the call's region. */
function regional<Input>(
  context: Context,
  operation: (state: RegionState, input: Input, call: Call, context: Context) => object,
): Operation {
  return async (input: Input, call: Call) =>
    operation(
      context.stateOf({ account: call.principal.account, region: call.region }),
      input,
      call,
      context,
    );
}

function operations(context: Context): Readonly<Record<string, Operation>> {
  const serverless = Object.entries(SERVERLESS_OPERATIONS).map(
    ([name, operation]) => [name, regional(context, operation)] as const,
  );
  return {
    ...Object.fromEntries(serverless),
    CreateReplicationGroup: (input: CreateReplicationGroupCommandInput, call: Call) =>
      createReplicationGroup(context, input, call),
    DescribeReplicationGroups: regional(context, describeReplicationGroups),
    DescribeCacheClusters: regional(context, describeCacheClusters),
    DeleteReplicationGroup: regional(
      context,
      (state, input: Parameters<typeof deleteReplicationGroup>[2], call) =>
        deleteReplicationGroup(context, state, input, call),
    ),
    CreateCacheCluster: (input: CreateCacheClusterCommandInput, call: Call) =>
      createCacheCluster(context, input, call),
    DeleteCacheCluster: regional(context, deleteCacheCluster),
    ModifyReplicationGroup: regional(context, modifyReplicationGroup),
    ModifyReplicationGroupShardConfiguration: regional(context, reshard),
    CreateSnapshot: regional(context, (state, input: Parameters<typeof createSnapshot>[2], call) =>
      createSnapshot(context, state, input, call),
    ),
    DescribeSnapshots: regional(context, describeSnapshots),
    CopySnapshot: regional(context, (state, input: Parameters<typeof copySnapshot>[2], call) =>
      copySnapshot(context, state, input, call),
    ),
    DeleteSnapshot: regional(context, (state, input: Parameters<typeof deleteSnapshot>[2], call) =>
      deleteSnapshot(context, state, input, call),
    ),
    AddTagsToResource: regional(context, addTags),
    ListTagsForResource: regional(context, listTags),
    RemoveTagsFromResource: regional(context, removeTags),
    DescribeEvents: regional(context, describeEvents),
    DescribeCacheSubnetGroups: regional(context, describeSubnetGroups),
    CreateCacheParameterGroup: regional(context, createCacheParameterGroup),
    ModifyCacheParameterGroup: regional(context, modifyCacheParameterGroup),
    DeleteCacheParameterGroup: regional(context, deleteCacheParameterGroup),
    DescribeCacheParameterGroups: regional(context, describeParameterGroups),
    DescribeCacheParameters: regional(context, describeParameters),
    DescribeUserGroups: regional(context, describeUserGroups),
    DescribeCacheEngineVersions: regional(context, describeEngineVersions),
    DescribeReservedCacheNodesOfferings: async (input, call) => describeReservedOfferings(input, call),
  };
}

/** The tags of a group are found on its clusters too: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Tagging-Resources.html */
function taggingSources(context: Context): readonly TaggingSource[] {
  const tagged = (groups: readonly Group[]) =>
    groups.filter(({ tags, createdAt }) => tags.size > 0 && areTagsVisible(context, createdAt));
  return [
    {
      resourceType: 'elasticache:replicationgroup',
      resources: (account, region) =>
        tagged([...context.stateOf({ account, region }).groups.values()]).map(({ arn, tags }) => ({
          arn,
          tags: Object.fromEntries(tags),
        })),
    },
    {
      resourceType: 'elasticache:cluster',
      resources: (account, region) =>
        tagged(everyGroup(context.stateOf({ account, region }))).flatMap((group) =>
          group.shards
            .flatMap(({ members }) => members)
            .map(({ cacheClusterId }) => ({
              arn: arnOf(group, 'cluster', cacheClusterId),
              tags: Object.fromEntries(group.tags),
            })),
        ),
    },
    serverlessTagging(context),
  ];
}

/** The replication group of this id, else the cluster outside a group. */
function cacheNamed({ groups, clusters }: RegionState, given: string): Group | undefined {
  const id = given.toLowerCase();
  return groups.get(id) ?? clusters.get(id);
}

function statusOf(state: RegionState, id: string): string | undefined {
  return cacheNamed(state, id)?.status ?? state.serverless.caches.get(id.toLowerCase())?.status;
}

/**
 * A serverless cache counts as one shard of one node, as its clients see it. Where nobody gets in without a user group, the
 * password is the one that a user of a group would have: there are no user groups here.
 */
function serverlessNodes(state: RegionState, name: string): readonly CacheNode[] {
  const cache = state.serverless.caches.get(name.toLowerCase());
  const node = cache && serverlessNode(cache);
  if (node === undefined) return [];
  const customer = { ...node.customer, password: cache?.password ?? '' };
  return [
    {
      cacheClusterId: name,
      shardId: '0001',
      slots: ALL_SLOTS,
      role: 'primary',
      server: node.server,
      customer,
    },
  ];
}

function nodesOf(state: RegionState, cache: string): readonly CacheNode[] {
  const group = cacheNamed(state, cache);
  if (group === undefined) return serverlessNodes(state, cache);
  return group.shards.flatMap(({ id, slots, members }) =>
    members.flatMap(({ cacheClusterId, node }, index): readonly CacheNode[] => {
      if (node === undefined) return [];
      const { ca, host, port } = node.administrator;
      const customer = {
        host,
        port,
        username: 'default',
        password: group.authToken ?? '',
        ...(ca === undefined ? {} : { ca }),
      };
      const role = index === 0 ? 'primary' : 'replica';
      return [{ cacheClusterId, shardId: id, slots, role, server: node, customer }];
    }),
  );
}

function routesFor({ network }: Context, state: RegionState, from: readonly string[]) {
  const admits = ({ securityGroupIds, port, isReachable }: Group) =>
    isReachable && securityGroupIds.some((to) => from.some((group) => network.allows(group, to, port)));
  return everyGroup(state)
    .filter(admits)
    .flatMap(({ id }) => nodesOf(state, id).map(({ customer }) => customer));
}

function thaw(context: Context, { name, ...place }: Named): boolean {
  const state = context.stateOf(place);
  const frozen = [
    cacheNamed(state, name)?.thaw,
    state.snapshots.get(name)?.thaw,
    ...thawServerless(state, name),
  ];
  for (const release of frozen) release?.();
  return frozen.some((release) => release !== undefined);
}
