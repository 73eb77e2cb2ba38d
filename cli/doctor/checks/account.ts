import { resourceNames } from '../../../core/contracts/resources.ts';
import {
  accountFindings,
  bootstrapFinding,
  nameFindings,
  serviceLinkedRoleFinding,
} from '../../../core/decide/doctor/account-findings.ts';
import { nameOfPlace } from '../../../core/decide/doctor/findings.ts';
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

/** Names that a first deployment needs. */
export function namesCheck(side: Side, { config, vaultBucket }: DoctorGround): Check {
  const { account, region, half } = side;
  const names =
    half === 'source'
      ? [resourceNames.landingBucket(account, config), resourceNames.accessLogBucket(account, region)]
      : [
          resourceNames.vaultBucket(account, config),
          resourceNames.stagingBucket(account, config),
          resourceNames.accessLogBucket(account, region),
        ];
  return {
    id: 'names',
    subject: nameOfPlace(side),
    needs: 's3:ListAllMyBuckets and s3:GetEncryptionConfiguration',
    run: async () => {
      const buckets = await side.aws.bucketsOf(names);
      return nameFindings({ place: side, buckets, vaultBucket, configuredKey: config.vault.kmsKeyArn });
    },
  };
}
