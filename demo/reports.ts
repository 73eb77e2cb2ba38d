import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { vaultKeys } from '../core/model/keys.ts';
import type { Demo } from './demo.ts';
import { keysIn, textOf } from './vault-objects.ts';

/**
 * Takes all reports out of the vault, as `aws s3 sync` would, so that a browser can open them.
 * @returns the file of the fleet page
 */
export async function saveReports(demo: Demo, folder: string): Promise<string> {
  const fileOf = (key: string) => join(folder, key.slice(vaultKeys.reportsPrefix.length));
  await rm(folder, { recursive: true, force: true });
  for (const key of await keysIn(demo, vaultKeys.reportsPrefix)) {
    await mkdir(dirname(fileOf(key)), { recursive: true });
    await writeFile(fileOf(key), await textOf(demo, key));
  }
  return fileOf(vaultKeys.fleetPage);
}
