import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '../../clock.ts';
import { Faults } from '../../faults.ts';
import { createEc2 } from '../../model/ec2.ts';
import type { ElastiCacheOptions } from '../../model/elasticache/context.ts';
import { createElastiCache } from '../../model/elasticache/elasticache.ts';
import type { ServiceIdentity, SnapshotStore } from '../../model/elasticache/snapshot-store.ts';
import { createKms } from '../../model/kms.ts';
import { type AuthorizationRequest, type Call, ServiceError } from '../../model/service.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

interface Bucket {
  readonly region: string;
  readonly owner: string;
  /** What the bucket's policy grants the ElastiCache service. */
  granted: readonly string[];
  /** What the ACL of each object grants it. */
  readonly acl: readonly ('READ' | 'READ_ACP')[];
  readonly encryption: 'SSE-S3' | 'SSE-KMS';
}

export const ALL_GRANTS = [
  's3:PutObject',
  's3:GetObject',
  's3:ListBucket',
  's3:GetBucketAcl',
  's3:ListMultipartUploadParts',
  's3:ListBucketMultipartUploads',
];

/** Buckets as folders, with as much of S3 as ElastiCache meets. */
export class FolderStore implements SnapshotStore {
  readonly buckets = new Map<string, Bucket>();
  readonly writers: ServiceIdentity[] = [];
  readonly #folder: string;
  readonly #keys = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  addBucket(name: string, bucket: Partial<Bucket> = {}): void {
    this.buckets.set(name, {
      region: REGION,
      owner: ACCOUNT,
      granted: ALL_GRANTS,
      acl: [],
      encryption: 'SSE-S3',
      ...bucket,
    });
  }

  keys(): string[] {
    return [...this.#keys].toSorted();
  }

  fileOf(bucket: string, key: string): string {
    return join(this.#folder, createHash('sha256').update(`${bucket}/${key}`).digest('hex'));
  }

  bucketRegion(bucket: string) {
    return this.buckets.get(bucket)?.region;
  }

  bucketOwner(bucket: string) {
    return this.buckets.get(bucket)?.owner;
  }

  serviceAllowed({ principal, region }: ServiceIdentity, action: string, bucket: string) {
    const granted = this.buckets.get(bucket)?.granted ?? [];
    return principal === `${region}.elasticache-snapshot.amazonaws.com` && granted.includes(action);
  }

  aclGrants(bucket: string) {
    return this.buckets.get(bucket)?.acl ?? [];
  }

  authorizeAsCaller(call: Call, action: string, resource: string) {
    call.authorize({ action, resource });
  }

  async exists(bucket: string, key: string) {
    return this.#keys.has(`${bucket}/${key}`);
  }

  async encryptionOf(bucket: string, key: string) {
    return this.#keys.has(`${bucket}/${key}`) ? this.buckets.get(bucket)?.encryption : undefined;
  }

  async put(bucket: string, key: string, file: string) {
    await mkdir(this.#folder, { recursive: true });
    await copyFile(file, this.fileOf(bucket, key));
    this.#keys.add(`${bucket}/${key}`);
  }

  async putAsService(
    service: ServiceIdentity,
    bucket: string,
    key: string,
    { file }: { readonly file: string },
  ) {
    if (!this.serviceAllowed(service, 's3:PutObject', bucket))
      throw new ServiceError('AccessDenied', 'no', 403);
    this.writers.push(service);
    await this.put(bucket, key, file);
  }

  async getAsService(service: ServiceIdentity, bucket: string, key: string, file: string) {
    if (!this.serviceAllowed(service, 's3:GetObject', bucket))
      throw new ServiceError('AccessDenied', 'no', 403);
    await copyFile(this.fileOf(bucket, key), file);
  }
}

export interface CallOptions {
  readonly region?: string;
  readonly account?: string;
  /** Actions that IAM refuses. */
  readonly denied?: readonly string[];
}

/** A local ElastiCache of its own, with everything that it needs. */
export async function startFixture(overrides: Partial<ElastiCacheOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'redrill-elasticache-'));
  const clock = new VirtualClock();
  const faults = new Faults();
  const s3 = new FolderStore(join(folder, 's3'));
  const { network, resourceHandlers } = createEc2();
  const elasticache = createElastiCache({
    clock,
    faults,
    dataDir: join(folder, 'nodes'),
    s3,
    keys: createKms({ clock }),
    network,
    ...overrides,
  });
  const authorized: AuthorizationRequest[] = [];
  const makeCall = (operation: string, options: CallOptions): Call => ({
    requestId: 'request',
    service: 'elasticache',
    operation,
    region: options.region ?? REGION,
    principal: {
      kind: 'role',
      arn: `arn:aws:iam::${options.account ?? ACCOUNT}:role/test`,
      account: options.account ?? ACCOUNT,
    },
    now: clock.now(),
    authorize(request) {
      authorized.push(request);
      if (options.denied?.includes(request.action)) {
        throw new ServiceError('AccessDenied', `${request.action} on ${request.resource}`, 403);
      }
    },
    as() {
      throw new Error('not used here');
    },
  });
  return {
    clock,
    faults,
    s3,
    network,
    folder,
    elasticache,
    ec2Handlers: resourceHandlers,
    authorized,
    // biome-ignore lint/suspicious/noExplicitAny: inputs and outputs are those of the operation that is named
    async call(operation: string, input: object, options: CallOptions = {}): Promise<any> {
      const found = elasticache.service.operations[operation];
      if (found === undefined) throw new Error(`no operation ${operation}`);
      return found(input, makeCall(operation, options));
    },
    makeCall,
    /** Lets virtual time pass, at most an hour, until `done`. */
    async until(done: () => boolean): Promise<boolean> {
      return clock.run({ until: clock.now() + 3_600_000, done });
    },
    async pass(ms: number): Promise<void> {
      await clock.run({ until: clock.now() + ms });
    },
    async close() {
      await elasticache.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type Fixture = Awaited<ReturnType<typeof startFixture>>;

const MINUTE_MS = 60_000;
/** Longer than anything takes. */
export const LONG_MS = 20 * MINUTE_MS;

/** Orders a cache and waits until it is available. */
export async function availableCache(fixture: Fixture, input: object, options: CallOptions = {}) {
  const { ReplicationGroup } = await fixture.call('CreateReplicationGroup', input, options);
  await fixture.pass(LONG_MS);
  return describeGroup(fixture, ReplicationGroup.ReplicationGroupId, options);
}

export async function describeGroup(fixture: Fixture, id: string, options: CallOptions = {}) {
  const { ReplicationGroups } = await fixture.call(
    'DescribeReplicationGroups',
    { ReplicationGroupId: id },
    options,
  );
  return ReplicationGroups[0];
}

export async function describeSnapshot(fixture: Fixture, name: string) {
  const { Snapshots } = await fixture.call('DescribeSnapshots', {
    SnapshotName: name,
    ShowNodeGroupConfig: true,
  });
  return Snapshots[0];
}

export const small = (id: string) => ({
  ReplicationGroupId: id,
  ReplicationGroupDescription: 'a cache',
  CacheNodeType: 'cache.t4g.micro',
  Engine: 'valkey',
  EngineVersion: '8.0',
});

export const readBytes = (file: string) => readFile(file);
