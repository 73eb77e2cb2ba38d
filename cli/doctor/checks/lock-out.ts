import { inParallel } from '../../../adapters/in-parallel.ts';
import { nameOfPlace } from '../../../core/doctor/findings.ts';
import { type GuardedResource, lockOutFindings } from '../../../core/doctor/lock-out-findings.ts';
import type { Check } from '../check.ts';
import { type DeployerOptions, deployingRole } from '../deployer.ts';
import type { DoctorGround, Side } from '../ground.ts';
import type { PlannedResource } from '../planned.ts';

/**
 * Whether the role that deploys could still change and remove what it deploys: by the policies of the next deployment, and by
 * those that are in force, for example on the buckets of an earlier one.
 */
export function lockOutCheck(side: Side, ground: DoctorGround, options: DeployerOptions): Check {
  return {
    id: 'deployer',
    subject: nameOfPlace(side),
    needs: 's3:ListAllMyBuckets, GetEncryptionConfiguration, GetBucketPolicy and kms:GetKeyPolicy',
    run: async () => {
      const planned = await ground.planned(side);
      const resources = [...plannedPolicies(planned), ...(await policiesInForce(side, ground, planned))];
      return lockOutFindings({ place: side, role: deployingRole(side, options), resources });
    },
  };
}

const bucketArn = (name: string) => `arn:aws:s3:::${name}`;

/** The policies of buckets and keys that a deployment makes. */
export function plannedPolicies(planned: readonly PlannedResource[]): readonly GuardedResource[] {
  return planned.flatMap(({ logicalId, type, properties }): readonly GuardedResource[] => {
    if (type === 'AWS::S3::BucketPolicy') {
      const name = String(properties.Bucket);
      const policy = Object(properties.PolicyDocument);
      return [{ kind: 'bucket', name, arn: bucketArn(name), policy, inForce: false }];
    }
    if (type !== 'AWS::KMS::Key') return [];
    const name = `the key ${logicalId}`;
    return [{ kind: 'key', name, arn: '*', policy: Object(properties.KeyPolicy), inForce: false }];
  });
}

async function policiesInForce(
  side: Side,
  { config }: DoctorGround,
  planned: readonly PlannedResource[],
): Promise<readonly GuardedResource[]> {
  const names = planned
    .filter(({ type }) => type === 'AWS::S3::Bucket')
    .map(({ properties }) => String(properties.BucketName));
  const buckets = await inParallel(await side.aws.bucketsOf(names), async ({ name }) => {
    const policy = await side.settings.ofBucket(name, 'policy');
    const resource = { kind: 'bucket', name, arn: bucketArn(name), inForce: true } as const;
    return policy === undefined ? [] : [{ ...resource, policy }];
  });
  const { kmsKeyArn: earlier } = config.vault;
  const arns = side.expected?.().keys.map(({ arn }) => arn) ?? [];
  const all = side.half === 'vault' && earlier !== undefined ? [...arns, earlier] : arns;
  const keys = await inParallel([...new Set(all)], async (arn) => {
    const policy = await side.settings.ofKeyPolicy(arn);
    return policy === undefined ? [] : [{ kind: 'key', name: arn, arn, policy, inForce: true } as const];
  });
  return [...buckets.flat(), ...keys.flat()];
}
