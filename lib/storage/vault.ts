import { Duration, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccountRootPrincipal,
  AnyPrincipal,
  CfnRole,
  Effect,
  PolicyDocument,
  PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import { Alias, type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption, type IBucket, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Config } from '../../core/contracts/config.ts';
import { resourceNames } from '../../core/contracts/resources.ts';
import { allHalves } from '../half.ts';
import { BUCKET_DEFAULTS, denyCustomerKeys } from './bucket-defaults.ts';
import { GivenKey } from './given-key.ts';
import { vaultLifecycle } from './lifecycle.ts';

export interface VaultProps {
  readonly bucketName: string;
  readonly config: Config;
  readonly accessLogs: IBucket;
  /** A key of the user's own. @default that of the configuration, or a key that the stack makes */
  readonly key: IKey | undefined;
}

/**
 * The one role that may delete versions, lift the lock or delete the key. No stack makes it: to need it is an incident,
 * and to create it leaves a trace.
 */
export const BREAK_GLASS_ROLE = 'redrill-break-glass';

/** What takes recovery points away for good. S3's own lifecycle is not subject to bucket policies. */
const DESTRUCTION = ['s3:DeleteObjectVersion', 's3:BypassGovernanceRetention', 's3:DeleteBucket'];

/** What no Lambda of Redrill ever does to the vault, whatever its role says. */
const NOT_AT_RUNTIME = [
  's3:DeleteObject',
  's3:PutLifecycleConfiguration',
  's3:PutBucketVersioning',
  's3:PutBucketObjectLockConfiguration',
  's3:PutObjectLegalHold',
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
  's3:PutEncryptionConfiguration',
];

/** The days in which a deletion of the key can be taken back: as many as KMS allows. */
const KEY_DELETION_WINDOW = Duration.days(30);

const KEY_ALIAS = 'alias/redrill-vault';

/** The copies that a disaster is survived with: their bucket and its key. */
export class Vault extends Construct {
  readonly key: IKey;
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: VaultProps) {
    super(scope, id);
    this.key = this.#key(props);
    new Alias(this, 'KeyAlias', { aliasName: KEY_ALIAS, targetKey: this.key });
    this.bucket = this.#createBucket(props);
    this.#denyDestruction();
    this.#limitLocks(props.config);
    denyCustomerKeys(this.bucket);
  }

  /**
   * The stack's own key is retained always, even by a creation that is rolled back: its policy lets no deployment delete
   * it. The key of an earlier deployment has that policy already; that of the user has another one.
   */
  #key({ key: own, config }: VaultProps): IKey {
    const { kmsKeyArn: earlier } = config.vault;
    const policy = this.#keyPolicy();
    if (own !== undefined) return new GivenKey(this, 'OwnKey', { key: own }).key;
    if (earlier !== undefined) return new GivenKey(this, 'EarlierKey', { key: earlier, policy }).key;
    return new Key(this, 'Key', {
      description: 'Encrypts the recovery points of Redrill; without it none can be read.',
      enableKeyRotation: true,
      pendingWindow: KEY_DELETION_WINDOW,
      removalPolicy: RemovalPolicy.RETAIN,
      policy,
    });
  }

  #keyPolicy(): PolicyDocument {
    return new PolicyDocument({
      statements: [
        new PolicyStatement({
          principals: [new AccountRootPrincipal()],
          actions: ['kms:*'],
          resources: ['*'],
        }),
        new PolicyStatement({
          sid: 'OnlyBreakGlassDestroys',
          effect: Effect.DENY,
          principals: [new AnyPrincipal()],
          actions: ['kms:ScheduleKeyDeletion', 'kms:DisableKey'],
          resources: ['*'],
          conditions: { ArnNotLike: { 'aws:PrincipalArn': this.#roleArn(BREAK_GLASS_ROLE) } },
        }),
      ],
    });
  }

  #createBucket({ bucketName, config, accessLogs }: VaultProps): Bucket {
    const { mode, days } = config.vault.lock;
    const lockFor = Duration.days(days);
    return new Bucket(this, 'Bucket', {
      ...BUCKET_DEFAULTS,
      bucketName,
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention:
        mode === 'compliance'
          ? ObjectLockRetention.compliance(lockFor)
          : ObjectLockRetention.governance(lockFor),
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'vault/',
      lifecycleRules: [...vaultLifecycle(config)],
    });
  }

  #denyDestruction(): void {
    const resources = [this.bucket.bucketArn, this.bucket.arnForObjects('*')];
    const breakGlass = this.#roleArn(BREAK_GLASS_ROLE);
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OnlyBreakGlassDestroys',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: DESTRUCTION,
        resources,
        conditions: { ArnNotLike: { 'aws:PrincipalArn': breakGlass } },
      }),
    );
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'NeverAtRuntime',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: NOT_AT_RUNTIME,
        resources,
        conditions: { ArnEquals: { 'aws:PrincipalArn': this.#runtimeRoleArns() } },
      }),
    );
  }

  /**
   * A lock cannot be taken back, so it is limited: no Lambda sets one but the one that admits recovery points, if tiers are to
   * be locked, and nobody locks for longer than the configuration says: whoever gets hold of a role must not be able to
   * make the vault undeletable, and dear, for a century.
   */
  #limitLocks({ vault: { lock } }: Config): void {
    const earned = Object.values(lock.tiers).filter((days) => days !== undefined);
    const locking =
      earned.length > 0 ? [resourceNames.role('admit-recovery-point', Stack.of(this).region)] : [];
    const resources = [this.bucket.arnForObjects('*')];
    const deny = (sid: string, conditions: Record<string, Record<string, unknown>>) =>
      this.bucket.addToResourcePolicy(
        new PolicyStatement({
          sid,
          effect: Effect.DENY,
          principals: [new AnyPrincipal()],
          actions: ['s3:PutObjectRetention'],
          resources,
          conditions,
        }),
      );
    deny('OnlyAdmissionLocks', { ArnEquals: { 'aws:PrincipalArn': this.#runtimeRoleArns(locking) } });
    deny('NoLockBeyondTheTiers', {
      ArnNotLike: { 'aws:PrincipalArn': this.#roleArn(BREAK_GLASS_ROLE) },
      NumericGreaterThan: { 's3:object-lock-remaining-retention-days': Math.max(lock.days, ...earned) },
    });
  }

  /**
   * The roles that Redrill itself works with in the vault's account, those beside the caches included if this app makes them. By
   * their exact names: a role of the user's that deploys Redrill may be called `redrill-deploy`, and must not be locked out.
   */
  #runtimeRoleArns(except: readonly string[] = []): readonly string[] {
    const { account } = Stack.of(this);
    const isRuntime = (role: unknown): role is CfnRole =>
      role instanceof CfnRole && Stack.of(role).account === account;
    // Some of the roles are made later.
    const produce = () =>
      allHalves(this)
        .flatMap(({ node }) => node.findAll())
        .filter(isRuntime)
        .flatMap(({ roleName }) => roleName ?? [])
        .filter((name) => !except.includes(name))
        .sort()
        .map((name) => this.#roleArn(name));
    return Lazy.list({ produce });
  }

  #roleArn(name: string): string {
    return Stack.of(this).formatArn({ service: 'iam', region: '', resource: 'role', resourceName: name });
  }
}
