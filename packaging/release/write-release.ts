import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { builtIn } from '../../lib/lambda/bundles.ts';
import { pack } from '../pack.ts';
import { notesOf } from './changelog.ts';
import { REGION_PAIRS, writeTemplateArchives } from './template-archives.ts';

const ROOT = join(import.meta.dirname, '../..');
const CHECKSUMS = 'SHA256SUMS';

export interface Release {
  /** Folders of the packages; that of `redrill` has the built Lambdas. */
  readonly folders: readonly string[];
  readonly version: string;
  /** Of which there are templates. @default all of a release */
  readonly pairs?: typeof REGION_PAIRS;
}

/**
 * Writes what a release publishes: the tarballs of the packages, CloudFormation templates, the notes, the list of all
 * dependencies and the checksums.
 * @param out emptied first
 * @returns a line about each file, for people
 */
export function writeRelease(
  { folders, version, pairs = REGION_PAIRS }: Release,
  out: string,
): readonly string[] {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const packed = folders.map((folder) => pack(folder, out));
  const [lambdas] = folders
    .filter((folder) => basename(folder) === 'redrill')
    .map((each) => join(each, 'lambdas'));
  if (lambdas === undefined) throw new Error('the package redrill is missing');
  const templates = writeTemplateArchives({ pairs, version, lambdas: builtIn(lambdas) }, out);
  writeFileSync(join(out, 'NOTES.md'), notesOf(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'), version));
  writeFileSync(join(out, 'sbom.cdx.json'), billOfMaterials());
  const files = readdirSync(out).sort();
  writeFileSync(join(out, CHECKSUMS), files.map((file) => `${sha256(join(out, file))}  ${file}\n`).join(''));
  return [...packed, ...templates, 'NOTES.md', 'sbom.cdx.json', CHECKSUMS];
}

/**
 * All packages that the Lambdas, the command and the local AWS use, in CycloneDX, as the lockfile has them.
 * https://docs.npmjs.com/cli/v11/commands/npm-sbom (checked 2026-11-24)
 */
function billOfMaterials(): string {
  const args = ['sbom', '--package-lock-only', '--omit=dev', '--sbom-format=cyclonedx'];
  const printed = execFileSync('npm', args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  const bill = JSON.parse(printed);
  // npm takes the name of the folder for it.
  bill.metadata.component.name = 'redrill';
  return `${JSON.stringify(bill, undefined, 2)}\n`;
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
