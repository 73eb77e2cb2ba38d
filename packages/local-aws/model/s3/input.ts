import { NotModelledError } from '../service.ts';
import type { Bucket } from './bucket.ts';
import { accessDenied, invalidArgument, S3Error } from './s3-error.ts';

/**
 * Refuses, by name, the members of an input that the operation does not model, and server-side encryption with
 * customer keys as a bucket that blocks it does.
 */
export function refuseUnmodelled(
  input: object,
  {
    operation,
    modelled,
    bucket,
  }: { readonly operation: string; readonly modelled: readonly string[]; readonly bucket?: Bucket },
): void {
  for (const [member, value] of Object.entries(input)) {
    if (value === undefined || modelled.includes(member)) continue;
    if (member.includes('SSECustomer') && bucket?.configuration.encryption.blocked.includes('SSE-C'))
      throw accessDenied(
        'Access Denied: server-side encryption with customer-provided keys is blocked on this bucket',
      );
    throw new NotModelledError(`the parameter ${member} of s3:${operation}`);
  }
}

/** Limits of https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const TAGS_PER_OBJECT = 10;
const TAG_KEY_CHARACTERS = 128;
const TAG_VALUE_CHARACTERS = 256;

/** Tags of the `x-amz-tagging` header: `a=1&b=2`. @throws ServiceError `InvalidTag` or `BadRequest` */
export function tagsOfHeader(header: string | undefined): ReadonlyMap<string, string> {
  return checkedTags([...new URLSearchParams(header ?? '')]);
}

/** Tags of a TagSet. @throws ServiceError `InvalidTag` or `BadRequest` */
export function tagsOfSet(
  set: readonly { readonly Key?: string; readonly Value?: string }[],
): ReadonlyMap<string, string> {
  return checkedTags(set.map(({ Key = '', Value = '' }) => [Key, Value]));
}

function checkedTags(entries: readonly [string, string][]): ReadonlyMap<string, string> {
  const tags = new Map(entries);
  if (tags.size !== entries.length) throw invalidTag('Cannot provide multiple Tags with the same key');
  if (tags.size > TAGS_PER_OBJECT)
    throw new S3Error({
      code: 'BadRequest',
      message: `Object tags cannot be greater than ${TAGS_PER_OBJECT}`,
      status: 400,
    });
  for (const [key, value] of tags) {
    if (key === '' || key.length > TAG_KEY_CHARACTERS || key.startsWith('aws:'))
      throw invalidTag(`The TagKey you have provided is invalid: ${key}`);
    if (value.length > TAG_VALUE_CHARACTERS)
      throw invalidTag(`The TagValue you have provided is invalid: ${value}`);
  }
  return tags;
}

function invalidTag(message: string): S3Error {
  return new S3Error({ code: 'InvalidTag', message, status: 400 });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const KEY_BYTES = 1024;

export function checkKey(key: string): void {
  if (Buffer.byteLength(key) > KEY_BYTES)
    throw new S3Error({ code: 'KeyTooLongError', message: 'Your key is too long', status: 400 });
}

/** Storage classes that hold objects here. Directory buckets, Outposts and the like are not modelled. */
const STORAGE_CLASSES = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
];

export function storageClassOf(name: string | undefined): string {
  if (name !== undefined && !STORAGE_CLASSES.includes(name))
    throw invalidArgument('The storage class you specified is not valid', 'x-amz-storage-class', name);
  return name ?? 'STANDARD';
}
