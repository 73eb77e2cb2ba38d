import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { SNAPSHOT_PREFIX } from '../../core/model/names.ts';
import { type ElastiCacheResource, elastiCacheArn } from '../arns.ts';
import { CACHES_JOIN_AT_ANY_TIME, findCaches } from '../find-caches.ts';
import type { Bundles } from '../lambda/bundles.ts';
import { LambdaFunction, type LambdaFunctionProps } from '../lambda/lambda-function.ts';
import type { Permission } from '../permissions.ts';
import { Store } from '../storage/stores.ts';

export interface BackupLambdasProps {
  readonly bundles: Bundles;
  readonly landingBucket: { readonly bucketName: string; readonly bucketArn: string };
  /** ARNs of the keys that caches are encrypted with, of the configuration. */
  readonly kmsKeys: readonly string[];
  /** Those that only the deployment knows. */
  readonly cacheKeys: readonly string[];
}

const OWN_SNAPSHOTS = 'Snapshots are named by cache and slot; the prefix is Redrill’s own.';
const READS_ONLY = 'Snapshots are listed by cache, which addresses all of them; this only reads.';
const SEALS = ['*.export.json'];

/** The Lambdas of the Backup workflow and what each may do. */
export class BackupLambdas extends Construct {
  readonly createSnapshot: LambdaFunction;
  readonly checkSnapshot: LambdaFunction;
  readonly exportSnapshot: LambdaFunction;
  readonly checkExport: LambdaFunction;
  readonly sealExport: LambdaFunction;
  readonly pruneSnapshots: LambdaFunction;
  readonly #props: BackupLambdasProps;
  readonly #landing: Store;

  constructor(scope: Construct, id: string, props: BackupLambdasProps) {
    super(scope, id);
    this.#props = props;
    this.#landing = new Store(props.landingBucket.bucketArn);
    this.createSnapshot = this.#createCreateSnapshot();
    this.checkSnapshot = this.#create('CheckSnapshot', {
      name: 'check-snapshot',
      description: 'Looks whether the snapshot is there.',
      permissions: [...this.#readSnapshots()],
    });
    this.exportSnapshot = this.#createExportSnapshot();
    this.checkExport = this.#create('CheckExport', {
      name: 'check-export',
      description: 'Looks whether all files of the snapshot are in the landing bucket.',
      permissions: [...this.#readSnapshots(), this.#landing.list()],
    });
    this.sealExport = this.#createSealExport();
    this.pruneSnapshots = this.#create('PruneSnapshots', {
      name: 'prune-snapshots',
      description: 'Deletes older snapshots of Redrill’s own that were exported and sealed.',
      permissions: [
        ...findCaches(this),
        ...this.#readSnapshots(),
        this.#onOwnSnapshots('elasticache:DeleteSnapshot'),
        this.#onServerlessSnapshots('elasticache:DeleteServerlessCacheSnapshot'),
        this.#landing.list(),
      ],
    });
  }

  get all(): readonly LambdaFunction[] {
    const { createSnapshot, checkSnapshot, exportSnapshot, checkExport, sealExport, pruneSnapshots } = this;
    return [createSnapshot, checkSnapshot, exportSnapshot, checkExport, sealExport, pruneSnapshots];
  }

  #createCreateSnapshot(): LambdaFunction {
    const { cacheKeys } = this.#props;
    return this.#create('CreateSnapshot', {
      name: 'create-snapshot',
      description: 'Takes the snapshot of one slot, or finds it taken.',
      ...(cacheKeys.length === 0 ? {} : { environment: { cacheKeys: cacheKeys.join(',') } }),
      permissions: [
        ...findCaches(this),
        ...this.#readSnapshots(),
        this.#onOwnSnapshots('elasticache:CreateSnapshot', 'elasticache:AddTagsToResource'),
        this.#onCaches('elasticache:CreateSnapshot', 'cluster', 'replicationgroup'),
        this.#onServerlessSnapshots(
          'elasticache:CreateServerlessCacheSnapshot',
          'elasticache:AddTagsToResource',
        ),
        this.#onCaches('elasticache:CreateServerlessCacheSnapshot', 'serverlesscache'),
        ...this.#useKeysThroughElastiCache(),
      ],
    });
  }

  /**
   * ElastiCache checks that the caller itself may write to the bucket, and that by listing all buckets. The user guide does
   * not name `s3:GetBucketAcl` and `elasticache:AddTagsToResource`, the Service Authorization Reference did.
   * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html (checked 2026-11-23)
   */
  #createExportSnapshot(): LambdaFunction {
    const { bucketArn } = this.#props.landingBucket;
    return this.#create('ExportSnapshot', {
      name: 'export-snapshot',
      description: 'Starts the export of a snapshot to the landing bucket.',
      permissions: [
        this.#onOwnSnapshots('elasticache:CopySnapshot', 'elasticache:AddTagsToResource'),
        this.#onServerlessSnapshots('elasticache:ExportServerlessCacheSnapshot'),
        {
          actions: ['s3:ListAllMyBuckets'],
          resources: ['*'],
          because: 'Has no resource types; ElastiCache refuses an export whose caller lacks it.',
        },
        { actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:GetBucketAcl'], resources: [bucketArn] },
        this.#landing.on(['s3:PutObject', 's3:GetObject', 's3:DeleteObject'], ['*']),
        ...this.#useKeysThroughElastiCache(),
      ],
    });
  }

  #createSealExport(): LambdaFunction {
    return this.#create('SealExport', {
      name: 'seal-export',
      description: 'Writes export.json, last, with what is needed to build the cache again.',
      environment: { sourceAccount: Stack.of(this).account },
      permissions: [
        ...this.#readSnapshots(),
        ...findCaches(this),
        this.#onCaches('elasticache:DescribeCacheParameters', 'parametergroup'),
        this.#onCaches('elasticache:ListTagsForResource', 'cluster', 'replicationgroup', 'serverlesscache'),
        this.#landing.list(),
        ...this.#landing.read(...SEALS),
        ...this.#landing.write(...SEALS),
      ],
    });
  }

  #create(id: string, props: Omit<LambdaFunctionProps, 'bundles'>): LambdaFunction {
    const { bundles, landingBucket } = this.#props;
    const usesLanding = ['ExportSnapshot', 'CheckExport', 'SealExport', 'PruneSnapshots'].includes(id);
    return new LambdaFunction(this, id, {
      ...props,
      bundles,
      environment: {
        ...(usesLanding ? { landingBucket: landingBucket.bucketName } : {}),
        ...props.environment,
      },
    });
  }

  #onCaches(action: string, ...resources: readonly ElastiCacheResource[]): Permission {
    return {
      actions: [action],
      resources: resources.map((resource) => elastiCacheArn(this, resource, '*')),
      because: CACHES_JOIN_AT_ANY_TIME,
    };
  }

  /**
   * "One grant per backup is used during backup creation", and it is made for the caller; a policy has to name both services.
   * Whether an export needs one too is not said. Neither action can be used but by ElastiCache.
   * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html and
   * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html (checked 2026-11-23)
   */
  #useKeysThroughElastiCache(): readonly Permission[] {
    const { kmsKeys, cacheKeys } = this.#props;
    const resources = [...kmsKeys, ...cacheKeys];
    if (resources.length === 0) return [];
    const { region } = Stack.of(this);
    const through = {
      'kms:ViaService': [`elasticache.${region}.amazonaws.com`, `dax.${region}.amazonaws.com`],
    };
    return [
      { actions: ['kms:DescribeKey'], resources, conditions: { StringEquals: through } },
      {
        actions: ['kms:CreateGrant'],
        resources,
        // ElastiCache's page does not say that its requests have the key; that they come through ElastiCache, they must say.
        conditions: { StringEquals: through, BoolIfExists: { 'kms:GrantIsForAWSResource': 'true' } },
      },
    ];
  }

  #readSnapshots(): readonly Permission[] {
    return [
      {
        actions: ['elasticache:DescribeSnapshots'],
        resources: [elastiCacheArn(this, 'snapshot', '*')],
        because: READS_ONLY,
      },
      {
        actions: ['elasticache:DescribeServerlessCacheSnapshots'],
        // By a cache, it addresses the cache; by a name, the snapshot; the reference lists both.
        resources: [
          elastiCacheArn(this, 'serverlesscachesnapshot', '*'),
          elastiCacheArn(this, 'serverlesscache', '*'),
        ],
        because: READS_ONLY,
      },
    ];
  }

  #onServerlessSnapshots(...actions: readonly string[]): Permission {
    return {
      actions,
      resources: [elastiCacheArn(this, 'serverlesscachesnapshot', `${SNAPSHOT_PREFIX}*`)],
      because: OWN_SNAPSHOTS,
    };
  }

  #onOwnSnapshots(...actions: readonly string[]): Permission {
    return {
      actions,
      resources: [elastiCacheArn(this, 'snapshot', `${SNAPSHOT_PREFIX}*`)],
      because: OWN_SNAPSHOTS,
    };
  }
}
