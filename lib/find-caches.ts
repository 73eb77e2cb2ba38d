import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { elastiCacheArn } from './arns.ts';
import type { Permission } from './permissions.ts';

export const CACHES_JOIN_AT_ANY_TIME =
  'Caches join by tag at any time, so their names are not known when this is deployed.';

/** To find a cache by its id: a replication group, a cluster outside one, or a serverless cache. */
export function findCaches(scope: Construct): readonly Permission[] {
  return [
    describeGroups(scope),
    describeClusters(scope),
    describeServerless(scope),
    describeDatastores(scope),
  ];
}

/** To list the caches that carry a tag; clusters have to be described, because the nodes of groups carry it too. */
export function listTaggedCaches(scope: Construct): readonly Permission[] {
  return [GET_RESOURCES, describeClusters(scope)];
}

/** To do both. */
export function seeCaches(scope: Construct): readonly Permission[] {
  return [GET_RESOURCES, ...findCaches(scope)];
}

const GET_RESOURCES: Permission = {
  actions: ['tag:GetResources'],
  resources: ['*'],
  because: 'The tagging API has no resource types.',
};

const describeGroups = (scope: Construct): Permission => ({
  actions: ['elasticache:DescribeReplicationGroups'],
  resources: [elastiCacheArn(scope, 'replicationgroup', '*')],
  because: CACHES_JOIN_AT_ANY_TIME,
});

const describeClusters = (scope: Construct): Permission => ({
  actions: ['elasticache:DescribeCacheClusters'],
  resources: [elastiCacheArn(scope, 'cluster', '*')],
  because: CACHES_JOIN_AT_ANY_TIME,
});

/** To name the primary of a secondary that is refused; their ARNs have no region. */
const describeDatastores = (scope: Construct): Permission => ({
  actions: ['elasticache:DescribeGlobalReplicationGroups'],
  resources: [
    Stack.of(scope).formatArn({
      service: 'elasticache',
      region: '',
      resource: 'globalreplicationgroup',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  ],
  because: CACHES_JOIN_AT_ANY_TIME,
});

const describeServerless = (scope: Construct): Permission => ({
  actions: ['elasticache:DescribeServerlessCaches'],
  resources: [elastiCacheArn(scope, 'serverlesscache', '*')],
  because: CACHES_JOIN_AT_ANY_TIME,
});
