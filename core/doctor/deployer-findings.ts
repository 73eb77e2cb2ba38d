import type { Finding } from '../contracts/doctor.ts';
import type { SimulatedAction } from '../ports/doctor.ts';
import { type DoctorPlace, nameOfPlace, ok, problem } from './findings.ts';

export interface DeployerSeen {
  readonly place: DoctorPlace;
  /** ARN of the role that CloudFormation deploys with. */
  readonly role: string;
  readonly simulated: readonly SimulatedAction[];
}

/** Whether the role's own policies and boundary let it deploy. What the organisation denies is a finding of its own. */
export function deployerFindings({ place, role, simulated }: DeployerSeen): readonly Finding[] {
  const denied = simulated.filter(
    ({ decision, allowedByOrganisation }) => decision !== 'allowed' && allowedByOrganisation !== false,
  );
  const subject = nameOfPlace(place);
  if (denied.length === 0)
    return [ok({ id: 'deployer-rights', subject, text: 'The deploying role may create what it deploys.' })];
  const byBoundary = denied.filter(({ allowedByBoundary }) => allowedByBoundary === false);
  const calls = denied.map(({ action, resource }) => `${action} on ${resource}`).join(', ');
  const by = byBoundary.length === denied.length ? 'permissions boundary' : 'policies';
  return [
    problem({
      id: 'deployer-denied',
      subject,
      text: `The ${by} of the role that deploys, ${role}, ${by === 'policies' ? 'do' : 'does'} not allow ${calls}, according to IAM's policy simulator: the deployment fails. The simulator can be wrong about policies with conditions.`,
      next: [
        `npx cdk bootstrap aws://${place.account}/${place.region} --cloudformation-execution-policies <ARNs of policies that allow it>`,
        'npx redrill doctor --role-arn <ARN of another role>, and npx redrill deploy --role-arn <the same ARN>',
      ],
    }),
  ];
}
