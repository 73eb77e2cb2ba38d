import type { Finding } from '../../../core/contracts/doctor.ts';
import { nameOfPlace, ok } from '../../../core/doctor/findings.ts';
import { organisationFindings } from '../../../core/doctor/role-findings.ts';
import type { Check } from '../check.ts';
import { type DeployerOptions, deployingRole, notThere } from '../deployer.ts';
import type { DoctorGround, Side } from '../ground.ts';
import { deployerRights } from './deployer-rights.ts';

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

/** Whether the role that deploys may do it: what the organisation denies, and what its own policies do not allow. */
export function deploymentRightsCheck(side: Side, ground: DoctorGround, options: DeployerOptions): Check {
  const role = deployingRole(side, options);
  return {
    id: 'organisation',
    subject: nameOfPlace(side),
    needs: 'iam:SimulatePrincipalPolicy, and the CDK bootstrapped',
    run: () =>
      Promise.all([organisationDenials(side, role), deployerRights(side, ground, role)]).then(
        (found) => found.flat(),
        notThere,
      ),
  };
}

async function organisationDenials(side: Side, role: string): Promise<readonly Finding[]> {
  const context = { 'aws:RequestedRegion': [side.region] };
  const simulated = await side.aws.simulate(role, { actions: ACTIONS, resources: ['*'], context });
  const denied = organisationFindings(nameOfPlace(side), simulated);
  if (denied.length > 0) return denied;
  const text =
    'No policy of an organisation denies what the deployment does, as far as the policy simulator shows.';
  return [ok({ id: 'organisation', subject: nameOfPlace(side), text })];
}
