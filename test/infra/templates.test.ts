import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../core/contracts/config.ts';
import demo from '../../redrill.config.ts';
import { demoConfig, resourcesOf, synthesise } from './synthesised.ts';

const { source, vault, report } = synthesise();
const both = [source, vault] as const;

/** Hashes of bundles change with every line of the Lambdas, and say nothing about the infrastructure. */
function normalised(template: object): unknown {
  return JSON.parse(JSON.stringify(template).replace(/[0-9a-f]{64}\.zip/g, '<bundle>.zip'));
}

describe('cdk-nag', () => {
  it('finds nothing in either stack', () => {
    expect(report.pluginReports).toEqual([]);
  });

  it('would find something: a bucket as the CDK makes it', () => {
    const app = new App();
    new Bucket(new Stack(app, 'Plain'), 'Bucket');
    const { success } = new AwsSolutionsChecks(app).validateScope(app);
    expect(success).toBe(false);
  });
});

describe('the templates', () => {
  it.each(both)('make no custom resources, and ask for no parameters', (template) => {
    const types = Object.values(template.Resources).map(({ Type }) => Type);
    expect(types.filter((type) => type.startsWith('Custom::') || type.includes('CustomResource'))).toEqual(
      [],
    );
    expect(Object.keys(template).sort()).toEqual(['Description', 'Resources']);
  });

  it('keep the ids of what must never be replaced', () => {
    const kept = both.flatMap((template) =>
      Object.entries(template.Resources).filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain'),
    );
    expect(kept.map(([id, { Type }]) => `${Type} ${id}`)).toEqual([
      'AWS::S3::Bucket AccessLogs8B620ECA',
      'AWS::S3::Bucket LandingF95672E9',
      'AWS::S3::Bucket AccessLogs8B620ECA',
      'AWS::KMS::Key VaultKeyCB88EF1A',
      'AWS::S3::Bucket VaultBucket0925C477',
      'AWS::S3::Bucket Staging12D1754E',
    ]);
  });

  it('name the buckets so that either region can derive them', () => {
    const names = both.flatMap((template) =>
      resourcesOf(template, 'AWS::S3::Bucket').flatMap(({ Properties }) => Properties.BucketName ?? []),
    );
    expect(names).toEqual([
      'redrill-landing-111122223333-eu-west-1',
      'redrill-vault-111122223333-eu-central-1',
      'redrill-staging-111122223333-eu-central-1',
    ]);
  });

  it('are the same on every synthesis', () => {
    expect(synthesise().vault).toEqual(vault);
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
    const agnostic = synthesise(demoConfig, '');
    expect(agnostic.report.pluginReports).toEqual([]);
    const landing = resourcesOf(agnostic.source, 'AWS::S3::Bucket').find(({ id }) =>
      id.startsWith('Landing'),
    );
    expect(landing?.Properties.BucketName).toEqual({
      'Fn::Join': ['', ['redrill-landing-', { Ref: 'AWS::AccountId' }, '-eu-west-1']],
    });
  });

  it('may drill in a network that exists', () => {
    const drillNetwork = {
      vpcId: 'vpc-0123456789abcdef0',
      subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
      availabilityZones: ['a', 'b'],
    };
    const elsewhere = synthesise(parseConfig({ ...demo, vault: { ...demo.vault, drillNetwork } }));
    expect(resourcesOf(elsewhere.vault, 'AWS::EC2::VPC')).toEqual([]);
    expect(resourcesOf(elsewhere.vault, 'AWS::ElastiCache::SubnetGroup')[0]?.Properties.SubnetIds).toEqual([
      'subnet-0123456789abcdef0',
      'subnet-0123456789abcdef1',
    ]);
    expect(elsewhere.report.pluginReports).toEqual([]);
  });

  it('with a vault in another account need the source’s', () => {
    const split = parseConfig({ ...demo, vault: { ...demo.vault, account: '444455556666' } });
    expect(() => synthesise(split, '')).toThrow(/set account in redrill.config.ts/);
    expect(synthesise(split).vault).toBeDefined();
  });
});
