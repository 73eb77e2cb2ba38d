import { DAY_MS } from '../../../core/model/time.ts';
import type { ObjectVersion } from '../../../core/ports.ts';
import { ownPrefixes } from './clean-up.ts';
import type { RehearsalOutput } from './contract.ts';
import type { Ground } from './ground.ts';

/** What the vault's lifecycle adds to the lock before it removes a hidden version. */
const HIDDEN_DAYS_BEYOND_LOCK = 2;

/**
 * The hidden versions, each with the day from which S3 removes it: it counts from the moment that they were hidden, to the
 * midnight after. https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html (checked 2026-11-21)
 */
export async function remainingVersions({ vault }: Ground): Promise<RehearsalOutput['remaining']> {
  const { bucket, versions } = vault.catalogue.vault;
  const kept = vault.config.vault.lock.days + HIDDEN_DAYS_BEYOND_LOCK;
  const found = (await Promise.all(ownPrefixes().map((prefix) => versions(prefix)))).flat();
  const hiddenAt = new Map<string, Date>();
  const remaining: RehearsalOutput['remaining'] = [];
  for (const each of found) {
    if (!each.isDeleteMarker) remaining.push(lineOf(each, hiddenAt.get(each.key) ?? each.modifiedAt));
    // A version is hidden by the one that was written after it, which comes before it in the list.
    hiddenAt.set(each.key, each.modifiedAt);
  }
  return remaining;

  function lineOf({ key, versionId }: ObjectVersion, hidden: Date) {
    const expires = new Date(Math.ceil((hidden.getTime() + kept * DAY_MS) / DAY_MS) * DAY_MS);
    return { object: `s3://${bucket}/${key}`, versionId, expiresFrom: expires.toISOString().slice(0, 10) };
  }
}
