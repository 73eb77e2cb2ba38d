import { inParallel } from '../../../adapters/in-parallel.ts';
import type { Finding } from '../../../core/contracts/doctor.ts';
import { deployerFindings } from '../../../core/doctor/deployer-findings.ts';
import type { DoctorGround, Side } from '../ground.ts';
import type { PlannedResource } from '../planned.ts';

interface FirstCall {
  readonly actions: readonly string[];
  /** The property that names the resource, and its ARN before the name. @default any resource */
  readonly property?: string;
  readonly arn?: string;
}

/** What CloudFormation does first to a resource of each type, and the resource that it does it to. */
const FIRST_CALLS: Readonly<Record<string, FirstCall>> = {
  'AWS::S3::Bucket': { actions: ['s3:CreateBucket'], property: 'BucketName', arn: 's3:::' },
  'AWS::S3::BucketPolicy': {
    actions: ['s3:PutBucketPolicy', 's3:DeleteBucketPolicy'],
    property: 'Bucket',
    arn: 's3:::',
  },
  'AWS::KMS::Key': { actions: ['kms:CreateKey'] },
  'AWS::IAM::Role': {
    actions: ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:PassRole'],
    property: 'RoleName',
    arn: 'iam::ACCOUNT:role/',
  },
  'AWS::Lambda::Function': {
    actions: ['lambda:CreateFunction'],
    property: 'FunctionName',
    arn: 'lambda:REGION:ACCOUNT:function:',
  },
  'AWS::Logs::LogGroup': {
    actions: ['logs:CreateLogGroup'],
    property: 'LogGroupName',
    arn: 'logs:REGION:ACCOUNT:log-group:',
  },
  'AWS::SNS::Topic': {
    actions: ['sns:CreateTopic'],
    property: 'TopicName',
    arn: 'sns:REGION:ACCOUNT:',
  },
  'AWS::SQS::Queue': { actions: ['sqs:CreateQueue'], property: 'QueueName', arn: 'sqs:REGION:ACCOUNT:' },
  'AWS::StepFunctions::StateMachine': {
    actions: ['states:CreateStateMachine'],
    property: 'StateMachineName',
    arn: 'states:REGION:ACCOUNT:stateMachine:',
  },
  'AWS::Scheduler::ScheduleGroup': {
    actions: ['scheduler:CreateScheduleGroup'],
    property: 'Name',
    arn: 'scheduler:REGION:ACCOUNT:schedule-group/',
  },
  'AWS::CloudWatch::Alarm': {
    actions: ['cloudwatch:PutMetricAlarm'],
    property: 'AlarmName',
    arn: 'cloudwatch:REGION:ACCOUNT:alarm:',
  },
  'AWS::ElastiCache::SubnetGroup': {
    actions: ['elasticache:CreateCacheSubnetGroup'],
    property: 'CacheSubnetGroupName',
    arn: 'elasticache:REGION:ACCOUNT:subnetgroup:',
  },
};

/**
 * Whether the role's own policies let it deploy, as IAM's policy simulator answers.
 * @throws AppError `NotFound` if there is no such role
 */
export async function deployerRights(
  side: Side,
  ground: DoctorGround,
  role: string,
): Promise<readonly Finding[]> {
  const planned = await ground.planned(side);
  const context = { 'aws:RequestedRegion': [side.region] };
  const found = await inParallel(Object.entries(FIRST_CALLS), async ([type, call]) => {
    const first = planned.find((each) => each.type === type);
    if (first === undefined) return [];
    const { actions } = call;
    return side.aws.simulate(role, { actions, resources: [arnOf(first, call, side)], context });
  });
  return deployerFindings({ place: side, role, simulated: found.flat() });
}

function arnOf(
  { properties }: PlannedResource,
  { property, arn }: FirstCall,
  { account, region }: Side,
): string {
  if (property === undefined || arn === undefined) return '*';
  return `arn:aws:${arn.replace('REGION', region).replace('ACCOUNT', account)}${properties[property]}`;
}
