import { Duration } from 'aws-cdk-lib';
import { type LifecycleRule, StorageClass } from 'aws-cdk-lib/aws-s3';
import type { Config } from '../../core/contracts/config.ts';
import { isProtected, type ProtectedPlan } from '../../core/contracts/plan.ts';
import { secondsOf } from '../../core/model/duration.ts';
import { vaultKeys } from '../../core/model/keys.ts';
import { REHEARSAL_PLAN } from '../../core/model/rehearsal.ts';
import { PLAN_OBJECT_TAG, RELEASE_TAG } from '../../core/model/tags.ts';
import { TIERS, type Tier } from '../../core/model/tier.ts';
import { ABORT_UPLOADS_AFTER } from './bucket-defaults.ts';

/**
 * What S3 expires in the vault. https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 * (checked 2026-11-21). Every rule on recovery points filters on the tier's prefix, the release tag and the plan's tag,
 * so that what was not released matches nothing, whether it is the current version or lies under a delete marker.
 */
export function vaultLifecycle({ plans, vault }: Pick<Config, 'plans' | 'vault'>): readonly LifecycleRule[] {
  const noncurrent = noncurrentDays(vault.lock.days);
  return [
    ...Object.entries(plans).flatMap(([name, plan]) =>
      isProtected(plan) ? tiersOf(name).map((tier) => tierRule({ name, plan, tier, noncurrent })) : [],
    ),
    ...bookkeepingRules(noncurrent),
    {
      id: 'sweep-remains',
      expiredObjectDeleteMarker: true,
      abortIncompleteMultipartUploadAfter: ABORT_UPLOADS_AFTER,
    },
  ];
}

/** A rehearsal's copies earn no tier. */
const tiersOf = (plan: string): readonly Tier[] => (plan === REHEARSAL_PLAN ? ['hourly'] : TIERS);

/** Time to undelete something, beyond the lock: while that holds, S3 would keep the version anyway. */
function noncurrentDays(lockDays: number): Duration {
  return Duration.days(lockDays + 2);
}

/** Monthly copies that are kept for ever and of which newer ones exist are read seldom, if at all. */
const ARCHIVE_AFTER = Duration.days(90);

interface TierRule {
  readonly name: string;
  readonly plan: ProtectedPlan;
  readonly tier: Tier;
  readonly noncurrent: Duration;
}

/**
 * Days count from the object's creation, not from its release. Glacier Instant Retrieval can be read at once, so what
 * lies there can still be restored and drilled; the other Glacier classes cannot.
 */
function tierRule({ name, plan, tier, noncurrent }: TierRule): LifecycleRule {
  const kept = plan.keep[tier];
  return {
    id: `${kept === 'forever' ? 'archive' : 'expire'}-${tier}-${name}`,
    prefix: `${tier}/`,
    tagFilters: { [RELEASE_TAG.key]: RELEASE_TAG.value, [PLAN_OBJECT_TAG]: name },
    noncurrentVersionExpiration: noncurrent,
    ...(kept === 'forever'
      ? {
          transitions: [
            { storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: ARCHIVE_AFTER },
          ],
        }
      : { expiration: Duration.seconds(secondsOf(kept)) }),
  };
}

/** A marker is of no use once its export has left the landing bucket, which takes a week; this is far beyond. */
const INGESTED_MARKERS_KEPT = Duration.days(90);

/**
 * The registry is overwritten with every recovery point, a cache's history with every drill, the page of all caches up to
 * 96 times a day; only what was there before expires, so reports stay for ever.
 */
function bookkeepingRules(noncurrent: Duration): readonly LifecycleRule[] {
  return [
    {
      id: 'trim-registry',
      prefix: vaultKeys.registryPrefix,
      noncurrentVersionExpiration: noncurrent,
    },
    {
      id: 'trim-reports',
      prefix: vaultKeys.reportsPrefix,
      noncurrentVersionExpiration: noncurrent,
    },
    {
      id: 'expire-ingested-markers',
      prefix: vaultKeys.ingestedPrefix,
      expiration: INGESTED_MARKERS_KEPT,
      noncurrentVersionExpiration: noncurrent,
    },
  ];
}
