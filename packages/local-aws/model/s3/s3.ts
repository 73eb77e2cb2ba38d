import type { Timer, VirtualClock } from '../../clock.ts';
import type { ResourceHandler } from '../../cloudformation/resource.ts';
import { type Readings, readingsOf } from '../../readings.ts';
import type { Call, Operation, Service } from '../service.ts';
import { type Bucket, type BucketConfiguration, PLAIN_CONFIGURATION } from './bucket.ts';
import { bucketReads, getBucketLocation, listBuckets } from './bucket-reads.ts';
import { putBucketPolicy, s3ResourceHandlers } from './bucket-resources.ts';
import { bucketWrites } from './bucket-writes.ts';
import { Buckets } from './buckets.ts';
import { completeMultipartUpload } from './complete-upload.ts';
import { ContentStore } from './content-store.ts';
import { copyObject } from './copy-object.ts';
import { createBucket } from './create-bucket.ts';
import { deleteObject } from './delete-object.ts';
import type { KmsAuthority } from './encryption.ts';
import { getObject, headObject } from './get-object.ts';
import { applyLifecycle, type LifecycleAction } from './lifecycle.ts';
import { listObjectsV2, listObjectVersions } from './list-objects.ts';
import { abortMultipartUpload, createMultipartUpload, uploadPart, uploadPartCopy } from './multipart.ts';
import { DAY_MS, type ObjectVersion } from './object.ts';
import { getObjectRetention, putObjectLegalHold, putObjectRetention } from './object-lock.ts';
import { putObject } from './put-object.ts';
import { noSuchKey } from './s3-error.ts';
import type { S3State } from './state.ts';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './tagging.ts';

export interface S3Options {
  readonly clock: VirtualClock;
  /** Where objects' bytes are kept, in files. Created if it is not there. */
  readonly dataDir: string;
  readonly kms: KmsAuthority;
  /** Answers to what AWS's documentation leaves open. @default the usual ones */
  readonly readings?: Readings;
}

export interface S3 {
  readonly service: Service;
  readonly resourceHandlers: readonly ResourceHandler[];
  readonly admin: S3Admin;
  /** Stops the midnight lifecycle runs. Leaves the files. */
  close(): void;
}

/** For those in this process: the services that use S3 for themselves, the runner and the tests. */
export interface S3Admin {
  /**
   * Runs an S3 operation with a call that is under way, made by whoever should be its principal: a service does
   * `admin.run('PutObject', { Bucket, Key, Body }, call.as(servicePrincipal))`. It is authorised as any other, in the
   * call's region. Inputs and outputs are the SDK's; Body may be bytes, text or a Readable, and comes back as a Readable.
   */
  // biome-ignore lint/suspicious/noExplicitAny: input and output are those of the operation named
  run(operation: string, input: any, call: Call): Promise<any>;
  /** @default a bucket without versioning, encrypted with SSE-S3 */
  createBucket(
    identity: Pick<Bucket, 'name' | 'region' | 'account'>,
    configuration?: Partial<BucketConfiguration>,
  ): Bucket;
  /** @throws ServiceError `NoSuchBucket` */
  bucket(name: string): Bucket;
  putBucketPolicy(bucket: string, policy: unknown): void;
  /** The newest version of an object, past all permissions. @throws ServiceError `NoSuchKey` */
  object(bucket: string, key: string): ObjectVersion;
  /** Flips one bit of an object at rest, without a trace in its metadata. */
  corrupt(bucket: string, key: string, offset: number): Promise<void>;
  /** Does what lifecycle rules have due by `now`; it happens by itself at every midnight UTC of the virtual clock. */
  applyLifecycle(now: number): readonly LifecycleAction[];
  /** Everything that lifecycle rules did, in order. */
  readonly lifecycleActions: readonly LifecycleAction[];
}

// biome-ignore lint/suspicious/noExplicitAny: each operation narrows its own input
type S3Operation = (state: S3State, input: any, call: Call) => Promise<object>;

const OPERATIONS: Readonly<Record<string, S3Operation>> = {
  ...bucketReads,
  ...bucketWrites,
  AbortMultipartUpload: abortMultipartUpload,
  CompleteMultipartUpload: completeMultipartUpload,
  CopyObject: copyObject,
  CreateBucket: createBucket,
  CreateMultipartUpload: createMultipartUpload,
  DeleteObject: deleteObject,
  DeleteObjectTagging: deleteObjectTagging,
  GetBucketLocation: getBucketLocation,
  GetObject: getObject,
  GetObjectRetention: getObjectRetention,
  GetObjectTagging: getObjectTagging,
  HeadObject: headObject,
  ListBuckets: listBuckets,
  ListObjectVersions: listObjectVersions,
  ListObjectsV2: listObjectsV2,
  PutObject: putObject,
  PutObjectLegalHold: putObjectLegalHold,
  PutObjectRetention: putObjectRetention,
  PutObjectTagging: putObjectTagging,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
};

/**
 * An S3 whose buckets are global by name and whose metadata lives in memory. Each operation is atomic: its effect is
 * seen whole or not at all, and a read sees every write that was answered before it
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel).
 */
export function createS3(options: S3Options): S3 {
  const { clock, kms, readings = readingsOf() } = options;
  const store = new ContentStore(options.dataDir);
  const state: S3State = { clock, kms, readings, buckets: new Buckets(), store };
  const operations = Object.fromEntries(
    Object.entries(OPERATIONS).map(([name, run]): [string, Operation] => [
      name,
      (input, call) => run(state, input, call),
    ]),
  );
  const lifecycleActions: LifecycleAction[] = [];
  const admin = adminOf(state, operations, lifecycleActions);
  const midnight = everyMidnight(clock, () => void admin.applyLifecycle(clock.now()));
  return {
    service: { name: 's3', operations },
    resourceHandlers: s3ResourceHandlers(state),
    admin,
    close: () => midnight.cancel(),
  };
}

function adminOf(
  state: S3State,
  operations: Readonly<Record<string, Operation>>,
  lifecycleActions: LifecycleAction[],
): S3Admin {
  const object = (bucket: string, key: string): ObjectVersion => {
    const version = state.buckets.get(bucket).objects.current(key);
    if (version?.kind !== 'object') throw noSuchKey(key);
    return version;
  };
  return {
    lifecycleActions,
    object,
    async run(operation, input, call) {
      const run = operations[operation];
      if (run === undefined) throw new Error(`no such operation: s3:${operation}`);
      return await run(input, call);
    },
    createBucket: (identity, configuration = {}) =>
      state.buckets.create(
        { ...identity, createdAt: state.clock.now() },
        { ...PLAIN_CONFIGURATION, ...configuration },
        identity.name.endsWith('-an') ? 'account-regional' : 'global',
      ),
    bucket: (name) => state.buckets.get(name),
    putBucketPolicy: (bucket, policy) => putBucketPolicy(state.buckets.get(bucket), policy),
    corrupt: (bucket, key, offset) => state.store.corrupt(object(bucket, key).content, offset),
    applyLifecycle(now) {
      const actions = applyLifecycle(state, now);
      lifecycleActions.push(...actions);
      return actions;
    },
  };
}

/** Calls at each midnight UTC of the virtual clock, from the next one on. */
function everyMidnight(clock: VirtualClock, act: () => void): Timer {
  let timer: Timer;
  const arm = () => {
    const next = (Math.floor(clock.now() / DAY_MS) + 1) * DAY_MS;
    timer = clock.at(next, () => {
      act();
      arm();
    });
  };
  arm();
  return { cancel: () => timer.cancel() };
}
