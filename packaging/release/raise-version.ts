import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { released } from './changelog.ts';

/** Each file that states the version, and how it does. */
const PLACES: Readonly<Record<string, (from: string, to: string) => readonly [string, string]>> = {
  'package.json': (from, to) => [`"version": "${from}"`, `"version": "${to}"`],
  'packages/rdb/package.json': (from, to) => [`"version": "${from}"`, `"version": "${to}"`],
  'packages/local-aws/package.json': (from, to) => [`"version": "${from}"`, `"version": "${to}"`],
  'core/model/version.ts': (from, to) => [`VERSION = '${from}'`, `VERSION = '${to}'`],
};
/** They depend on each other in exactly this version. */
const OWN_PACKAGES = ['@redrill/rdb', '@redrill/local-aws'];

const FORM = /^(\d+)\.(\d+)\.(\d+)$/;

/** The files that {@link raiseVersion} writes. */
export const RAISED: readonly string[] = [...Object.keys(PLACES), 'package-lock.json', 'CHANGELOG.md'];

/**
 * Writes a new version wherever a version is stated. Writes nothing if one of the places cannot be written.
 * @param root folder of the repository
 * @param date of the release, as 2026-11-24
 * @throws Error for a version that is not a later one, and for a place where the present version is not found
 */
export function raiseVersion(root: string, version: string, date: string): void {
  const read = (file: string) => readFileSync(join(root, file), 'utf8');
  const present: string = JSON.parse(read('package.json')).version;
  refuseUnlessLater(version, present);
  const written: [string, string][] = Object.entries(PLACES).map(([file, place]) => [
    file,
    withOwnPackages(replaced(read(file), ...place(present, version), file), present, version),
  ]);
  written.push(['package-lock.json', lockOf(read('package-lock.json'), present, version)]);
  written.push(['CHANGELOG.md', released(read('CHANGELOG.md'), version, date)]);
  for (const [file, text] of written) writeFileSync(join(root, file), text);
}

function refuseUnlessLater(version: string, present: string): void {
  const [, ...numbers] = FORM.exec(version) ?? [];
  if (numbers.length === 0) throw new Error(`'${version}' is not a version; write it as 1.2.3`);
  const before = present.split('.').map(Number);
  const difference = numbers.map((number, i) => Number(number) - (before[i] ?? 0)).find((each) => each !== 0);
  if (difference === undefined || difference < 0)
    throw new Error(`'${version}' is not later than ${present}, which package.json states`);
}

function replaced(text: string, from: string, to: string, file: string): string {
  if (!text.includes(from)) throw new Error(`${file} does not state ${from}`);
  return text.replace(from, to);
}

function withOwnPackages(text: string, from: string, to: string): string {
  return OWN_PACKAGES.reduce(
    (each, name) => each.replace(`"${name}": "${from}"`, `"${name}": "${to}"`),
    text,
  );
}

/** The root and the workspaces stand in the lockfile as packages of their own. */
function lockOf(text: string, from: string, to: string): string {
  const lock = JSON.parse(text);
  lock.version = to;
  for (const folder of ['', 'packages/rdb', 'packages/local-aws']) {
    const entry = lock.packages[folder];
    entry.version = to;
    for (const dependencies of [entry.dependencies, entry.devDependencies])
      for (const name of OWN_PACKAGES) if (dependencies?.[name] === from) dependencies[name] = to;
  }
  return `${JSON.stringify(lock, undefined, 2)}\n`;
}
