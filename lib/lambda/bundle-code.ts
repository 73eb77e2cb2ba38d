import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IResolveContext, Lazy } from 'aws-cdk-lib';
import { Code, type CodeConfig } from 'aws-cdk-lib/aws-lambda';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';

/** A file that goes beside a bundle. */
export interface BesideFile {
  readonly name: string;
  readonly content: string;
}

/**
 * A bundle with files that are known only when the app is complete: the configuration, to which caches are added after the
 * construct is made, and the settings of everything in a stack, which aspects change.
 */
export class BundleCode extends Code {
  readonly isInline = false;
  readonly #folder: string;
  readonly #beside: () => readonly BesideFile[];
  #asset: Asset | undefined;

  constructor(folder: string, beside: () => readonly BesideFile[]) {
    super();
    this.#folder = folder;
    this.#beside = beside;
  }

  /** The CDK collects references ("preparing") after all aspects have run, and before it writes any template. */
  override bind(scope: Construct): CodeConfig {
    const known = (place: (asset: Asset) => string) => ({
      produce: ({ preparing }: IResolveContext) => {
        if (preparing) this.#asset ??= this.#complete(scope);
        return this.#asset === undefined ? 'known at synthesis' : place(this.#asset);
      },
    });
    return {
      s3Location: {
        bucketName: Lazy.uncachedString(known(({ s3BucketName }) => s3BucketName)),
        objectKey: Lazy.uncachedString(known(({ s3ObjectKey }) => s3ObjectKey)),
      },
    };
  }

  /** The asset copies the folder into the cloud assembly at once. */
  #complete(scope: Construct): Asset {
    const path = mkdtempSync(join(tmpdir(), 'redrill-bundle-'));
    try {
      cpSync(this.#folder, path, { recursive: true });
      for (const { name, content } of this.#beside()) writeFileSync(join(path, name), content);
      return new Asset(scope, 'Code', { path });
    } finally {
      rmSync(path, { recursive: true, force: true });
    }
  }
}
