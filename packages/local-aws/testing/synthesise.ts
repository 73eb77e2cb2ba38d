import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { type Assembly, loadAssembly } from '../cloudformation/assembly.ts';

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Synthesises a CDK app into a folder of its own, gone when the process ends, and loads what came out. */
export function synthesise(build: (app: App) => void): Assembly {
  const outdir = mkdtempSync(join(tmpdir(), 'redrill-synth-'));
  folders.push(outdir);
  const app = new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false });
  build(app);
  return loadAssembly(app.synth().directory);
}
