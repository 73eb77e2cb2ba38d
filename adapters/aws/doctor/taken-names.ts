import { CloudWatchClient, GetDashboardCommand, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeCacheSubnetGroupsCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { KMSClient, paginateListAliases } from '@aws-sdk/client-kms';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetScheduleGroupCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import type { DoctorAws, NamedType } from '../../../core/ports/doctor.ts';
import { inParallel } from '../../in-parallel.ts';
import { CLIENT_OPTIONS } from '../client-options.ts';
import { nameOf, translating } from '../translate.ts';

type Names = readonly string[];
type Reader = (names: Names, account: string) => Promise<Names>;

/** How the services call what does not exist; ElastiCache's names come without their `Fault`. */
const ABSENT = [
  'NoSuchEntity',
  'NoSuchEntityException',
  'ResourceNotFoundException',
  'ResourceNotFound',
  'DashboardNotFoundError',
  'StateMachineDoesNotExist',
  'NotFound',
  'NotFoundException',
  'CacheSubnetGroupNotFound',
];

/** Which names of one region are taken. It only reads, and asks for names, not for lists, where the API has a way to. */
export function takenNames(region: string): DoctorAws['taken'] {
  const readers = readersIn(region);
  return (type, names, account) =>
    translating(`look up names of ${type}`, () => readers[type](names, account));
}

/** One call for each name. */
function each(call: (name: string, account: string) => Promise<unknown>): Reader {
  return async (names, account) => {
    const found = await inParallel(names, async (name) => {
      try {
        await call(name, account);
        return [name];
      } catch (error) {
        if (ABSENT.includes(nameOf(error))) return [];
        throw error;
      }
    });
    return found.flat();
  };
}

function readersIn(region: string): Readonly<Record<NamedType, Reader>> {
  const options = { ...CLIENT_OPTIONS, region };
  const cloudwatch = new CloudWatchClient(options);
  const elasticache = new ElastiCacheClient(options);
  const [iam, lambda, sns] = [new IAMClient(options), new LambdaClient(options), new SNSClient(options)];
  const [scheduler, sfn] = [new SchedulerClient(options), new SFNClient(options)];
  const arn = (service: string, account: string, resource: string) =>
    `arn:aws:${service}:${region}:${account}:${resource}`;
  return {
    'AWS::CloudWatch::Alarm': (names) => alarmsOf(cloudwatch, names),
    'AWS::CloudWatch::Dashboard': each((DashboardName) =>
      cloudwatch.send(new GetDashboardCommand({ DashboardName })),
    ),
    'AWS::ElastiCache::SubnetGroup': each((CacheSubnetGroupName) =>
      elasticache.send(new DescribeCacheSubnetGroupsCommand({ CacheSubnetGroupName })),
    ),
    'AWS::IAM::Role': each((RoleName) => iam.send(new GetRoleCommand({ RoleName }))),
    'AWS::KMS::Alias': (names) => aliasesOf(new KMSClient(options), names),
    'AWS::Lambda::Function': each((FunctionName) => lambda.send(new GetFunctionCommand({ FunctionName }))),
    'AWS::Logs::LogGroup': (names) => logGroupsOf(new CloudWatchLogsClient(options), names),
    'AWS::SNS::Topic': each((name, account) =>
      sns.send(new GetTopicAttributesCommand({ TopicArn: arn('sns', account, name) })),
    ),
    'AWS::Scheduler::ScheduleGroup': each((Name) => scheduler.send(new GetScheduleGroupCommand({ Name }))),
    'AWS::StepFunctions::StateMachine': each((name, account) =>
      sfn.send(
        new DescribeStateMachineCommand({
          stateMachineArn: arn('states', account, `stateMachine:${name}`),
        }),
      ),
    ),
  };
}

async function alarmsOf(client: CloudWatchClient, names: Names): Promise<Names> {
  const found: string[] = [];
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, { AlarmNames: [...names] }))
    found.push(...MetricAlarms.flatMap(({ AlarmName }) => AlarmName ?? []));
  return found;
}

async function aliasesOf(client: KMSClient, names: Names): Promise<Names> {
  const found: string[] = [];
  for await (const { Aliases = [] } of paginateListAliases({ client }, {}))
    found.push(...Aliases.flatMap(({ AliasName }) => AliasName ?? []));
  return names.filter((name) => found.includes(name));
}

/** By the folders that the names are in: AWS allows few of these calls a second. */
async function logGroupsOf(client: CloudWatchLogsClient, names: Names): Promise<Names> {
  const folders = [...new Set(names.map((name) => name.slice(0, name.lastIndexOf('/') + 1)))];
  const found: string[] = [];
  for (const folder of folders) {
    const logGroupNamePrefix = commonStart(names.filter((name) => name.startsWith(folder)));
    for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, { logGroupNamePrefix }))
      found.push(...logGroups.flatMap(({ logGroupName }) => logGroupName ?? []));
  }
  return names.filter((name) => found.includes(name));
}

function commonStart([first = '', ...others]: Names): string {
  let length = first.length;
  while (!others.every((other) => other.startsWith(first.slice(0, length)))) length--;
  return first.slice(0, length);
}
