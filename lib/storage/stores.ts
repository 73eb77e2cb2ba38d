import { vaultKeys } from '../../core/model/keys.ts';
import { TIERS } from '../../core/model/tier.ts';
import type { Permission } from '../permissions.ts';

/** Permissions on the buckets, in the words of what lies there. */

/** Everything below the recovery points' four prefixes. */
export const POINTS = TIERS.map((tier) => `${tier}/*`);
/** Their data files alone. */
export const POINT_FILES = TIERS.map((tier) => `${tier}/*/shard-*.rdb`);
/** The digests of their shards alone. */
export const POINT_DIGESTS = TIERS.map((tier) => `${tier}/*/digest-*.bin`);
/** Their records, and what binds them. */
export const POINT_RECORDS = TIERS.map((tier) => `${tier}/*/recovery-point*.json`);
export const REGISTRY = [`${vaultKeys.registryPrefix}*`];
export const INGESTED = [`${vaultKeys.ingestedPrefix}*`];
export const REPORTS = [`${vaultKeys.reportsPrefix}*`];
/** The histories of all caches' drills. */
export const HISTORIES = [`${vaultKeys.reportsPrefix}*/history.json`];
export const FLEET = [vaultKeys.fleet, vaultKeys.fleetPage];
export const RUNBOOK_PAGES = [`${vaultKeys.runbooksPrefix}*.html`];

/** A bucket whose objects permissions are given on. */
export class Store {
  readonly #bucketArn: string;
  readonly #keyArn: string | undefined;

  /** @param keyArn the KMS key that the bucket's objects are encrypted under. @default S3's own keys */
  constructor(bucketArn: string, keyArn?: string) {
    this.#bucketArn = bucketArn;
    this.#keyArn = keyArn;
  }

  /** Also needed to tell an absent object (404) from a forbidden one (403). */
  list(): Permission {
    return { actions: ['s3:ListBucket'], resources: [this.#bucketArn] };
  }

  read(...keys: readonly string[]): readonly Permission[] {
    return [this.on(['s3:GetObject'], keys), ...this.#key('kms:Decrypt')];
  }

  /** By version id; {@link read} is for current versions alone. */
  readVersions(...keys: readonly string[]): readonly Permission[] {
    return [this.on(['s3:GetObjectVersion'], keys), ...this.#key('kms:Decrypt')];
  }

  /** Also needed to tell an absent version (404) from a forbidden one (403). */
  listVersions(): Permission {
    return { actions: ['s3:ListBucketVersions'], resources: [this.#bucketArn] };
  }

  write(...keys: readonly string[]): readonly Permission[] {
    return [this.on(['s3:PutObject'], keys), ...this.#key('kms:GenerateDataKey')];
  }

  /** Copies in parts, which S3 reads back under the key to put them together. */
  copyInto(...keys: readonly string[]): readonly Permission[] {
    return [
      this.on(['s3:PutObject', 's3:AbortMultipartUpload'], keys),
      ...this.#key('kms:GenerateDataKey', 'kms:Decrypt'),
    ];
  }

  /** How the bucket itself is set. */
  settings(...actions: readonly string[]): Permission {
    return { actions, resources: [this.#bucketArn] };
  }

  on(actions: readonly string[], keys: readonly string[]): Permission {
    return {
      actions,
      resources: keys.map((key) => `${this.#bucketArn}/${key}`),
      because: 'Objects are named by cache, slot and shard; the prefix or suffix is as close as it gets.',
    };
  }

  #key(...actions: readonly string[]): readonly Permission[] {
    return this.#keyArn === undefined ? [] : [{ actions, resources: [this.#keyArn] }];
  }
}
