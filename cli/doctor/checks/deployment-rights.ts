import { nameOfPlace, ok } from '../../../core/decide/doctor/findings.ts';
import { organisationFindings } from '../../../core/decide/doctor/role-findings.ts';
import { AppError } from '../../../core/model/errors.ts';
import type { Check } from '../check.ts';
import type { Side } from '../ground.ts';

/** What CloudFormation does in either region for Redrill's stacks, and what the stacks do that organisations like to deny. */
const ACTIONS = [
  'cloudwatch:PutMetricAlarm',
  'ec2:CreateVpc',
  'elasticache:CopySnapshot',
  'elasticache:CreateReplicationGroup',
  'elasticache:CreateSnapshot',
  'iam:CreateRole',
  'kms:CreateKey',
  'lambda:CreateFunction',
  'logs:CreateLogGroup',
  's3:CreateBucket',
  's3:PutBucketObjectLockConfiguration',
  's3:PutBucketPolicy',
  's3:PutLifecycleConfiguration',
  'scheduler:CreateSchedule',
  'sns:CreateTopic',
  'states:CreateStateMachine',
];

/** The role of the CDK's bootstrap stack that CloudFormation deploys with: it may do everything that the organisation allows. */
const deployingRole = ({ account, region }: Side) =>
  `arn:aws:iam::${account}:role/cdk-hnb659fds-cfn-exec-role-${account}-${region}`;

/** The role comes with the bootstrap stack. */
function notBootstrapped(error: unknown): never {
  if (!(error instanceof AppError && error.code === 'NotFound')) throw error;
  throw new AppError('NotFound', 'the policy simulator needs the role of the CDK’s bootstrap stack', {
    cause: error,
  });
}

export function organisationCheck(side: Side): Check {
  const role = deployingRole(side);
  return {
    id: 'organisation',
    subject: nameOfPlace(side),
    needs: 'iam:SimulatePrincipalPolicy, and the CDK bootstrapped',
    run: async () => {
      const context = { 'aws:RequestedRegion': [side.region] };
      const simulated = await side.aws
        .simulate(role, { actions: ACTIONS, resources: ['*'], context })
        .catch(notBootstrapped);
      const denied = organisationFindings(nameOfPlace(side), simulated);
      if (denied.length > 0) return denied;
      const text =
        'No policy of an organisation denies what the deployment does, as far as the policy simulator shows.';
      return [ok({ id: 'organisation', subject: nameOfPlace(side), text })];
    },
  };
}
