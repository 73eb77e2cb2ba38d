import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The cloud assembly that `bin/app.ts` wrote for this run, bundles included. */
    readonly assembly: string;
    /** The bundles of that, a folder for each Lambda: what a synthesis of another configuration can take. */
    readonly bundles: string;
  }
}

const PROJECT = join(import.meta.dirname, '../..');

/** Synthesises once per run, by the same program as `cdk synth`, into a folder that goes with the run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'redrill-e2e-'));
  const assembly = join(folder, 'cdk.out');
  // The CDK's own check of the templates takes five seconds; test/infra looks at what it finds.
  const env = { ...process.env, CDK_OUTDIR: assembly, CDK_VALIDATION: 'false' };
  await promisify(execFile)(process.execPath, [join(PROJECT, 'bin/app.ts')], { cwd: PROJECT, env });
  const bundles = join(folder, 'lambdas');
  await cp(join(PROJECT, 'out/lambdas'), bundles, { recursive: true });
  project.provide('assembly', assembly);
  project.provide('bundles', bundles);
  // A function that is still ending may write compiled code meanwhile.
  return () => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
