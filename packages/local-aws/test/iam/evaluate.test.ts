import { describe, expect, it } from 'vitest';
import { evaluate } from '../../iam/evaluate.ts';
import { parsePolicy } from '../../iam/parse-policy.ts';
import { administratorOf } from '../../iam/roles.ts';
import type { Principal } from '../../model/service.ts';

const ACCOUNT = '111122223333';
const OTHER_ACCOUNT = '444455556666';
const ROLE: Principal = { kind: 'role', arn: `arn:aws:iam::${ACCOUNT}:role/ingest`, account: ACCOUNT };
const ADMINISTRATOR = administratorOf(ACCOUNT);
const CLOUDWATCH: Principal = { kind: 'service', arn: 'cloudwatch.amazonaws.com', account: ACCOUNT };

const OBJECT = 'arn:aws:s3:::vault/daily/a.rdb';
const KEY = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1`;

const allow = (Action: string | string[], Resource: string | string[] = '*') => ({
  Effect: 'Allow',
  Action,
  Resource,
});
const deny = (Action: string | string[], Resource: string | string[] = '*') => ({
  Effect: 'Deny',
  Action,
  Resource,
});
const to = (Principal: unknown, statement: object) => ({ ...statement, Principal });
const root = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` });

interface Case {
  readonly name: string;
  readonly who?: Principal;
  readonly action?: string;
  readonly on?: string;
  readonly owner?: string;
  readonly identity?: object[];
  readonly resource?: object[];
  readonly allowed: boolean;
  readonly because?: string;
}

function decide({ who = ROLE, action = 's3:GetObject', on = OBJECT, owner, identity = [], resource }: Case) {
  const policy = (Statement: object[]) => ({ Version: '2012-10-17', Statement });
  return evaluate(
    {
      principal: who,
      action,
      resource: on,
      ...(owner === undefined ? {} : { resourceAccount: owner }),
      context: {},
    },
    {
      identityPolicies: [parsePolicy(policy(identity), 'identity', 'identity')],
      ...(resource === undefined
        ? {}
        : { resourcePolicy: parsePolicy(policy(resource), 'resource', 'resource') }),
    },
  );
}

function table(title: string, cases: readonly Case[]) {
  describe(title, () => {
    it.each(cases)('$name', (each) => {
      const verdict = decide(each);
      expect(verdict.allowed).toBe(each.allowed);
      if (each.because !== undefined) expect(verdict.reason).toBe(each.because);
    });
  });
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
table('within one account', [
  {
    name: 'nothing allows: denied by default',
    allowed: false,
    because: 'because no identity-based policy allows the s3:GetObject action',
  },
  {
    name: 'an identity policy suffices',
    identity: [allow('s3:GetObject', 'arn:aws:s3:::vault/*')],
    allowed: true,
  },
  { name: 'of another action does not', identity: [allow('s3:PutObject')], allowed: false },
  {
    name: 'of another resource does not',
    identity: [allow('s3:GetObject', 'arn:aws:s3:::landing/*')],
    allowed: false,
  },
  { name: 'actions are compared without case', identity: [allow('S3:getobject')], allowed: true },
  { name: 'resources with', identity: [allow('s3:GetObject', 'arn:aws:s3:::VAULT/*')], allowed: false },
  {
    name: 'a resource policy that names the role suffices',
    resource: [to({ AWS: ROLE.arn }, allow('s3:GetObject'))],
    allowed: true,
  },
  {
    name: 'one that names the account only delegates',
    resource: [to(root(ACCOUNT), allow('s3:GetObject'))],
    allowed: false,
  },
  {
    name: 'and with the identity policy it is allowed',
    resource: [to(root(ACCOUNT), allow('s3:GetObject'))],
    identity: [allow('s3:*')],
    allowed: true,
  },
  { name: 'everybody includes the role', resource: [to('*', allow('s3:GetObject'))], allowed: true },
  {
    name: 'an explicit deny in the identity policy wins over its allow',
    identity: [allow('*'), deny('s3:Get*')],
    allowed: false,
    because: 'with an explicit deny in an identity-based policy',
  },
  {
    name: 'an explicit deny in the resource policy wins over the identity policy',
    identity: [allow('*')],
    resource: [to('*', deny('s3:*'))],
    allowed: false,
    because: 'with an explicit deny in a resource-based policy',
  },
  {
    name: 'a deny that names the account reaches its roles',
    identity: [allow('*')],
    resource: [to(root(ACCOUNT), deny('s3:*'))],
    allowed: false,
  },
  {
    name: 'a deny that names another role does not',
    identity: [allow('*')],
    resource: [to({ AWS: `arn:aws:iam::${ACCOUNT}:role/other` }, deny('s3:*'))],
    allowed: true,
  },
  {
    name: 'NotAction allows everything else',
    identity: [{ Effect: 'Allow', NotAction: 's3:DeleteObject', Resource: '*' }],
    allowed: true,
  },
  {
    name: 'and not what it names',
    action: 's3:DeleteObject',
    identity: [{ Effect: 'Allow', NotAction: 's3:Delete*', Resource: '*' }],
    allowed: false,
  },
  {
    name: 'NotResource denies everything else',
    identity: [allow('*'), { Effect: 'Deny', Action: 's3:*', NotResource: 'arn:aws:s3:::landing/*' }],
    allowed: false,
  },
  {
    name: 'an action without resource-level permissions needs a statement on *',
    action: 'kms:ListAliases',
    on: '*',
    identity: [allow('kms:ListAliases', KEY)],
    allowed: false,
  },
]);

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
table('across accounts', [
  {
    name: 'the identity policy alone does not do',
    owner: OTHER_ACCOUNT,
    identity: [allow('*')],
    allowed: false,
  },
  {
    name: 'the resource policy alone does not do',
    owner: OTHER_ACCOUNT,
    resource: [to({ AWS: ROLE.arn }, allow('s3:*'))],
    allowed: false,
    because: 'because no identity-based policy allows the s3:GetObject action',
  },
  {
    name: 'both do, the role being named',
    owner: OTHER_ACCOUNT,
    identity: [allow('s3:GetObject')],
    resource: [to({ AWS: ROLE.arn }, allow('s3:*'))],
    allowed: true,
  },
  {
    name: 'both do, its account being named',
    owner: OTHER_ACCOUNT,
    identity: [allow('s3:GetObject')],
    resource: [to({ AWS: ACCOUNT }, allow('s3:*'))],
    allowed: true,
  },
  {
    name: 'an administrator is nobody in another account',
    who: ADMINISTRATOR,
    owner: OTHER_ACCOUNT,
    allowed: false,
    because: 'because no resource-based policy allows the s3:GetObject action',
  },
]);

table('administrators and AWS services', [
  { name: 'an administrator may do anything at home', who: ADMINISTRATOR, allowed: true },
  {
    name: 'unless a resource policy denies',
    who: ADMINISTRATOR,
    resource: [to('*', deny('s3:*'))],
    allowed: false,
  },
  {
    name: 'a service needs the resource policy',
    who: CLOUDWATCH,
    action: 'sns:Publish',
    allowed: false,
    because: 'because no resource-based policy allows the sns:Publish action',
  },
  {
    name: 'which must name it',
    who: CLOUDWATCH,
    action: 'sns:Publish',
    resource: [to({ Service: 'events.amazonaws.com' }, allow('sns:Publish'))],
    allowed: false,
  },
  {
    name: 'and may then do as it says',
    who: CLOUDWATCH,
    action: 'sns:Publish',
    resource: [to({ Service: 'cloudwatch.amazonaws.com' }, allow('sns:Publish'))],
    allowed: true,
  },
  {
    name: 'the root of the account is not a service',
    who: CLOUDWATCH,
    action: 'sns:Publish',
    resource: [to(root(ACCOUNT), allow('sns:Publish'))],
    allowed: false,
  },
]);

// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
table('KMS keys', [
  {
    name: 'the identity policy counts for nothing unless the key policy delegates',
    action: 'kms:Decrypt',
    on: KEY,
    identity: [allow('kms:*')],
    resource: [to({ AWS: `arn:aws:iam::${ACCOUNT}:role/other` }, allow('kms:*'))],
    allowed: false,
    because: 'because no resource-based policy allows the kms:Decrypt action',
  },
  {
    name: 'not even for the administrator',
    who: ADMINISTRATOR,
    action: 'kms:DescribeKey',
    on: KEY,
    resource: [to({ AWS: ROLE.arn }, allow('kms:*'))],
    allowed: false,
  },
  {
    name: 'delegated to the account, the identity policy decides',
    action: 'kms:Decrypt',
    on: KEY,
    identity: [allow('kms:Decrypt', KEY)],
    resource: [to(root(ACCOUNT), allow('kms:*'))],
    allowed: true,
  },
  {
    name: 'delegated, but nothing in the identity policy',
    action: 'kms:Decrypt',
    on: KEY,
    resource: [to(root(ACCOUNT), allow('kms:*'))],
    allowed: false,
    because: 'because no identity-based policy allows the kms:Decrypt action',
  },
  {
    name: 'a key policy that names the role suffices',
    action: 'kms:Decrypt',
    on: KEY,
    resource: [to({ AWS: ROLE.arn }, allow('kms:Decrypt'))],
    allowed: true,
  },
  {
    name: 'a key of another account needs both',
    action: 'kms:Decrypt',
    on: KEY,
    owner: OTHER_ACCOUNT,
    resource: [to({ AWS: ROLE.arn }, allow('kms:Decrypt'))],
    allowed: false,
  },
]);
