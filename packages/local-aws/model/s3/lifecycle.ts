import type { Bucket } from './bucket.ts';
import { commitDeleteMarker } from './commit.ts';
import { removeVersion } from './delete-object.ts';
import { dueAt, expirationOf } from './expiration.ts';
import { lifecycleLagMs } from './lifecycle-lag.ts';
import { type LifecycleRule, ruleMatches } from './lifecycle-rule.ts';
import { dropUpload } from './multipart.ts';
import { isLocked, type ObjectVersion, type Version } from './object.ts';
import type { S3State } from './state.ts';

/** One thing that a lifecycle rule did. */
export interface LifecycleAction {
  readonly action: 'expire' | 'remove-version' | 'remove-marker' | 'transition' | 'abort-upload';
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly ruleId: string;
}

/**
 * From the dearest to the cheapest; a transition only ever goes down:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
 */
const WATERFALL = [
  'STANDARD',
  'STANDARD_IA',
  'INTELLIGENT_TIERING',
  'ONEZONE_IA',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
];

/**
 * Smaller objects are not transitioned unless a rule's size filter says otherwise:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
 */
const SMALLEST_TRANSITION_BYTES = 128 * 1024;

/**
 * Does what every bucket's lifecycle rules have due by `now`, or by some days before it where the readings have S3 lag.
 *
 * Overlapping rules: the shorter expiration wins, removal wins over transition. Locked versions survive.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-conflicts.html
 */
export function applyLifecycle(state: S3State, now: number): readonly LifecycleAction[] {
  return state.buckets.all().flatMap((bucket) => [
    ...bucket.objects.keys.flatMap((key) =>
      applyToKey(state, bucket, {
        key,
        now,
        dueBy: now - lifecycleLagMs(state.readings['lifecycle-lag'], bucket.name, key),
      }),
    ),
    ...abortUploads(state, bucket, now),
  ]);
}

interface Due {
  readonly key: string;
  readonly now: number;
  /** What was due at this instant is done now. */
  readonly dueBy: number;
}

function applyToKey(state: S3State, bucket: Bucket, due: Due): LifecycleAction[] {
  const versions = [...bucket.objects.versions(due.key)];
  const actions = versions.slice(1).flatMap((version, newer) =>
    // Its noncurrent days began when the next newer version was made.
    applyToNoncurrent(state, bucket, {
      version,
      newer,
      since: versions[newer]?.createdAt ?? due.now,
      ...due,
    }),
  );
  const current = bucket.objects.current(due.key);
  if (current?.kind === 'object')
    return [...actions, ...applyToCurrent(state, bucket, { version: current, ...due })];
  if (current !== undefined)
    return [...actions, ...applyToMarker(state, bucket, { marker: current, ...due })];
  return actions;
}

function applyToCurrent(
  state: S3State,
  bucket: Bucket,
  { version, key, now, dueBy }: Due & { readonly version: ObjectVersion },
): LifecycleAction[] {
  const expiration = expirationOf(bucket, version);
  if (expiration === undefined || expiration.at > dueBy) {
    const due = rulesFor(bucket, version).flatMap((rule) =>
      rule.transitions
        .filter(({ days }) => dueAt(version.createdAt, days) <= dueBy)
        .map(({ storageClass }) => ({ rule, storageClass })),
    );
    return transition(bucket, version, due);
  }
  const ruleId = expiration.rule.id;
  // With versions, expiring hides the object and removes nothing; its days as a noncurrent version begin now.
  if (bucket.configuration.versioned) {
    commitDeleteMarker(bucket, key, now);
    return [{ action: 'expire', bucket: bucket.name, key, ruleId }];
  }
  removeVersion(state, bucket, version);
  return [{ action: 'remove-version', bucket: bucket.name, key, versionId: version.versionId, ruleId }];
}

/** A version that became noncurrent at `since`, and `newer` noncurrent versions are newer than it. */
function applyToNoncurrent(
  state: S3State,
  bucket: Bucket,
  due: Due & { readonly version: Version; readonly newer: number; readonly since: number },
): LifecycleAction[] {
  const { version, newer, since, key, now, dueBy } = due;
  const removing = rulesFor(bucket, version).find(
    ({ noncurrentExpiration: rule }) =>
      rule !== undefined && newer >= rule.newerVersions && dueAt(since, rule.days) <= dueBy,
  );
  const locked = version.kind === 'object' && isLocked(version, now);
  if (removing !== undefined && !locked) {
    removeVersion(state, bucket, version);
    const { versionId } = version;
    return [{ action: 'remove-version', bucket: bucket.name, key, versionId, ruleId: removing.id }];
  }
  if (version.kind !== 'object') return [];
  const transitions = rulesFor(bucket, version).flatMap((rule) =>
    rule.noncurrentTransitions
      .filter(({ days, newerVersions }) => newer >= newerVersions && dueAt(since, days) <= dueBy)
      .map(({ storageClass }) => ({ rule, storageClass })),
  );
  return transition(bucket, version, transitions);
}

/** A delete marker with nothing left beneath it goes, at once or once it is as old as the rule's days. */
function applyToMarker(
  state: S3State,
  bucket: Bucket,
  { marker, key, dueBy }: Due & { readonly marker: Version },
): LifecycleAction[] {
  if (bucket.objects.versions(key).length > 1) return [];
  const removing = rulesFor(bucket, marker).find(
    ({ expiredObjectDeleteMarker, expirationDays }) =>
      expiredObjectDeleteMarker ||
      (expirationDays !== undefined && dueAt(marker.createdAt, expirationDays) <= dueBy),
  );
  if (removing === undefined) return [];
  removeVersion(state, bucket, marker);
  return [
    { action: 'remove-marker', bucket: bucket.name, key, versionId: marker.versionId, ruleId: removing.id },
  ];
}

function transition(
  bucket: Bucket,
  version: ObjectVersion,
  due: readonly { readonly rule: LifecycleRule; readonly storageClass: string }[],
): LifecycleAction[] {
  let changed: LifecycleAction | undefined;
  for (const { rule, storageClass } of due) {
    const sized = rule.sizeGreaterThanBytes !== undefined || rule.sizeLessThanBytes !== undefined;
    const archive = storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE';
    const anySize = sized || (archive && bucket.configuration.lifecycle.transitionsSmallObjects);
    if (!anySize && version.content.bytes < SMALLEST_TRANSITION_BYTES) continue;
    if (WATERFALL.indexOf(storageClass) <= WATERFALL.indexOf(version.storageClass)) continue;
    version.storageClass = storageClass;
    const { key, versionId } = version;
    changed = { action: 'transition', bucket: bucket.name, key, versionId, ruleId: rule.id };
  }
  return changed === undefined ? [] : [changed];
}

function abortUploads(state: S3State, bucket: Bucket, now: number): LifecycleAction[] {
  return [...bucket.uploads.values()].flatMap((upload) => {
    const rule = bucket.configuration.lifecycle.rules.find(
      ({ enabled, prefix, abortIncompleteUploadDays: days }) =>
        enabled &&
        days !== undefined &&
        upload.key.startsWith(prefix) &&
        dueAt(upload.initiatedAt, days) <= now,
    );
    if (rule === undefined) return [];
    dropUpload(state, bucket, upload);
    return [{ action: 'abort-upload', bucket: bucket.name, key: upload.key, ruleId: rule.id }] as const;
  });
}

function rulesFor(bucket: Bucket, version: Version): readonly LifecycleRule[] {
  const object =
    version.kind === 'object'
      ? { key: version.key, bytes: version.content.bytes, tags: version.tags }
      : { key: version.key, bytes: 0, tags: new Map<string, string>() };
  return bucket.configuration.lifecycle.rules.filter((rule) => ruleMatches(rule, object));
}
