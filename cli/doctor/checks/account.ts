import {
  accountFindings,
  bootstrapFinding,
  serviceLinkedRoleFinding,
} from '../../../core/doctor/account-findings.ts';
import { nameOfPlace } from '../../../core/doctor/findings.ts';
import type { Check } from '../check.ts';
import type { DoctorGround, Side } from '../ground.ts';

/** Whose credentials these are. */
export function accountCheck({ places, account }: DoctorGround): Check {
  return {
    id: 'account',
    subject: account,
    needs: 'sts:GetCallerIdentity',
    run: async () => accountFindings(places, account),
  };
}

export function bootstrapCheck(side: Side): Check {
  return {
    id: 'bootstrap',
    subject: nameOfPlace(side),
    needs: 'ssm:GetParameter',
    run: async () => [bootstrapFinding(await side.aws.bootstrapVersion(), side)],
  };
}

/** Of the accounts, not of the regions: IAM is one for all. */
export function serviceLinkedRoleCheck({ aws, account }: Side): Check {
  return {
    id: 'service-linked-role',
    subject: account,
    needs: 'iam:GetRole',
    run: async () => [serviceLinkedRoleFinding(await aws.hasServiceLinkedRole(), account)],
  };
}
