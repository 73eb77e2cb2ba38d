import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { REQUIRE_FOR_COMMON_JS } from '../../lib/lambda/bundle.ts';

/** Writes `redrill ship` as one file that needs Node and nothing else. */
export function bundleProgram(file: string): void {
  buildSync({
    entryPoints: [join(import.meta.dirname, 'host.ts')],
    outfile: file,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    banner: { js: `#!/usr/bin/env node\n${REQUIRE_FOR_COMMON_JS}` },
    legalComments: 'none',
    logLevel: 'warning',
  });
}
