import { describe, expect, it } from 'vitest';
import { stagingKeys } from '../../core/model/keys.ts';
import { UNVERIFIED_KEPT_DAYS } from '../../core/model/periods.ts';
import { parseSlot } from '../../core/model/slot.ts';
import { TIERS } from '../../core/model/tier.ts';
import { flat, resource, resourcesOf, type Statement, synthesised } from './synthesised.ts';

const { source, vault } = synthesised();
const otherAccount = synthesised('vault account');

const bucket = (id: string) => resource(id === 'Landing' ? source : vault, 'AWS::S3::Bucket', id).Properties;

function policyOf(template: typeof source, id: string): readonly Statement[] {
  return resource(template, 'AWS::S3::BucketPolicy', `${id}Policy`).Properties.PolicyDocument.Statement;
}

interface Rule {
  readonly Id: string;
  readonly Prefix?: string;
  readonly TagFilters?: readonly { readonly Key: string; readonly Value: string }[];
  readonly ExpirationInDays?: number;
  readonly Transitions?: readonly object[];
  readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays: number };
}
const vaultRules: readonly Rule[] = bucket('VaultBucket').LifecycleConfiguration.Rules;

describe('every bucket', () => {
  const buckets = [source, vault].flatMap((template) =>
    resourcesOf(template, 'AWS::S3::Bucket').map((each) => ({ ...each, template })),
  );

  it.each(buckets)('$id is private, without ACLs, encrypted, and outlives its stack', (each) => {
    expect(Object.values(each.Properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    expect(each.Properties.OwnershipControls.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
    expect(each.Properties.BucketEncryption).toBeDefined();
    expect(each).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  });

  it.each(buckets)(
    '$id can be imported by its name, and its policy with it',
    ({ id, Properties, template }) => {
      expect(Properties.BucketName).toEqual(expect.any(String));
      const [policy] = resourcesOf(template, 'AWS::S3::BucketPolicy').filter(({ DependsOn }) =>
        DependsOn?.includes(id),
      );
      expect(policy).toMatchObject({
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
        Properties: { Bucket: Properties.BucketName },
      });
    },
  );

  it.each(buckets)('$id refuses anything older than TLS 1.2', ({ id, template }) => {
    const policies = resourcesOf(template, 'AWS::S3::BucketPolicy').filter(({ DependsOn }) =>
      DependsOn?.includes(id),
    );
    const denied = policies
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Effect }: Statement) => Effect === 'Deny')
      .map(({ Condition }: Statement) => Condition);
    expect(denied).toContainEqual({ Bool: { 'aws:SecureTransport': 'false' } });
    expect(denied).toContainEqual({ NumericLessThan: { 's3:TlsVersion': 1.2 } });
  });

  it.each(buckets)('$id drops uploads that died', ({ Properties }) => {
    expect(Properties.LifecycleConfiguration.Rules).toContainEqual(
      expect.objectContaining({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }),
    );
  });
});

describe('the landing and staging buckets', () => {
  it.each(['Landing', 'Staging'])('%s is encrypted by S3 itself, as ElastiCache demands', (id) => {
    const [rule] = bucket(id).BucketEncryption.ServerSideEncryptionConfiguration;
    expect(rule.ServerSideEncryptionByDefault.SSEAlgorithm).toBe('AES256');
  });

  const daysOf = (id: string, key: string) =>
    (bucket(id).LifecycleConfiguration.Rules as readonly Rule[])
      .filter(({ Prefix = '' }) => key.startsWith(Prefix))
      .flatMap(({ ExpirationInDays }) => ExpirationInDays ?? []);

  it('keep exports for 7 days and staged files for one', () => {
    const slot = parseSlot('20261121T060000Z');
    expect(daysOf('Landing', 'redrill-sessions-202611210600-0001.rdb')).toEqual([7]);
    for (const key of [
      stagingKeys.shard('sessions', slot, 1),
      stagingKeys.comparison('sessions', slot),
      stagingKeys.checkpoint('sessions', slot, 1),
      stagingKeys.restore('sessions-2', 'sessions', slot),
    ])
      expect(daysOf('Staging', key)).toEqual([1]);
  });

  it('never expire what the watches remember: a cache may be without a copy for weeks', () => {
    const { firstSeen, notices, sourceSight } = stagingKeys;
    for (const key of [firstSeen, notices('rpo'), notices('drills'), sourceSight])
      expect(daysOf('Staging', key)).toEqual([]);
  });

  it('let ElastiCache of their own region write exports, and read what it seeds', () => {
    const exporting = policyOf(source, 'Landing').find(({ Sid }) => Sid === 'ElastiCacheExports');
    expect(exporting).toMatchObject({
      Principal: { Service: 'eu-west-1.elasticache-snapshot.amazonaws.com' },
    });
    expect(exporting?.Action).toContain('s3:PutObject');
    const seeding = policyOf(vault, 'Staging').find(({ Sid }) => Sid === 'ElastiCacheSeeds');
    expect(seeding).toMatchObject({
      Principal: { Service: 'eu-central-1.elasticache-snapshot.amazonaws.com' },
    });
    expect(seeding?.Action).not.toContain('s3:PutObject');
  });

  it('do not name the vault in the source when one account holds both', () => {
    const names = policyOf(source, 'Landing').map(({ Sid }) => Sid);
    expect(names).not.toContain('VaultPulls');
    expect(names).not.toContain('VaultMarksVerified');
  });

  it('let one role of another account write, and below one prefix only, what it has verified', () => {
    const { source: landing } = otherAccount;
    const writing = policyOf(landing, 'Landing').filter(
      ({ Sid, Effect, Action }) =>
        Effect === 'Allow' && Sid?.startsWith('Vault') && JSON.stringify(Action).includes('s3:Put'),
    );
    expect(writing).toMatchObject([
      {
        Sid: 'VaultMarksVerified',
        Action: 's3:PutObject',
        Principal: { AWS: 'arn:aws:iam::444455556666:root' },
        Condition: {
          ArnEquals: {
            'aws:PrincipalArn': 'arn:aws:iam::444455556666:role/redrill-admit-recovery-point-eu-central-1',
          },
        },
      },
    ]);
    expect(JSON.stringify(writing[0]?.Resource)).toContain('/verified/*');
  });

  it('keep a mark longer than an unverified snapshot', () => {
    const days = new Map(
      bucket('Landing').LifecycleConfiguration.Rules.map((rule: Rule) => [rule.Id, rule.ExpirationInDays]),
    );
    expect(days.get('expire-exports')).toBe(7);
    expect(days.get('expire-marks')).toBeGreaterThan(UNVERIFIED_KEPT_DAYS);
  });

  describe('with servers', () => {
    const withServers = synthesised('a server');
    const statements = policyOf(withServers.source, 'Landing');
    const shipping = statements.filter(({ Sid, Effect }) => Sid === undefined && Effect === 'Allow');

    it('let the hosts of each add objects below its own prefix, and nothing else', () => {
      expect(shipping.map(({ Action, Principal, Resource }) => [Action, Principal, flat(Resource)])).toEqual([
        [
          ['s3:AbortMultipartUpload', 's3:PutObject'],
          { AWS: ['arn:aws:iam::111122223333:role/events-1', 'arn:aws:iam::111122223333:role/events-2'] },
          expect.stringMatching(/\/servers\/events\/\*$/),
        ],
        [
          ['s3:AbortMultipartUpload', 's3:PutObject'],
          { AWS: 'arn:aws:iam::999988887777:role/queue' },
          expect.stringMatching(/\/servers\/queue\/\*$/),
        ],
      ]);
    });

    it('let nobody write over what is in a slot', () => {
      const once = statements.find(({ Sid }) => Sid === 'ShippedOnce');
      expect(once).toMatchObject({
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 's3:PutObject',
        Condition: {
          Null: { 's3:if-none-match': 'true' },
          Bool: { 's3:ObjectCreationOperation': 'true' },
        },
      });
      expect(flat(once?.Resource)).toMatch(/\/servers\/\*\/2\*$/);
    });

    it('keep what was shipped as long as exports', () => {
      const landing = resourcesOf(withServers.source, 'AWS::S3::Bucket').find(({ id }) =>
        /^Landing/.test(id),
      );
      expect(landing?.Properties.LifecycleConfiguration.Rules).toContainEqual({
        Id: 'expire-shipped',
        Prefix: 'servers/',
        ExpirationInDays: 7,
        Status: 'Enabled',
      });
      expect(statements.some(({ Sid }) => Sid === 'ShippedOnce')).toBe(true);
      expect(policyOf(source, 'Landing').some(({ Sid }) => Sid === 'ShippedOnce')).toBe(false);
    });
  });

  it('let a person of the vault’s account see what the source’s watch has told, and nothing of the exports', () => {
    const looking = policyOf(otherAccount.source, 'Landing').find(({ Sid }) => Sid === 'VaultAccountLooks');
    expect(looking).toMatchObject({
      Action: 's3:GetObject',
      Principal: { AWS: 'arn:aws:iam::444455556666:root' },
    });
    expect(flat(looking?.Resource)).toMatch(/\/watch\/\*$/);
  });

  it('let only the reading roles of another account in', () => {
    const pulling = policyOf(otherAccount.source, 'Landing').find(({ Sid }) => Sid === 'VaultPulls');
    expect(pulling).toMatchObject({
      Action: 's3:GetObject',
      Principal: { AWS: 'arn:aws:iam::444455556666:root' },
      Condition: {
        ArnEquals: {
          'aws:PrincipalArn': [
            'arn:aws:iam::444455556666:role/redrill-find-exports-eu-central-1',
            'arn:aws:iam::444455556666:role/redrill-copy-shard-eu-central-1',
            'arn:aws:iam::444455556666:role/redrill-admit-recovery-point-eu-central-1',
          ],
        },
      },
    });
  });
});

describe('the vault', () => {
  it('is versioned and encrypted under a rotating key of its own', () => {
    const { BucketEncryption, VersioningConfiguration } = bucket('VaultBucket');
    const [rule] = BucketEncryption.ServerSideEncryptionConfiguration;
    expect(rule).toMatchObject({
      BucketKeyEnabled: true,
      ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' },
    });
    expect(flat(rule.ServerSideEncryptionByDefault.KMSMasterKeyID)).toMatch(/^<VaultKey/);
    expect(VersioningConfiguration).toEqual({ Status: 'Enabled' });
    expect(resource(vault, 'AWS::KMS::Key', 'VaultKey').Properties.EnableKeyRotation).toBe(true);
  });

  it('locks every version for as long as the configuration says', () => {
    expect(bucket('VaultBucket').ObjectLockConfiguration.Rule.DefaultRetention).toEqual({
      Mode: 'GOVERNANCE',
      Days: 1,
    });
    const strict = resource(otherAccount.vault, 'AWS::S3::Bucket', 'VaultBucket').Properties;
    expect(strict.ObjectLockConfiguration.Rule.DefaultRetention).toEqual({ Mode: 'COMPLIANCE', Days: 2 });
  });

  it.each(['demo', 'vault account'] as const)(
    'is never locked for longer than the shortest retention: %s',
    (configuration) => {
      const { ObjectLockConfiguration, LifecycleConfiguration } = resource(
        synthesised(configuration).vault,
        'AWS::S3::Bucket',
        'VaultBucket',
      ).Properties;
      const rules: readonly Rule[] = LifecycleConfiguration.Rules;
      const expiring = rules.flatMap(({ Id, ExpirationInDays }) =>
        Id.startsWith('expire-') ? (ExpirationInDays ?? []) : [],
      );
      expect(expiring.length).toBeGreaterThan(0);
      expect(ObjectLockConfiguration.Rule.DefaultRetention.Days).toBeLessThanOrEqual(Math.min(...expiring));
    },
  );

  it('expires recovery points only with tier prefix, release tag and plan tag together', () => {
    const touching = vaultRules.filter(({ Prefix = '' }) =>
      TIERS.some((tier) => tier.startsWith(Prefix.split('/')[0] ?? '')),
    );
    const acting = touching.filter(
      (rule) => rule.ExpirationInDays ?? rule.Transitions ?? rule.NoncurrentVersionExpiration,
    );
    expect(acting).toHaveLength(17);
    for (const { Id, Prefix, TagFilters } of acting) {
      const [, tier, plan] = /^(?:expire|archive)-(hourly|daily|weekly|monthly)-(.+)$/.exec(Id) ?? [];
      expect(Prefix).toBe(`${tier}/`);
      expect(TagFilters).toEqual([
        { Key: 'redrill-released', Value: 'true' },
        { Key: 'redrill-plan', Value: plan },
      ]);
    }
  });

  it('keeps each tier as long as its plan says, and for ever where it says so', () => {
    const days = Object.fromEntries(vaultRules.map(({ Id, ExpirationInDays }) => [Id, ExpirationInDays]));
    expect(days).toMatchObject({
      'expire-hourly-session-store': 2,
      'expire-daily-session-store': 7,
      'expire-weekly-session-store': 28,
      'expire-monthly-session-store': 90,
      'expire-weekly-event-log': 364,
      'archive-monthly-event-log': undefined,
    });
    const archive = vaultRules.find(({ Id }) => Id === 'archive-monthly-event-log');
    expect(archive?.Transitions).toEqual([{ StorageClass: 'GLACIER_IR', TransitionInDays: 90 }]);
  });

  it('keeps noncurrent versions longer than the lock', () => {
    const kept = vaultRules.flatMap(
      ({ NoncurrentVersionExpiration }) => NoncurrentVersionExpiration?.NoncurrentDays ?? [],
    );
    expect(Math.min(...kept)).toBeGreaterThan(1);
  });

  it('lets only break-glass destroy versions or the key, and no runtime role delete anything', () => {
    const statements = policyOf(vault, 'VaultBucket');
    const breakGlass = { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/redrill-break-glass' };
    expect(statements.find(({ Sid }) => Sid === 'OnlyBreakGlassDestroys')).toMatchObject({
      Effect: 'Deny',
      Action: ['s3:BypassGovernanceRetention', 's3:DeleteBucket', 's3:DeleteObjectVersion'],
      Condition: { ArnNotLike: breakGlass },
    });
    // By name, so that a role of the user's that deploys is not locked out for being called redrill-deploy.
    const roleArn = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
    const roles = [source, vault].flatMap((template) => resourcesOf(template, 'AWS::IAM::Role'));
    const runtimeRoles = roles.map(({ Properties }) => roleArn(Properties.RoleName)).sort();
    expect(runtimeRoles.length).toBeGreaterThan(20);
    const admits = roleArn('redrill-admit-recovery-point-eu-central-1');
    const runtime = statements.find(({ Sid }) => Sid === 'NeverAtRuntime');
    expect(runtime).toMatchObject({
      Effect: 'Deny',
      Condition: { ArnEquals: { 'aws:PrincipalArn': runtimeRoles } },
    });
    expect(runtime?.Action).toEqual(
      expect.arrayContaining(['s3:DeleteObject', 's3:PutLifecycleConfiguration']),
    );
    const only = (Sid: string) => statements.find((each) => each.Sid === Sid);
    expect(only('OnlyAdmissionLocks')).toMatchObject({
      Effect: 'Deny',
      Action: 's3:PutObjectRetention',
      Condition: { ArnEquals: { 'aws:PrincipalArn': runtimeRoles.filter((arn) => arn !== admits) } },
    });
    expect(only('NoLockBeyondTheTiers')).toMatchObject({
      Effect: 'Deny',
      Condition: { NumericGreaterThan: { 's3:object-lock-remaining-retention-days': 90 } },
    });
    const key: readonly Statement[] = resource(vault, 'AWS::KMS::Key', 'VaultKey').Properties.KeyPolicy
      .Statement;
    expect(key).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: ['kms:DisableKey', 'kms:ScheduleKeyDeletion'],
        Condition: { ArnNotLike: breakGlass },
      }),
    );
  });

  it.each([
    ['Landing', source],
    ['VaultBucket', vault],
    ['Staging', vault],
  ] as const)('%s refuses keys that only a customer holds', (id, template) => {
    expect(policyOf(template, id)).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: 's3:PutObject',
        Condition: { Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' } },
      }),
    );
  });
});
