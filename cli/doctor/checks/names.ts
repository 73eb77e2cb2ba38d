import { inParallel } from '../../../adapters/in-parallel.ts';
import type { Finding } from '../../../core/contracts/doctor.ts';
import { nameFindings } from '../../../core/doctor/account-findings.ts';
import { nameOfPlace } from '../../../core/doctor/findings.ts';
import { freeFinding, NAMED, namesUnseen, takenFindings } from '../../../core/doctor/name-findings.ts';
import { AppError } from '../../../core/model/errors.ts';
import { NAMED_TYPES, type NamedType } from '../../../core/ports/doctor.ts';
import type { Check } from '../check.ts';
import type { DoctorGround, Side } from '../ground.ts';
import type { PlannedResource } from '../planned.ts';

/** Buckets of an earlier deployment, which the next one can adopt. */
export function bucketNamesCheck(side: Side, { config, vaultBucket, planned }: DoctorGround): Check {
  return {
    id: 'names',
    subject: nameOfPlace(side),
    needs: 's3:ListAllMyBuckets and s3:GetEncryptionConfiguration',
    run: async () => {
      const buckets = await side.aws.bucketsOf(namesIn(await planned(side), 'AWS::S3::Bucket', 'BucketName'));
      return nameFindings({ place: side, buckets, vaultBucket, configuredKey: config.vault.kmsKeyArn });
    },
  };
}

/** All other names that the templates give. What may not be seen of one type leaves those of the others. */
export function otherNamesCheck(side: Side, { planned }: DoctorGround): Check {
  return {
    id: 'other-names',
    subject: nameOfPlace(side),
    needs: NAMED_TYPES.map((type) => NAMED[type].needs).join(', '),
    run: async () => {
      const resources = await planned(side);
      const named = NAMED_TYPES.map((type) => ({ type, names: namesOf(resources, type) })).filter(
        ({ names }) => names.length > 0,
      );
      const findings = (await inParallel(named, (each) => takenOf(side, each))).flat();
      const total = named.reduce((sum, { names }) => sum + names.length, 0);
      return findings.length === 0 ? [freeFinding(total, side)] : findings;
    },
  };
}

interface NamesOfType {
  readonly type: NamedType;
  readonly names: readonly string[];
}

async function takenOf(side: Side, { type, names }: NamesOfType): Promise<readonly Finding[]> {
  try {
    const taken = await side.aws.taken(type, names, side.account);
    return takenFindings({ place: side, type, taken });
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'AccessDenied')) throw error;
    return [namesUnseen(type, side)];
  }
}

/** The names that the templates give to resources of a type. */
export function namesOf(planned: readonly PlannedResource[], type: NamedType): readonly string[] {
  return namesIn(planned, type, NAMED[type].property);
}

function namesIn(planned: readonly PlannedResource[], type: string, property: string): readonly string[] {
  return planned
    .filter((each) => each.type === type)
    .flatMap(({ properties }) => (typeof properties[property] === 'string' ? [properties[property]] : []));
}
