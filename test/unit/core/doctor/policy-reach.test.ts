import { describe, expect, it } from 'vitest';
import {
  type PolicyStatement,
  type RoleCall,
  statementApplies,
} from '../../../../core/doctor/policy-reach.ts';

const role = 'arn:aws:iam::111122223333:role/team/deploy';
const call: RoleCall = {
  role,
  account: '111122223333',
  region: 'eu-central-1',
  action: 's3:PutBucketPolicy',
  resource: 'arn:aws:s3:::vault',
};
const everything: PolicyStatement = { Principal: '*', Action: '*', Resource: '*' };
const when = (Condition: PolicyStatement['Condition']): PolicyStatement => ({
  ...everything,
  ...(Condition && { Condition }),
});

describe('whether a statement applies to a call of a role', () => {
  it.each<[string, PolicyStatement, string]>([
    ['of everybody, every action, every resource', everything, 'yes'],
    ['of every AWS principal', { ...everything, Principal: { AWS: '*' } }, 'yes'],
    ['of the account', { ...everything, Principal: { AWS: call.account } }, 'yes'],
    [
      'of the account’s root',
      { ...everything, Principal: { AWS: ['x', `arn:aws:iam::${call.account}:root`] } },
      'yes',
    ],
    ['of the role itself', { ...everything, Principal: { AWS: role } }, 'yes'],
    ['of another role', { ...everything, Principal: { AWS: `${role}-2` } }, 'no'],
    ['of a role that was deleted', { ...everything, Principal: { AWS: 'AROAEXAMPLEEXAMPLE' } }, 'no'],
    ['of a service', { ...everything, Principal: { Service: 's3.amazonaws.com' } }, 'no'],
    [
      'of one session of the role',
      { ...everything, Principal: { AWS: `arn:aws:sts::${call.account}:assumed-role/deploy/x` } },
      'unknown',
    ],
    ['of everybody but the role', { Action: '*', Resource: '*', NotPrincipal: { AWS: role } }, 'no'],
    [
      'of everybody but another role',
      { Action: '*', Resource: '*', NotPrincipal: { AWS: `${role}-2` } },
      'yes',
    ],
    ['without a principal', { Action: '*', Resource: '*' }, 'no'],
    ['of actions by a pattern, in any case', { ...everything, Action: ['kms:*', 'S3:put*'] }, 'yes'],
    ['of another action', { ...everything, Action: 's3:GetObject' }, 'no'],
    ['of all actions but this', { Principal: '*', NotAction: 's3:PutBucketPolicy', Resource: '*' }, 'no'],
    ['of all actions but another', { Principal: '*', NotAction: 's3:GetObject', Resource: '*' }, 'yes'],
    ['of the objects only', { ...everything, Resource: 'arn:aws:s3:::vault/*' }, 'no'],
    ['of the bucket, by a pattern', { ...everything, Resource: 'arn:aws:s3:::vau?t' }, 'yes'],
    ['of everything but the bucket', { Principal: '*', Action: '*', NotResource: call.resource }, 'no'],
    ['without a resource', { Principal: '*', Action: '*' }, 'yes'],
  ])('%s', (_, statement, applies) => {
    expect(statementApplies(statement, call)).toBe(applies);
  });

  it.each<[PolicyStatement['Condition'], string]>([
    [{ ArnEquals: { 'aws:PrincipalArn': ['arn:aws:iam::1:role/x', role] } }, 'yes'],
    [{ ArnLike: { 'aws:principalarn': 'arn:aws:iam::*:role/*deploy' } }, 'yes'],
    [{ ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/redrill-break-glass' } }, 'yes'],
    [{ ArnNotEquals: { 'aws:PrincipalArn': role } }, 'no'],
    [{ StringEquals: { 'aws:PrincipalAccount': '444455556666' } }, 'no'],
    [{ StringNotEqualsIgnoreCase: { 'aws:RequestedRegion': 'EU-CENTRAL-1' } }, 'no'],
    [{ StringLikeIfExists: { 'aws:PrincipalType': 'Assumed*' } }, 'yes'],
    [{ 'ForAnyValue:StringLike': { 'aws:PrincipalArn': '*' } }, 'yes'],
    [{ Bool: { 'aws:SecureTransport': 'false' } }, 'no'],
    [{ Bool: { 'aws:PrincipalIsAWSService': 'false' } }, 'yes'],
    [{ NumericLessThan: { 's3:TlsVersion': '1.2' } }, 'no'],
    [{ NumericLessThan: { 's3:TlsVersion': 1.3 as never } }, 'yes'],
    [{ Null: { 'aws:PrincipalArn': 'false' } }, 'yes'],
    [{ Null: { 'aws:PrincipalArn': 'true' } }, 'no'],
    [{ NumericGreaterThan: { 's3:TlsVersion': '1.0' } }, 'unknown'],
    [{ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, 'unknown'],
    [{ StringEquals: { 'aws:PrincipalTag/team': 'x' } }, 'unknown'],
    [{ StringEquals: { 'aws:PrincipalTag/team': 'x' }, Bool: { 'aws:SecureTransport': 'false' } }, 'no'],
  ])('under the condition %j: %s', (condition, applies) => {
    expect(statementApplies(when(condition), call)).toBe(applies);
  });
});
