import type { Finding } from '../contracts/doctor.ts';
import type { NamedType } from '../ports/doctor.ts';
import { type DoctorPlace, nameOfPlace, ok, problem, unknown } from './findings.ts';

interface Named {
  /** The property of CloudFormation's that gives the name. */
  readonly property: string;
  /** What a person calls several of them. */
  readonly plural: string;
  /** What the check needs. */
  readonly needs: string;
  /** What removes one, without `aws` and the region. */
  removes(name: string, place: DoctorPlace): readonly string[];
}

/**
 * What CloudFormation does not create if the name is taken, and does not adopt either: it imports only what a deletion of the
 * stack retains. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html (checked 2026-11-23)
 */
export const NAMED: Readonly<Record<NamedType, Named>> = {
  'AWS::CloudWatch::Alarm': {
    property: 'AlarmName',
    plural: 'alarms',
    needs: 'cloudwatch:DescribeAlarms',
    removes: (name) => [`cloudwatch delete-alarms --alarm-names ${name}`],
  },
  'AWS::CloudWatch::Dashboard': {
    property: 'DashboardName',
    plural: 'dashboards',
    needs: 'cloudwatch:GetDashboard',
    removes: (name) => [`cloudwatch delete-dashboards --dashboard-names ${name}`],
  },
  'AWS::ElastiCache::SubnetGroup': {
    property: 'CacheSubnetGroupName',
    plural: 'cache subnet groups',
    needs: 'elasticache:DescribeCacheSubnetGroups',
    removes: (name) => [`elasticache delete-cache-subnet-group --cache-subnet-group-name ${name}`],
  },
  'AWS::IAM::Role': {
    property: 'RoleName',
    plural: 'roles',
    needs: 'iam:GetRole',
    // A role is deleted only without its inline policy, which has this name in all of Redrill's.
    removes: (name) => [
      `iam delete-role-policy --role-name ${name} --policy-name Permissions`,
      `iam delete-role --role-name ${name}`,
    ],
  },
  'AWS::KMS::Alias': {
    property: 'AliasName',
    plural: 'aliases of keys',
    needs: 'kms:ListAliases',
    removes: (name) => [`kms delete-alias --alias-name ${name}`],
  },
  'AWS::Lambda::Function': {
    property: 'FunctionName',
    plural: 'Lambda functions',
    needs: 'lambda:GetFunction',
    removes: (name) => [`lambda delete-function --function-name ${name}`],
  },
  'AWS::Logs::LogGroup': {
    property: 'LogGroupName',
    plural: 'log groups',
    needs: 'logs:DescribeLogGroups',
    removes: (name) => [`logs delete-log-group --log-group-name ${name}`],
  },
  'AWS::SNS::Topic': {
    property: 'TopicName',
    plural: 'topics',
    needs: 'sns:GetTopicAttributes',
    removes: (name, place) => [`sns delete-topic --topic-arn ${topicArn(name, place)}`],
  },
  'AWS::Scheduler::ScheduleGroup': {
    property: 'Name',
    plural: 'schedule groups',
    needs: 'scheduler:GetScheduleGroup',
    removes: (name) => [`scheduler delete-schedule-group --name ${name}`],
  },
  'AWS::StepFunctions::StateMachine': {
    property: 'StateMachineName',
    plural: 'state machines',
    needs: 'states:DescribeStateMachine',
    removes: (name, place) => [
      `stepfunctions delete-state-machine --state-machine-arn ${stateMachineArn(name, place)}`,
    ],
  },
};

/** A finding lists at most this many names, with the commands that remove them. */
const LISTED = 5;

export interface TakenSeen {
  readonly place: DoctorPlace;
  readonly type: NamedType;
  readonly taken: readonly string[];
}

/** What is in the way of a first deployment: one finding for all resources of one type. */
export function takenFindings({ place, type, taken }: TakenSeen): readonly Finding[] {
  const [first] = taken;
  if (first === undefined) return [];
  const { plural, removes } = NAMED[type];
  const listed = taken.slice(0, LISTED);
  const more = taken.length > LISTED ? ` and ${taken.length - LISTED} more` : '';
  const aws = (command: string) => `aws ${command} --region ${place.region}`;
  return [
    problem({
      id: 'name-taken',
      subject: taken.length === 1 ? first : `${first} and ${taken.length - 1} more`,
      text: `These ${plural} exist already, so the deployment fails: ${listed.join(', ')}${more}. CloudFormation does not adopt them. First check whether they belong to a stack; remove those that belong to none and are not used.`,
      next: [
        aws(
          `cloudformation describe-stack-resources --physical-resource-id ${physicalId(type, first, place)}`,
        ),
        ...listed.flatMap((name) => removes(name, place).map(aws)),
      ],
    }),
  ];
}

/** CloudFormation knows topics and state machines by their ARNs. */
function physicalId(type: NamedType, name: string, place: DoctorPlace): string {
  if (type === 'AWS::SNS::Topic') return topicArn(name, place);
  if (type === 'AWS::StepFunctions::StateMachine') return stateMachineArn(name, place);
  return name;
}

const topicArn = (name: string, { account, region }: DoctorPlace): string =>
  `arn:aws:sns:${region}:${account}:${name}`;

const stateMachineArn = (name: string, { account, region }: DoctorPlace): string =>
  `arn:aws:states:${region}:${account}:stateMachine:${name}`;

/** Whether names of this type are taken, the credentials may not see. */
export function namesUnseen(type: NamedType, place: DoctorPlace): Finding {
  const { plural, needs } = NAMED[type];
  return unknown({
    id: 'other-names-unchecked',
    subject: nameOfPlace(place),
    text: `Not checked: whether names of ${plural} are taken: needs ${needs}.`,
    next: [`npx redrill doctor, with credentials that have ${needs}`],
  });
}

/** One line for all other names, if none is taken. */
export function freeFinding(names: number, place: DoctorPlace): Finding {
  const text = `The names of ${names} other resources are free.`;
  return ok({ id: 'other-names', subject: nameOfPlace(place), text });
}
