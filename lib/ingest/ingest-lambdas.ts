import { Construct } from 'constructs';
import type { Config } from '../../core/contracts/config.ts';
import { landingKeys, stagingKeys } from '../../core/model/keys.ts';
import type { Bundles } from '../lambda/bundles.ts';
import { COPYING, LambdaFunction, READING } from '../lambda/lambda-function.ts';
import { INGESTED, POINT_FILES, POINT_RECORDS, POINTS, REGISTRY, type Store } from '../storage/stores.ts';
import { puttingEvents } from '../watch/event-bus.ts';

/** The buckets that ingest reads and writes: where they are, and what a role may do there. */
export interface IngestStores {
  readonly landing: Store;
  readonly landingBucket: string;
  readonly vault: Store;
  readonly vaultBucket: string;
  readonly vaultKeyArn: string;
  readonly staging: Store;
  readonly stagingBucket: string;
}

export interface IngestLambdasProps {
  readonly config: Config;
  readonly bundles: Bundles;
  readonly stores: IngestStores;
}

/** Lambdas whose roles read exports; the landing bucket's policy names them if the vault has an account of its own. */
export const LANDING_READERS = ['find-exports', 'copy-shard', 'admit-recovery-point'] as const;

/** The one that writes there, what the vault has verified. */
export const LANDING_MARKER = 'admit-recovery-point';

const FILES = '*.rdb';
const VERIFIED = `${landingKeys.verifiedPrefix}*`;
const CHECKPOINTS = `${stagingKeys.ingestPrefix}*`;

/** Patterns of what is sealed in the landing bucket. */
export function sealKeys({ servers }: Pick<Config, 'servers'>): readonly string[] {
  return [
    `*${landingKeys.sealSuffix}`,
    ...(Object.keys(servers).length === 0 ? [] : [landingKeys.serverSealPattern]),
  ];
}

/** Patterns of what hosts say of themselves there. */
export function heartbeatKeys({ servers }: Pick<Config, 'servers'>): readonly string[] {
  return Object.keys(servers).length === 0 ? [] : [landingKeys.serverHeartbeatPattern];
}

/** The Lambdas of the Ingest workflow and what each may do. */
export class IngestLambdas extends Construct {
  readonly copyShard: LambdaFunction;
  readonly verifyShard: LambdaFunction;
  readonly admitRecoveryPoint: LambdaFunction;
  readonly releaseSuperseded: LambdaFunction;

  constructor(scope: Construct, id: string, props: IngestLambdasProps) {
    super(scope, id);
    this.copyShard = this.#createCopyShard(props);
    this.verifyShard = this.#createVerifyShard(props);
    this.admitRecoveryPoint = this.#createAdmit(props);
    this.releaseSuperseded = this.#createRelease(props);
  }

  get all(): readonly LambdaFunction[] {
    return [this.copyShard, this.verifyShard, this.admitRecoveryPoint, this.releaseSuperseded];
  }

  #createCopyShard({ config, bundles, stores }: IngestLambdasProps): LambdaFunction {
    const { landing, landingBucket, vault, vaultBucket, vaultKeyArn } = stores;
    return new LambdaFunction(this, 'CopyShard', {
      name: 'copy-shard',
      description: 'Copies one exported file into the vault.',
      bundles,
      size: COPYING,
      environment: { landingBucket, vaultBucket, vaultKey: vaultKeyArn },
      permissions: [
        landing.list(),
        ...landing.read(FILES, ...sealKeys(config)),
        vault.list(),
        ...vault.read(...POINTS),
        ...vault.copyInto(...POINTS),
      ],
    });
  }

  #createVerifyShard({ bundles, stores }: IngestLambdasProps): LambdaFunction {
    const { vault, vaultBucket, vaultKeyArn, staging, stagingBucket } = stores;
    return new LambdaFunction(this, 'VerifyShard', {
      name: 'verify-shard',
      description:
        'Reads one copied file to its end, in as many goes as it takes, and records what it holds.',
      bundles,
      size: READING,
      environment: { vaultBucket, stagingBucket, vaultKey: vaultKeyArn },
      permissions: [
        vault.list(),
        ...vault.read(...POINTS),
        ...vault.readVersions(...POINT_FILES),
        ...vault.write(...POINTS),
        staging.list(),
        // Under the vault's key, which it may use already.
        staging.on(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], [CHECKPOINTS]),
      ],
    });
  }

  #createAdmit({ config, bundles, stores }: IngestLambdasProps): LambdaFunction {
    const { landing, landingBucket, vault, vaultBucket } = stores;
    const locksTiers = Object.keys(config.vault.lock.tiers).length > 0;
    const written = [...POINTS, ...REGISTRY, ...INGESTED];
    return new LambdaFunction(this, 'AdmitRecoveryPoint', {
      name: 'admit-recovery-point',
      description: 'Judges the whole and writes recovery-point.json, last.',
      bundles,
      environment: { landingBucket, vaultBucket },
      permissions: [
        landing.list(),
        ...landing.read(...sealKeys(config)),
        ...landing.write(VERIFIED),
        vault.list(),
        ...vault.read(...written),
        ...vault.write(...written),
        puttingEvents(this, config.alerts),
        ...(locksTiers ? [vault.on(['s3:PutObjectRetention'], POINTS)] : []),
      ],
    });
  }

  #createRelease({ config, bundles, stores }: IngestLambdasProps): LambdaFunction {
    const { vault, vaultBucket } = stores;
    return new LambdaFunction(this, 'ReleaseSuperseded', {
      name: 'release-superseded',
      description: 'Tags older recovery points, so that S3 may expire them.',
      bundles,
      environment: { vaultBucket },
      permissions: [
        vault.list(),
        ...vault.read(...REGISTRY, ...POINT_RECORDS),
        ...vault.write(...REGISTRY),
        vault.on(['s3:GetObjectTagging', 's3:PutObjectTagging'], POINTS),
        puttingEvents(this, config.alerts),
      ],
    });
  }
}
