import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { assembleAll } from '../../packaging/pack.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Holds a folder for each package of this repository, by its name. */
    readonly packages: string;
  }
}

/** Makes the packages once per run. Each file of tests installs them in a folder of its own. */
export default function setup(project: TestProject): () => void {
  const out = mkdtempSync(join(tmpdir(), 'redrill-packages-'));
  assembleAll(out);
  project.provide('packages', out);
  return () => rmSync(out, { recursive: true, force: true });
}
