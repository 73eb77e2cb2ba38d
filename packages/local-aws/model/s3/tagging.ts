import type { Call } from '../service.ts';
import { authorizeObject, existingTags, READ_TAGS, readableVersion, requestTags } from './access.ts';
import type { Bucket } from './bucket.ts';
import { versionOutput } from './commit.ts';
import { refuseUnmodelled, tagsOfSet } from './input.ts';
import type { ObjectVersion } from './object.ts';
import type { S3State } from './state.ts';

/** Names an object or one of its versions. */
export interface ObjectTarget {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
  readonly ExpectedBucketOwner?: string;
}

export const OBJECT_TARGET_MEMBERS = ['Bucket', 'Key', 'VersionId', 'ExpectedBucketOwner'] as const;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export async function getObjectTagging(state: S3State, input: ObjectTarget, call: Call): Promise<object> {
  const bucket = state.buckets.of(call, input);
  refuseUnmodelled(input, { operation: 'GetObjectTagging', modelled: OBJECT_TARGET_MEMBERS, bucket });
  const version = readableVersion(call, bucket, { target: input, actions: READ_TAGS, markers: 'refuse' });
  return {
    TagSet: [...version.tags].map(([Key, Value]) => ({ Key, Value })),
    ...versionOutput(bucket, version),
  };
}

interface PutTaggingInput extends ObjectTarget {
  readonly Tagging: { readonly TagSet?: readonly { readonly Key?: string; readonly Value?: string }[] };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html: the set given takes the place of the old. */
export async function putObjectTagging(state: S3State, input: PutTaggingInput, call: Call): Promise<object> {
  const bucket = state.buckets.of(call, input);
  // The HTTP front has checked the digests by now.
  const modelled = [...OBJECT_TARGET_MEMBERS, 'Tagging', 'ContentMD5', 'ChecksumAlgorithm'];
  refuseUnmodelled(input, { operation: 'PutObjectTagging', modelled, bucket });
  const tags = tagsOfSet(input.Tagging.TagSet ?? []);
  const actions = { current: 's3:PutObjectTagging', version: 's3:PutObjectVersionTagging' };
  const version = retaggable(bucket, input, { call, actions, tags });
  version.tags = tags;
  return versionOutput(bucket, version);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html */
export async function deleteObjectTagging(state: S3State, input: ObjectTarget, call: Call): Promise<object> {
  const bucket = state.buckets.of(call, input);
  refuseUnmodelled(input, { operation: 'DeleteObjectTagging', modelled: OBJECT_TARGET_MEMBERS, bucket });
  const actions = { current: 's3:DeleteObjectTagging', version: 's3:DeleteObjectVersionTagging' };
  const version = retaggable(bucket, input, { call, actions, tags: new Map() });
  version.tags = new Map();
  return versionOutput(bucket, version);
}

/** Asked with the tags that are wanted as well as those that are there, so a policy may speak of either. */
function retaggable(
  bucket: Bucket,
  input: ObjectTarget,
  {
    call,
    actions,
    tags,
  }: {
    readonly call: Call;
    readonly actions: { readonly current: string; readonly version: string };
    readonly tags: ReadonlyMap<string, string>;
  },
): ObjectVersion {
  const { Key, VersionId } = input;
  const found = VersionId === undefined ? bucket.objects.current(Key) : bucket.objects.find(Key, VersionId);
  if (found?.kind !== 'object')
    return readableVersion(call, bucket, { target: input, actions, markers: 'refuse' });
  authorizeObject(call, bucket, {
    key: Key,
    action: VersionId === undefined ? actions.current : actions.version,
    conditions: { ...existingTags(found), ...requestTags(tags), 's3:VersionId': VersionId },
  });
  return found;
}
