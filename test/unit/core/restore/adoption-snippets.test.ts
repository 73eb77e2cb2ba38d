import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
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
function synthesised(code: string): object {
  const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'Caches');
  const build = new Function('CfnReplicationGroup', 'RemovalPolicy', code);
  build.call(stack, CfnReplicationGroup, RemovalPolicy);
  return Template.fromStack(stack).findResources('AWS::ElastiCache::ReplicationGroup');
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

  test('names the cluster to import', () => {
    const plan = planRestore(pointOf(), { ...CHOICES, hasToken: true }, FACTS);
    expect(adoptionSnippets(plan).cloudFormation).toContain(
      '"ResourceIdentifier":{"ReplicationGroupId":"sessions-restored"}',
    );
  });
});
