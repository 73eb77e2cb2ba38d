import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../core/contracts/config.ts';
import { type Bundles, configureCopy } from './bundles.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The Lambdas of this installation: an npm package carries them built, a checkout builds them into `out/lambdas`. */
export async function lambdaBundles(config: Config): Promise<Bundles> {
  const lambdas = join(ROOT, 'lambdas');
  if (existsSync(join(lambdas, 'watch-vault/index.mjs'))) return configureCopy({ out: lambdas, config });
  const { bundleLambdas } = await import('./bundle.ts');
  return bundleLambdas({ lambdas, out: join(ROOT, 'out/lambdas'), config });
}
