// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are IAM's policy variables
import { describe, expect, it } from 'vitest';
import { type PolicyKind, parsePolicy } from '../../iam/parse-policy.ts';

const ALLOW = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const ROLE = 'arn:aws:iam::111122223333:role/a';

function parse(statement: object, kind: PolicyKind = 'identity') {
  return parsePolicy({ Version: '2012-10-17', Statement: [statement] }, kind, 'Vault/Role');
}

describe('what the engine would not evaluate is refused by name', () => {
  it.each<[string, object, PolicyKind, string]>([
    [
      'a date operator',
      { ...ALLOW, Condition: { DateLessThan: { 'aws:TagKeys': 'x' } } },
      'identity',
      'DateLessThan',
    ],
    ['an IP operator', { ...ALLOW, Condition: { IpAddress: { 's3:prefix': 'x' } } }, 'identity', 'IpAddress'],
    [
      'NullIfExists',
      { ...ALLOW, Condition: { NullIfExists: { 's3:prefix': 'x' } } },
      'identity',
      'NullIfExists',
    ],
    [
      'a made-up operator',
      { ...ALLOW, Condition: { constructor: { 's3:prefix': 'x' } } },
      'identity',
      'constructor',
    ],
    [
      'an unknown global key',
      { ...ALLOW, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o' } } },
      'identity',
      'aws:PrincipalOrgID',
    ],
    [
      'a key of a service that is not modelled',
      { ...ALLOW, Condition: { StringEquals: { 'dynamodb:Select': 'x' } } },
      'identity',
      'dynamodb:Select',
    ],
    [
      'a tag condition without a tag',
      { ...ALLOW, Condition: { StringEquals: { 'aws:ResourceTag/': 'x' } } },
      'identity',
      'aws:ResourceTag/',
    ],
    [
      'a multivalued key without a set qualifier',
      { ...ALLOW, Condition: { StringEquals: { 'aws:TagKeys': 'x' } } },
      'identity',
      'aws:TagKeys without',
    ],
    [
      'a policy variable',
      { ...ALLOW, Resource: 'arn:aws:s3:::a/${aws:username}' },
      'identity',
      '${aws:username}',
    ],
    ['an incomplete ARN', { ...ALLOW, Resource: 'arn:aws:s3' }, 'identity', 'arn:aws:s3'],
    ['NotPrincipal', { ...ALLOW, NotPrincipal: '*' }, 'resource', 'NotPrincipal'],
    ['a federated principal', { ...ALLOW, Principal: { Federated: 'x' } }, 'resource', 'Federated'],
    ['a canonical user', { ...ALLOW, Principal: { CanonicalUser: '540804c3' } }, 'resource', 'CanonicalUser'],
    [
      'a role pattern',
      { ...ALLOW, Principal: { AWS: 'arn:aws:iam::111122223333:role/*' } },
      'resource',
      'role/*',
    ],
  ])('%s', (_name, statement, kind, named) => {
    expect(() => parse(statement, kind)).toThrow(expect.objectContaining({ code: 'NotModelled' }));
    expect(() => parse(statement, kind)).toThrow(named);
  });

  it('another policy version', () => {
    expect(() => parsePolicy({ Version: '2008-10-17', Statement: [ALLOW] }, 'identity', 'x')).toThrow(
      '2008-10-17',
    );
  });
});

describe('what IAM rejects is malformed', () => {
  it.each<[string, object, PolicyKind]>([
    ['no effect', { Action: 'a:b', Resource: '*' }, 'identity'],
    ['no action', { Effect: 'Allow', Resource: '*' }, 'identity'],
    ['action and not-action', { ...ALLOW, NotAction: 'a:b' }, 'identity'],
    ['no resource', { Effect: 'Allow', Action: 'a:b' }, 'identity'],
    ['a principal in an identity policy', { ...ALLOW, Principal: '*' }, 'identity'],
    ['no principal in a resource policy', ALLOW, 'resource'],
    ['a resource in a trust policy', { ...ALLOW, Principal: { AWS: ROLE } }, 'trust'],
  ])('%s', (_name, statement, kind) => {
    expect(() => parse(statement, kind)).toThrow(
      expect.objectContaining({ code: 'MalformedPolicyDocument' }),
    );
  });
});

it('takes a lone statement, lone values and booleans as the grammar allows', () => {
  const parsed = parsePolicy(
    { Version: '2012-10-17', Statement: { ...ALLOW, Condition: { Bool: { 'aws:SecureTransport': true } } } },
    'identity',
    'x',
  );
  expect(parsed.Statement).toEqual([
    {
      Effect: 'Allow',
      Action: ['s3:GetObject'],
      Resource: ['*'],
      Condition: { Bool: { 'aws:SecureTransport': ['true'] } },
    },
  ]);
});
