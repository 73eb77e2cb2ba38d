import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lazy } from 'aws-cdk-lib';
import { Code, type CodeConfig } from 'aws-cdk-lib/aws-lambda';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';

/** A file that goes beside a bundle. */
export interface BesideFile {
  readonly name: string;
  readonly content: string;
}

/**
 * A bundle with a file that is known only when the stack is complete, because it tells of the whole stack, the function
 * itself and its alarms included.
 */
export class CodeAfterStack extends Code {
  readonly isInline = false;
  readonly #folder: string;
  #scope: Construct | undefined;
  #asset: Asset | undefined;

  constructor(folder: string) {
    super();
    this.#folder = folder;
  }

  override bind(scope: Construct): CodeConfig {
    this.#scope = scope;
    const known = () => {
      if (this.#asset === undefined) throw new Error(`the code of ${scope.node.path} was never completed`);
      return this.#asset;
    };
    return {
      s3Location: {
        bucketName: Lazy.string({ produce: () => known().s3BucketName }),
        objectKey: Lazy.string({ produce: () => known().s3ObjectKey }),
      },
    };
  }

  /** Needed once, when everything else is in the stack. */
  complete({ name, content }: BesideFile): void {
    if (this.#scope === undefined) throw new Error('this code belongs to no function yet');
    const folder = mkdtempSync(join(tmpdir(), 'redrill-bundle-'));
    try {
      cpSync(this.#folder, folder, { recursive: true });
      writeFileSync(join(folder, name), content);
      // Copies the folder into the cloud assembly at once.
      this.#asset = new Asset(this.#scope, 'Code', { path: folder });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
