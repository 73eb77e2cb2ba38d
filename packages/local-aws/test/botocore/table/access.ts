import { callsOf, type Row, recorded } from '../row.ts';

/** IAM, STS and KMS. */
const iam = callsOf('iam');
const sts = callsOf('sts');
const kms = callsOf('kms');

const NO_ENTITY = { code: 'NoSuchEntity', status: 404 };
const MALFORMED = { code: 'MalformedPolicyDocument' };
const OK = { fields: {} };
const DOCUMENT = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
const TRUST = DOCUMENT({
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::111122223333:root' },
  Action: 'sts:AssumeRole',
});
const READS = DOCUMENT({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::plain/*' });
const ROLE = 'arn:aws:iam::111122223333:role/breaker';
const invalidJson = recorded('iam/test_iam', 'test_create_role_with_malformed_assume_role_policy_document');
const attaching = recorded('iam/test_iam', 'test_role_attach_policy');

const roles: readonly Row[] = [
  iam('GetRole', { RoleName: 'none' }, NO_ENTITY),
  iam(
    'CreateRole',
    { RoleName: 'breaker', AssumeRolePolicyDocument: '{ "not json' },
    { ...MALFORMED, message: 'This policy contains invalid Json' },
    invalidJson,
  ),
  iam('CreateRole', { RoleName: 'breaker', AssumeRolePolicyDocument: READS }, MALFORMED),
  iam('CreateRole', { RoleName: 'a role', AssumeRolePolicyDocument: TRUST }, { code: 'ValidationError' }),
  iam(
    'CreateRole',
    { RoleName: 'r'.repeat(65), AssumeRolePolicyDocument: TRUST },
    { code: 'ValidationError' },
  ),
  iam(
    'CreateRole',
    { RoleName: 'breaker', AssumeRolePolicyDocument: TRUST },
    { fields: { Role: { Arn: ROLE, RoleName: 'breaker', Path: '/', RoleId: /^AROA/ } } },
  ),
  iam(
    'CreateRole',
    { RoleName: 'breaker', AssumeRolePolicyDocument: TRUST },
    { code: 'EntityAlreadyExists', status: 409 },
  ),
  iam(
    'GetRole',
    { RoleName: 'breaker' },
    { fields: { Role: { Arn: ROLE, AssumeRolePolicyDocument: { Version: '2012-10-17' } } } },
  ),
  iam(
    'PutRolePolicy',
    { RoleName: 'breaker', PolicyName: 'reads', PolicyDocument: '{ "not json' },
    MALFORMED,
  ),
  iam(
    'PutRolePolicy',
    {
      RoleName: 'breaker',
      PolicyName: 'reads',
      PolicyDocument: DOCUMENT({ Effect: 'Allow', Action: 's3:GetObject' }),
    },
    MALFORMED,
  ),
  iam(
    'PutRolePolicy',
    {
      RoleName: 'breaker',
      PolicyName: 'reads',
      PolicyDocument: DOCUMENT({ Effect: 'Perhaps', Action: 's3:*', Resource: '*' }),
    },
    MALFORMED,
  ),
  iam('PutRolePolicy', { RoleName: 'breaker', PolicyName: 'reads', PolicyDocument: '[]' }, MALFORMED),
  iam('PutRolePolicy', { RoleName: 'none', PolicyName: 'reads', PolicyDocument: READS }, NO_ENTITY),
  iam('PutRolePolicy', { RoleName: 'breaker', PolicyName: 'reads', PolicyDocument: READS }, OK),
  iam(
    'GetRolePolicy',
    { RoleName: 'breaker', PolicyName: 'reads' },
    { fields: { PolicyName: 'reads', PolicyDocument: { Statement: [{ Action: 's3:GetObject' }] } } },
  ),
  iam('GetRolePolicy', { RoleName: 'breaker', PolicyName: 'none' }, NO_ENTITY),
  iam('ListRolePolicies', { RoleName: 'breaker' }, { fields: { PolicyNames: ['reads'] } }),
  iam(
    'AttachRolePolicy',
    { RoleName: 'breaker', PolicyArn: 'no-arn' },
    { code: 'ValidationError' },
    attaching,
  ),
  iam(
    'AttachRolePolicy',
    { RoleName: 'breaker', PolicyArn: 'arn:aws:iam::111122223333:policy/none' },
    { ...NO_ENTITY, message: 'does not exist or is not attachable' },
    attaching,
  ),
  iam(
    'AttachRolePolicy',
    { RoleName: 'breaker', PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' },
    OK,
  ),
  iam(
    'ListAttachedRolePolicies',
    { RoleName: 'breaker' },
    { fields: { AttachedPolicies: [{ PolicyName: 'AWSLambdaBasicExecutionRole' }] } },
  ),
];

const sessions: readonly Row[] = [
  sts('GetCallerIdentity', {}, { fields: { Account: '111122223333', Arn: /^arn:aws:/ } }),
  sts(
    'AssumeRole',
    { RoleArn: 'nothing-valid-in-here', RoleSessionName: 's1' },
    { code: 'ValidationError', message: 'nothing-valid-in-here is invalid' },
    recorded('sts/test_sts', 'test_sts_invalid_parameters'),
  ),
  sts(
    'AssumeRole',
    { RoleArn: ROLE, RoleSessionName: 'Session1:2' },
    { code: 'ValidationError', message: 'roleSessionName' },
    recorded('sts/test_sts', 'test_sts_invalid_parameters'),
  ),
  sts('AssumeRole', { RoleArn: `${ROLE}-not`, RoleSessionName: 's1' }, { code: 'AccessDenied', status: 403 }),
  sts(
    'AssumeRole',
    { RoleArn: 'arn:aws:iam::111122223333:role/scheduler', RoleSessionName: 's1' },
    { code: 'AccessDenied', status: 403 },
  ),
  sts(
    'AssumeRole',
    { RoleArn: ROLE, RoleSessionName: 's1', DurationSeconds: 60 },
    { code: 'ValidationError' },
  ),
  sts(
    'AssumeRole',
    { RoleArn: ROLE, RoleSessionName: 's1' },
    {
      fields: {
        AssumedRoleUser: { Arn: 'arn:aws:sts::111122223333:assumed-role/breaker/s1' },
        Credentials: { AccessKeyId: /^ASIA/, SessionToken: /.+/ },
      },
    },
  ),
];

const leaving: readonly Row[] = [
  iam('DeleteRole', { RoleName: 'breaker' }, { code: 'DeleteConflict', status: 409 }),
  iam(
    'DetachRolePolicy',
    { RoleName: 'breaker', PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' },
    OK,
  ),
  iam(
    'DetachRolePolicy',
    { RoleName: 'breaker', PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' },
    NO_ENTITY,
  ),
  iam('DeleteRolePolicy', { RoleName: 'breaker', PolicyName: 'none' }, NO_ENTITY),
  iam('DeleteRolePolicy', { RoleName: 'breaker', PolicyName: 'reads' }, OK),
  iam('DeleteRole', { RoleName: 'breaker' }, OK),
  iam('DeleteRole', { RoleName: 'breaker' }, NO_ENTITY),
];

const ROOT_ONLY = DOCUMENT({
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::111122223333:root' },
  Action: 'kms:*',
  Resource: '*',
});
const KEY = 'alias/table';
const NO_KEY = { code: 'NotFoundException' };

const keys: readonly Row[] = [
  kms(
    'DescribeKey',
    { KeyId: KEY },
    { fields: { KeyMetadata: { KeyState: 'Enabled', KeyManager: 'CUSTOMER' } } },
  ),
  kms(
    'DescribeKey',
    { KeyId: '00000000-0000-4000-8000-000000000000' },
    NO_KEY,
    recorded('kms/test_kms', 'test_describe_nonexistent_key'),
  ),
  kms('DescribeKey', { KeyId: 'alias/none' }, NO_KEY),
  { ...kms('DescribeKey', { KeyId: KEY }, OK), saves: { key: 'KeyMetadata.KeyId' } },
  kms('GetKeyPolicy', { KeyId: '{{key}}', PolicyName: 'default' }, { fields: { Policy: /"kms:\*"/ } }),
  kms('GetKeyPolicy', { KeyId: '{{key}}', PolicyName: 'other' }, NO_KEY),
  kms(
    'PutKeyPolicy',
    { KeyId: '{{key}}', PolicyName: 'default', Policy: '{ "not json' },
    { code: 'MalformedPolicyDocumentException' },
  ),
  kms(
    'PutKeyPolicy',
    {
      KeyId: '{{key}}',
      PolicyName: 'default',
      Policy: DOCUMENT({
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111122223333:role/worker' },
        Action: 'kms:Decrypt',
        Resource: '*',
      }),
    },
    {
      code: 'MalformedPolicyDocumentException',
      message: 'will not allow you to update the key policy in the future',
    },
  ),
  kms('PutKeyPolicy', { KeyId: '{{key}}', PolicyName: 'default', Policy: ROOT_ONLY }, OK),
  kms('ListAliases', {}, { fields: { Aliases: [{ AliasName: KEY }] } }),
  kms('CancelKeyDeletion', { KeyId: '{{key}}' }, { code: 'KMSInvalidStateException' }),
  kms('ScheduleKeyDeletion', { KeyId: '{{key}}', PendingWindowInDays: 6 }, { code: 'ValidationException' }),
  kms(
    'ScheduleKeyDeletion',
    { KeyId: '{{key}}', PendingWindowInDays: 7 },
    { fields: { KeyState: 'PendingDeletion' } },
  ),
  kms('EnableKey', { KeyId: '{{key}}' }, { code: 'KMSInvalidStateException' }),
  kms('DisableKey', { KeyId: '{{key}}' }, { code: 'KMSInvalidStateException' }),
  kms('CancelKeyDeletion', { KeyId: '{{key}}' }, { fields: { KeyId: /^arn:aws:kms:/ } }),
  kms(
    'DescribeKey',
    { KeyId: '{{key}}' },
    { fields: { KeyMetadata: { KeyState: 'Disabled', Enabled: false } } },
  ),
  kms('EnableKey', { KeyId: '{{key}}' }, OK),
];

export const ACCESS: readonly Row[] = [...roles, ...sessions, ...leaving, ...keys];
