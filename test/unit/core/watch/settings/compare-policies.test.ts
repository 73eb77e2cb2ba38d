import { describe, expect, it } from 'vitest';
import type { SettingDocument } from '../../../../../core/contracts/settings.ts';
import { policyDifferences } from '../../../../../core/watch/settings/compare-policies.ts';
import { differencesOf } from '../../../../../core/watch/settings/compare-settings.ts';
import { repairsOf } from '../../../../../core/watch/settings/repair-setting.ts';
import { type WatchedSetting, watchedSettings } from '../../../../../core/watch/settings/watched-settings.ts';

const ROOT = 'arn:aws:iam::111122223333:root';
const DENY = {
  Sid: 'OnlyBreakGlassDestroys',
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: ['s3:DeleteBucket', 's3:DeleteObjectVersion'],
  Resource: ['arn:aws:s3:::vault', 'arn:aws:s3:::vault/*'],
  Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/redrill-break-glass' } },
};
const TLS = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: 'arn:aws:s3:::vault/*',
  Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } },
};
const policyOf = (...Statement: readonly object[]): SettingDocument => ({
  Version: '2012-10-17',
  Statement: Statement as SettingDocument[],
});
const POLICY = policyOf(DENY, TLS);

describe('policyDifferences', () => {
  it.each<[string, SettingDocument]>([
    ['the order of statements', policyOf(TLS, DENY)],
    ['a statement that is said twice', policyOf(TLS, DENY, TLS)],
    [
      'the order of lists, and a list of one',
      policyOf({ ...DENY, Action: DENY.Action.toReversed() }, { ...TLS, Action: ['s3:*'] }),
    ],
    ['"*" or {"AWS": "*"}', policyOf({ ...DENY, Principal: '*' }, { ...TLS, Principal: { AWS: ['*'] } })],
    [
      'numbers, texts and lists in conditions, and the case of their keys',
      policyOf(DENY, { ...TLS, Condition: { NumericLessThan: { 's3:tlsversion': ['1.2'] } } }),
    ],
    ['the case of actions', policyOf(DENY, { ...TLS, Action: 'S3:*' })],
    ['another Sid', policyOf({ ...DENY, Sid: undefined }, { ...TLS, Sid: 'Tls' })],
  ])('takes no notice of %s', (_what, found) => expect(policyDifferences(POLICY, found)).toEqual([]));

  it('knows an account by its number and by its root, and a single statement without a list', () => {
    const allow = { Effect: 'Allow', Action: 'kms:*', Resource: '*' };
    expect(
      policyDifferences(policyOf({ ...allow, Principal: { AWS: ROOT } }), {
        Version: '2012-10-17',
        Statement: { ...allow, Principal: { AWS: '111122223333' } },
      }),
    ).toEqual([]);
  });

  it('sees a Deny that was removed', () =>
    expect(policyDifferences(POLICY, policyOf(TLS))).toEqual([
      {
        of: 'statement OnlyBreakGlassDestroys',
        expected: expect.stringContaining(
          'Deny s3:deletebucket, s3:deleteobjectversion on arn:aws:s3:::vault',
        ),
        found: 'no such statement',
      },
    ]));

  it.each([
    ['another account', { AWS: 'arn:aws:iam::999988887777:root' }],
    ['a role by its unique id, which is shown once it is deleted', { AWS: 'AROAEXAMPLEEXAMPLE123' }],
    ['everybody', '*'],
    [
      'a canonical user',
      { CanonicalUser: '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be' },
    ],
  ])('sees %s that was granted access', (_who, Principal) => {
    const foreign = { Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: 'arn:aws:s3:::vault/*' };
    expect(policyDifferences(POLICY, policyOf(DENY, TLS, foreign))).toEqual([
      {
        of: 'a statement without Sid',
        expected: 'no such statement',
        found: expect.stringMatching(/^Allow s3:getobject on arn:aws:s3:::vault\/\* for /),
      },
    ]);
  });

  it('names the element of a statement that was changed', () => {
    const wider = { ...DENY, Condition: { ArnNotLike: { 'aws:PrincipalArn': '*' } } };
    expect(policyDifferences(POLICY, policyOf(wider, TLS))).toEqual([
      {
        of: 'statement OnlyBreakGlassDestroys: Condition',
        expected: expect.stringContaining('redrill-break-glass'),
        found: '{"ArnNotLike":{"aws:principalarn":["*"]}}',
      },
    ]);
  });

  it.each([
    ['NotAction in place of Action', { ...TLS, Action: undefined, NotAction: 's3:*' }],
    ['NotResource in place of Resource', { ...TLS, Resource: undefined, NotResource: TLS.Resource }],
    ['NotPrincipal in place of Principal', { ...TLS, Principal: undefined, NotPrincipal: '*' }],
    ['Allow in place of Deny', { ...TLS, Effect: 'Allow' }],
  ])('sees %s', (_what, changed) =>
    expect(policyDifferences(POLICY, policyOf(DENY, changed)).length).toBeGreaterThan(0),
  );

  it('sees another version of the language, in which variables mean nothing', () =>
    expect(policyDifferences(POLICY, { ...POLICY, Version: '2008-10-17' })).toEqual([
      { of: 'Version', expected: '"2012-10-17"', found: '"2008-10-17"' },
    ]));
});

const READ = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::vault/*' };
const TRUST = policyOf({
  Effect: 'Allow',
  Principal: { Service: 'lambda.amazonaws.com' },
  Action: 'sts:AssumeRole',
});
const [ROLE] = watchedSettings({
  version: 1,
  stack: 'redrill-vault',
  region: 'eu-central-1',
  buckets: [],
  keys: [],
  schedules: [],
  alarms: [],
  topics: [],
  channels: [],
  roles: [{ name: 'redrill-a', trust: TRUST as never, policies: { Permissions: policyOf(READ) as never } }],
}) as readonly [WatchedSetting];
const WHOLE = { Trust: TRUST, Policies: { Permissions: policyOf(READ) }, Attached: [] };

describe('a role', () => {
  it('that is as deployed is no drift', () => expect(differencesOf(ROLE, WHOLE)).toEqual([]));

  it.each<[string, object, string, string]>([
    [
      'given s3:*',
      { Policies: { Permissions: policyOf(READ, { ...READ, Action: 's3:*' }) } },
      'inline policy Permissions, a statement without Sid',
      'put-role-policy --role-name redrill-a --policy-name Permissions',
    ],
    [
      'given another inline policy',
      { Policies: { ...WHOLE.Policies, Extra: {} } },
      'inline policy Extra',
      'delete-role-policy --role-name redrill-a --policy-name Extra',
    ],
    [
      'whose inline policy was deleted',
      { Policies: {} },
      'inline policy Permissions',
      'put-role-policy --role-name redrill-a --policy-name Permissions',
    ],
    [
      'given a managed policy',
      { Attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
      'attached policies',
      'detach-role-policy --role-name redrill-a --policy-arn arn:aws:iam::aws:policy/AdministratorAccess',
    ],
    [
      'that another account may assume',
      { Trust: policyOf({ Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'sts:AssumeRole' }) },
      'trust policy, a statement without Sid',
      'update-assume-role-policy --role-name redrill-a --policy-document',
    ],
    [
      'given a permissions boundary',
      { Boundary: 'arn:aws:iam::111122223333:policy/b' },
      'permissions boundary',
      'delete-role-permissions-boundary --role-name redrill-a',
    ],
  ])('%s is drift, with the command that puts it back', (_how, changed, of, command) => {
    const found = { ...WHOLE, ...changed } as SettingDocument;
    expect(differencesOf(ROLE, found).map((each) => each.of)).toContain(of);
    const repairs = repairsOf(ROLE, found, 'eu-central-1');
    expect(repairs).toHaveLength(1);
    expect(repairs[0]).toContain(`aws iam ${command}`);
  });

  it.each([
    ['none', {}],
    ['another', { Boundary: 'arn:aws:iam::111122223333:policy/b' }],
  ])(
    'that has %s instead of its permissions boundary is drift, with the command that puts it back',
    (_, there) => {
      const bounded = {
        ...ROLE,
        expected: { ...ROLE.expected, Boundary: 'arn:aws:iam::111122223333:policy/developers' },
      };
      const found = { ...WHOLE, ...there } as SettingDocument;
      expect(differencesOf(bounded, found).map((each) => each.of)).toEqual(['permissions boundary']);
      expect(repairsOf(bounded, found, 'eu-central-1')).toEqual([
        'aws iam put-role-permissions-boundary --role-name redrill-a --permissions-boundary arn:aws:iam::111122223333:policy/developers',
      ]);
      expect(differencesOf(bounded, { ...WHOLE, Boundary: bounded.expected.Boundary })).toEqual([]);
    },
  );

  it('that is gone is left to a deployment', () =>
    expect(repairsOf(ROLE, undefined, 'eu-central-1')).toEqual([]));
});
