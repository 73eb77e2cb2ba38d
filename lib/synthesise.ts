import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../core/contracts/config.ts';
import { redrillApp } from './app.ts';

interface Synthesised {
  readonly config: Config;
  /** Account of the credentials that would deploy. @default chosen at deployment */
  readonly deployer?: string;
}

/**
 * Synthesises templates that are read and not deployed: unchecked, with an empty file for every Lambda.
 * @param read gets the folder of the cloud assembly, which is deleted afterwards
 */
export function synthesiseToRead<Result>(
  { config, deployer }: Synthesised,
  read: (assembly: string) => Result,
): Result {
  const folder = mkdtempSync(join(tmpdir(), 'redrill-synth-'));
  try {
    const [code, outdir] = [join(folder, 'code'), join(folder, 'cdk.out')];
    mkdirSync(code);
    writeFileSync(join(code, 'index.mjs'), 'export const handler = async () => undefined;\n');
    redrillApp({
      config,
      lambdas: { folder: () => code },
      outdir,
      checked: false,
      ...(deployer === undefined ? {} : { deployer }),
    }).synth();
    return read(outdir);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
