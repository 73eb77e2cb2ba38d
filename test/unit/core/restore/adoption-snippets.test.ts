import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnReplicationGroup, CfnServerlessCache } from 'aws-cdk-lib/aws-elasticache';
import { describe, expect, test } from 'vitest';
import { adoptionSnippets } from '../../../../core/restore/adoption-snippets.ts';
import { planRestore } from '../../../../core/restore/plan-restore.ts';
import { pointOf, TOPOLOGY } from '../facts.ts';

const FACTS = {
  offers: [{ engine: 'valkey', version: '8.0', family: 'valkey8' }],
  parameterGroup: undefined,
  subnetGroups: [{ name: 'apps', vpcId: 'vpc-1' }],
  userGroups: ['operators'],
};
const CHOICES = {
  to: 'sessions-restored',
  region: 'eu-central-1',
  stagingBucket: 'staging',
  subnetGroup: 'apps',
  securityGroups: ['sg-0123456789abcdef0'],
  compares: true,
};
const CLUSTER = {
  clusterMode: true,
  shards: [
    { shard: 1, slots: '0-8191' },
    { shard: 2, slots: '8192-16383' },
  ],
};

/** What the code makes when a stack contains it. */
function synthesised(code: string, type = 'ReplicationGroup'): object {
  const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'Caches');
  const build = new Function('CfnReplicationGroup', 'CfnServerlessCache', 'RemovalPolicy', code);
  build.call(stack, CfnReplicationGroup, CfnServerlessCache, RemovalPolicy);
  return Template.fromStack(stack).findResources(`AWS::ElastiCache::${type}`);
}

describe('what adopts a restored cluster', () => {
  test.each([
    ['a token', {}, { hasToken: true }],
    ['users', {}, { hasToken: false, userGroup: 'operators' }],
    ['a cluster', CLUSTER, { hasToken: true }],
  ])('with %s is the same in the CDK and in CloudFormation', (_what, topology, choices) => {
    const point = pointOf({ topology: { ...TOPOLOGY, ...topology } });
    const { cdk, cloudFormation } = adoptionSnippets(planRestore(point, { ...CHOICES, ...choices }, FACTS));
    const [template = ''] = cloudFormation.split('\n\naws cloudformation');
    expect(synthesised(cdk)).toEqual(JSON.parse(template).Resources);
  });

  test('of a serverless cache is the same in both, with its limits, subnets, users and key', () => {
    const serverless = {
      storageGb: { minimum: 1, maximum: 10 },
      ecpuPerSecond: { maximum: 5_000 },
      subnets: ['subnet-a', 'subnet-b'],
      kmsKey: 'arn:aws:kms:eu-west-1:111122223333:key/k',
    };
    const topology = {
      ...TOPOLOGY,
      ...CLUSTER,
      auth: 'users' as const,
      userGroups: ['operators'],
      serverless,
    };
    const { subnetGroup: _, ...chosen } = { ...CHOICES, region: 'eu-west-1', hasToken: false };
    const { cdk, cloudFormation } = adoptionSnippets(planRestore(pointOf({ topology }), chosen, FACTS));
    const [template = '', command] = cloudFormation.split('\n\naws cloudformation');
    const made = JSON.parse(template).Resources;
    expect(synthesised(cdk, 'ServerlessCache')).toEqual(made);
    expect(made.SessionsRestored.Properties).toMatchObject({
      MajorEngineVersion: '8',
      CacheUsageLimits: {
        DataStorage: { Minimum: 1, Maximum: 10, Unit: 'GB' },
        ECPUPerSecond: { Maximum: 5_000 },
      },
      SubnetIds: ['subnet-a', 'subnet-b'],
      UserGroupId: 'operators',
      KmsKeyId: serverless.kmsKey,
    });
    expect(command).toContain('"ResourceIdentifier":{"ServerlessCacheName":"sessions-restored"}');
  });

  test('names the cluster to import', () => {
    const plan = planRestore(pointOf(), { ...CHOICES, hasToken: true }, FACTS);
    expect(adoptionSnippets(plan).cloudFormation).toContain(
      '"ResourceIdentifier":{"ReplicationGroupId":"sessions-restored"}',
    );
  });
});
