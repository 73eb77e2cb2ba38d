import type { World } from '../e2e/world.ts';
import type { BucketName } from './stored-versions.ts';

/** The buckets of an installation in which anything is stored. */
export function bucketsOf({ demo, stagingBucket }: World): Readonly<Record<BucketName, string>> {
  return { landing: demo.landingBucket, vault: demo.vaultBucket, staging: stagingBucket };
}
