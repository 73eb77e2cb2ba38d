import { describe, expect, it } from 'vitest';
import { codesOfKind } from '../../core/model/errors.ts';
import type { ConfigurationName } from './configurations.ts';
import { resourcesOf, synthesised } from './synthesised.ts';

const { source, vault } = synthesised();
const both = [source, vault] as const;

/**
 * Hashes of bundles change with every line of the Lambdas, and say nothing about the infrastructure. The codes that are
 * not retried stand in every step; workflows.test.ts holds each step to the whole list.
 */
function normalised(template: object): unknown {
  const permanent = JSON.stringify(JSON.stringify(codesOfKind('user', 'permanent', 'integrity'))).slice(
    1,
    -1,
  );
  const text = JSON.stringify(template)
    .replace(/[0-9a-f]{64}\.zip/g, '<bundle>.zip')
    .replaceAll(permanent, JSON.stringify(JSON.stringify(['<permanent>'])).slice(1, -1));
  return JSON.parse(text);
}

describe('the templates', () => {
  it.each(both)('make no custom resources, and ask for no parameters', (template) => {
    const types = Object.values(template.Resources).map(({ Type }) => Type);
    expect(types.filter((type) => type.startsWith('Custom::') || type.includes('CustomResource'))).toEqual(
      [],
    );
    expect(Object.keys(template).sort()).toEqual(['Description', 'Resources']);
  });

  it('name the buckets so that either region can derive them', () => {
    const names = both.flatMap((template) =>
      resourcesOf(template, 'AWS::S3::Bucket').flatMap(({ Properties }) => Properties.BucketName ?? []),
    );
    expect(names).toEqual([
      'redrill-logs-111122223333-eu-west-1-an',
      'redrill-landing-111122223333-eu-west-1-an',
      'redrill-logs-111122223333-eu-central-1-an',
      'redrill-vault-111122223333-eu-central-1-an',
      'redrill-staging-111122223333-eu-central-1-an',
    ]);
  });

  it('are the same on every synthesis', () => {
    expect(synthesised('demo again').vault).toEqual(vault);
    expect(synthesised('demo again').source).toEqual(source);
  });

  it.each([
    ['redrill-source', source],
    ['redrill-vault', vault],
  ] as const)('%s is as reviewed', (_, template) => {
    expect(normalised(template)).toMatchSnapshot();
  });
});

describe('other configurations', () => {
  it('need no account: it is then chosen at deployment', () => {
    const landing = resourcesOf(synthesised('no account').source, 'AWS::S3::Bucket').find(({ id }) =>
      id.startsWith('Landing'),
    );
    expect(landing?.Properties.BucketName).toEqual({
      'Fn::Join': ['', ['redrill-landing-', { Ref: 'AWS::AccountId' }, '-eu-west-1-an']],
    });
  });

  it('drills in the zones that the configuration names, in a VPC that is made for them', () => {
    const named = synthesised('drill zones and ACLs').vault;
    const subnets = resourcesOf(named, 'AWS::EC2::Subnet').map(({ Properties }) => Properties);
    expect(subnets.map(({ AvailabilityZone, CidrBlock }) => [AvailabilityZone, CidrBlock])).toEqual([
      ['eu-central-1b', '10.77.0.0/24'],
      ['eu-central-1c', '10.77.1.0/24'],
      ['eu-central-1a', '10.77.2.0/24'],
    ]);
    const [before, after] = [synthesised().vault, named].map((template) => [
      ...resourcesOf(template, 'AWS::EC2::VPC').map(({ id }) => id),
      ...resourcesOf(template, 'AWS::ElastiCache::SubnetGroup').map(
        ({ Properties }) => Properties.CacheSubnetGroupName,
      ),
    ]);
    expect(after).toHaveLength(2);
    expect(before?.filter((name) => after?.includes(name))).toEqual([]);
  });

  it('have ACLs enabled for the staging bucket alone, and only if they are required', () => {
    const ownership = (name?: ConfigurationName) => {
      const { source, vault } = synthesised(name);
      return [source, vault].flatMap((template) =>
        resourcesOf(template, 'AWS::S3::Bucket').flatMap(
          ({ Properties: { OwnershipControls, BucketName } }) =>
            OwnershipControls.Rules[0].ObjectOwnership === 'BucketOwnerEnforced' ? [] : [BucketName],
        ),
      );
    };
    expect(ownership()).toEqual([]);
    expect(ownership('drill zones and ACLs')).toEqual([expect.stringMatching(/^redrill-staging-/)]);
    const roles = resourcesOf(synthesised('drill zones and ACLs').vault, 'AWS::IAM::Role');
    const writers = roles.filter(({ Properties }) => JSON.stringify(Properties).includes('s3:PutObjectAcl'));
    expect(writers.map(({ Properties }) => Properties.RoleName)).toEqual([
      'redrill-stage-shard-eu-central-1',
    ]);
  });

  it('may drill in a network that exists', () => {
    const elsewhere = synthesised('existing network');
    expect(resourcesOf(elsewhere.vault, 'AWS::EC2::VPC')).toEqual([]);
    expect(resourcesOf(elsewhere.vault, 'AWS::ElastiCache::SubnetGroup')[0]?.Properties.SubnetIds).toEqual([
      'subnet-0123456789abcdef0',
      'subnet-0123456789abcdef1',
    ]);
  });
});
