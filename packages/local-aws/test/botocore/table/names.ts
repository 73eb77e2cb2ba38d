import { callsOf, type Row } from '../row.ts';

/** SSM's parameters and Route 53's records. */
const ssm = callsOf('ssm');
const route53 = callsOf('route53');

const REFUSED = { code: 'ValidationException' };
const NO_PARAMETER = { code: 'ParameterNotFound' };
const text = (Name: string) => ({ Name, Value: 'v', Type: 'String' });
const RESERVED = 'https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html';

const parameters: readonly Row[] = [
  ssm('GetParameter', { Name: '/none' }, NO_PARAMETER),
  ssm(
    'PutParameter',
    text('/aws/redrill'),
    { code: 'AccessDeniedException', message: 'No access to reserved parameter name' },
    RESERVED,
  ),
  ssm('PutParameter', text('/AWSredrill/url'), { code: 'AccessDeniedException' }, RESERVED),
  ssm(
    'PutParameter',
    text('aws-redrill'),
    { ...REFUSED, message: 'can\'t be prefixed with "aws" or "ssm"' },
    RESERVED,
  ),
  ssm(
    'PutParameter',
    text('ssm-redrill'),
    { ...REFUSED, message: 'can\'t be prefixed with "aws" or "ssm"' },
    RESERVED,
  ),
  ssm(
    'PutParameter',
    text('/ssm/redrill'),
    { ...REFUSED, message: 'can\'t be prefixed with "ssm"' },
    RESERVED,
  ),
  ssm('PutParameter', text('/redrill/heart beat'), REFUSED, RESERVED),
  ssm('PutParameter', text('/redrill/heart$beat'), REFUSED, RESERVED),
  ssm('PutParameter', text('redrill/url'), { ...REFUSED, message: 'fully qualified name' }, RESERVED),
  ssm(
    'PutParameter',
    text(`/${'a/'.repeat(15)}b`),
    { code: 'HierarchyLevelLimitExceededException' },
    RESERVED,
  ),
  ssm('PutParameter', { Name: '/redrill/url', Value: '', Type: 'String' }, REFUSED),
  ssm('PutParameter', { Name: '/redrill/url', Value: 'v' }, REFUSED),
  ssm('PutParameter', { Name: '/redrill/url', Value: 'v', Type: 'Text' }, REFUSED),
  ssm('PutParameter', { Name: '/redrill/url', Value: 'v'.repeat(4097), Type: 'String' }, REFUSED),
  ssm(
    'PutParameter',
    { Name: '/redrill/url', Value: 'https://example.com', Type: 'SecureString' },
    { fields: { Version: 1 } },
  ),
  ssm(
    'PutParameter',
    { Name: '/redrill/url', Value: 'x', Type: 'SecureString' },
    { code: 'ParameterAlreadyExists' },
  ),
  ssm(
    'PutParameter',
    { Name: '/redrill/url', Value: 'https://example.com/2', Type: 'SecureString', Overwrite: true },
    { fields: { Version: 2 } },
  ),
  ssm(
    'GetParameter',
    { Name: '/redrill/url', WithDecryption: true },
    { fields: { Parameter: { Value: 'https://example.com/2', Version: 2 } } },
  ),
  ssm(
    'GetParameterHistory',
    { Name: '/redrill/url' },
    { fields: { Parameters: [{ Version: 1 }, { Version: 2 }] } },
  ),
];

const INVALID_BATCH = { code: 'InvalidChangeBatch' };
const RECORDS = 'https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html';
const change = (Action: string, record: object, HostedZoneId = '{{zone}}') => ({
  HostedZoneId,
  ChangeBatch: { Changes: [{ Action, ResourceRecordSet: { TTL: 60, ...record } }] },
});
const value = (...values: string[]) => values.map((Value) => ({ Value }));
const APEX = 'https://github.com/hashicorp/terraform-provider-aws/issues/37266';

const records: readonly Row[] = [
  route53('CreateHostedZone', { Name: 'not a domain', CallerReference: '0' }, { code: 'InvalidDomainName' }),
  {
    ...route53(
      'CreateHostedZone',
      { Name: 'shop.example', CallerReference: '1' },
      { status: 201, fields: { HostedZone: { Name: 'shop.example.' } } },
    ),
    saves: { zone: 'HostedZone.Id' },
  },
  route53(
    'CreateHostedZone',
    { Name: 'shop.example', CallerReference: '1' },
    { code: 'HostedZoneAlreadyExists', status: 409 },
  ),
  route53('ListResourceRecordSets', { HostedZoneId: 'ZNONE' }, { code: 'NoSuchHostedZone', status: 404 }),
  route53(
    'ChangeResourceRecordSets',
    change('UPSERT', { Name: 'shop.example', Type: 'CNAME', ResourceRecords: value('cache.example') }),
    { ...INVALID_BATCH, message: 'is not permitted at apex in zone shop.example.' },
    APEX,
  ),
  route53(
    'ChangeResourceRecordSets',
    change('UPSERT', { Name: 'a.shop.example', Type: 'A', ResourceRecords: value('300.1.1.1') }),
    { ...INVALID_BATCH, message: 'ARRDATAIllegalIPv4Address' },
    'https://github.com/hashicorp/terraform/issues/14941',
  ),
  route53(
    'ChangeResourceRecordSets',
    change('UPSERT', { Name: 'a.shop.example', Type: 'A', ResourceRecords: value('cache.example') }),
    { ...INVALID_BATCH, message: 'ARRDATAIllegalIPv4Address' },
    'https://github.com/hashicorp/terraform/issues/14941',
  ),
  route53(
    'ChangeResourceRecordSets',
    change('UPSERT', { Name: 'a.other.example', Type: 'A', ResourceRecords: value('10.0.0.1') }),
    { ...INVALID_BATCH, message: 'is not permitted in zone shop.example.' },
    RECORDS,
  ),
  route53(
    'ChangeResourceRecordSets',
    change('UPSERT', {
      Name: 'c.shop.example',
      Type: 'CNAME',
      ResourceRecords: value('one.example', 'two.example'),
    }),
    INVALID_BATCH,
    RECORDS,
  ),
  route53(
    'ChangeResourceRecordSets',
    change('UPSERT', { Name: 't.shop.example', Type: 'TXT', ResourceRecords: value('no quotes') }),
    { ...INVALID_BATCH, message: 'InvalidCharacterString' },
    'https://repost.aws/knowledge-center/route53-resolve-dkim-text-record-error',
  ),
  route53(
    'ChangeResourceRecordSets',
    change('DELETE', { Name: 'c.shop.example', Type: 'CNAME', ResourceRecords: value('one.example') }),
    { ...INVALID_BATCH, message: 'but it was not found' },
    RECORDS,
  ),
  route53(
    'ChangeResourceRecordSets',
    change('CREATE', { Name: 'c.shop.example', Type: 'CNAME', ResourceRecords: value('one.example') }),
    { fields: { ChangeInfo: { Status: 'PENDING' } } },
    RECORDS,
  ),
  route53(
    'ChangeResourceRecordSets',
    change('CREATE', { Name: 'c.shop.example', Type: 'CNAME', ResourceRecords: value('one.example') }),
    { ...INVALID_BATCH, message: 'but it already exists' },
    RECORDS,
  ),
  route53(
    'ChangeResourceRecordSets',
    change('UPSERT', {
      Name: 'c.shop.example',
      Type: 'CNAME',
      ResourceRecords: value('two.example'),
      TTL: -1,
    }),
    { code: 'InvalidInput' },
    RECORDS,
  ),
  route53(
    'ChangeResourceRecordSets',
    change('DELETE', { Name: 'c.shop.example', Type: 'CNAME', ResourceRecords: value('two.example') }),
    { ...INVALID_BATCH, message: 'do not match the current values' },
    RECORDS,
  ),
  route53(
    'ChangeResourceRecordSets',
    change(
      'UPSERT',
      { Name: 'c.shop.example', Type: 'CNAME', ResourceRecords: value('two.example') },
      'ZNONE',
    ),
    { code: 'NoSuchHostedZone', status: 404 },
    RECORDS,
  ),
  route53(
    'ListResourceRecordSets',
    { HostedZoneId: '{{zone}}', StartRecordName: 'c.shop.example', StartRecordType: 'CNAME', MaxItems: '1' },
    { fields: { ResourceRecordSets: [{ Name: 'c.shop.example.', Type: 'CNAME' }] } },
  ),
];

/** Services without a front answer in the form that their clients read. */
const NOT_MODELLED = { code: 'NotModelled', status: 501 };
const unmodelled: readonly Row[] = (
  [
    ['ec2', 'DescribeInstances'],
    ['dynamodb', 'ListTables'],
    ['glacier', 'ListVaults'],
    ['sqs', 'ListQueues'],
    ['rds', 'DescribeDBInstances'],
    ['backup', 'ListBackupVaults'],
    ['cloudfront', 'ListDistributions2020_05_31'],
    ['secretsmanager', 'ListSecrets'],
  ] as const
).map(([service, operation]) => ({
  service,
  operation: operation.replace(/2020.*/, ''),
  gives: { ...NOT_MODELLED, message: service },
  source: 'packages/local-aws/README.md: what is not modelled is refused by name',
}));

export const NAMES: readonly Row[] = [...parameters, ...records, ...unmodelled];
