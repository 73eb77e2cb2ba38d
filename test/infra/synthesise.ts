import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { parseConfig } from '../../core/contracts/parse-config.ts';
import { EXPECTED_FILE } from '../../core/contracts/settings.ts';
import { redrillApp, SOURCE_STACK, VAULT_STACK } from '../../lib/app.ts';
import { Release, releases } from '../releases/release.ts';
import { CONFIGURATIONS, type Configuration, DEPLOYER } from './configurations.ts';
import { countingRules } from './nag-rules.ts';
import type { Synthesised } from './synthesised.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder with a file `<configuration>.json` for each. */
    readonly syntheses: string;
  }
}

/** Synthesises every configuration once per run: the first synthesis of a process takes seconds, another one a fraction. */
export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'redrill-infra-'));
  for (const [name, configuration] of [...Object.entries<Configuration>(CONFIGURATIONS), ...ofReleases()]) {
    const result = synthesise(configuration, mkdtempSync(join(folder, 'assembly-')));
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(result));
  }
  project.provide('syntheses', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}

/** The configuration of each earlier release, as today's code has it. */
function ofReleases(): readonly (readonly [string, Configuration])[] {
  return releases().map((version) => {
    const config = parseConfig(new Release(version).config);
    return [`release ${version}`, { config, deployer: DEPLOYER }] as const;
  });
}

/** Stacks with an empty file for every Lambda: what is in the bundles does not matter to the templates. */
function synthesise(configuration: Configuration, folder: string): Synthesised {
  const code = mkdtempSync(join(folder, 'lambda-'));
  writeFileSync(join(code, 'index.mjs'), 'export const handler = async () => undefined;\n');
  const outdir = join(folder, 'cdk.out');
  const nagRules = countingRules(() => {
    redrillApp({ ...configuration, lambdas: { folder: () => code }, outdir }).synth();
  });
  const read = (file: string) => JSON.parse(readFileSync(join(outdir, file), 'utf8'));
  return {
    source: read(`${SOURCE_STACK}.template.json`),
    vault: read(`${VAULT_STACK}.template.json`),
    report: read('validation-report.json'),
    nagRules,
    expected: readdirSync(outdir)
      .map((asset) => join(asset, EXPECTED_FILE))
      .filter((file) => existsSync(join(outdir, file)))
      .map(read),
  };
}
