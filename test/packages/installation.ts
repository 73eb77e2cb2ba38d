import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { PACKAGES } from '../../packaging/packages.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The folders of the packages that this run has made. */
export function builtPackages(): readonly string[] {
  return PACKAGES.map(({ name }) => join(inject('packages'), name));
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/**
 * A folder that knows nothing of the repository, with packages as npm installs them. What they declare is linked from
 * the repository's installation and nothing else is there, so that an undeclared dependency is not found.
 */
export class Installation {
  readonly folder = mkdtempSync(join(tmpdir(), 'redrill-installed-'));

  /** @param packages folders. @default nothing is installed */
  constructor(packages: readonly string[] = []) {
    const manifests = packages.map((each): Manifest => {
      const manifest: Manifest = JSON.parse(readFileSync(join(each, 'package.json'), 'utf8'));
      cpSync(each, this.#placeOf(manifest.name), { recursive: true });
      return manifest;
    });
    for (const { dependencies, peerDependencies } of manifests)
      for (const name of Object.keys({ ...dependencies, ...peerDependencies })) this.link(name);
  }

  /** Takes over a package of the repository's installation, if none of that name is there. */
  link(name: string): void {
    const place = this.#placeOf(name);
    if (existsSync(place)) return;
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), place);
  }

  /** Installs packages from the registry, or tarballs, as npm does. */
  async install(...packages: readonly string[]): Promise<void> {
    // The package `node` downloads its program in a script.
    const manifest = { name: 'app', private: true, allowScripts: { node: true } };
    writeFileSync(join(this.folder, 'package.json'), JSON.stringify(manifest));
    const args = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error', ...packages];
    await promisify(execFile)('npm', args, { cwd: this.folder });
  }

  /** Runs the command `redrill`. */
  redrill(node: string, ...words: readonly string[]) {
    return this.run(node, [this.command, ...words]);
  }

  /** The file of the command `redrill`. */
  get command(): string {
    return join(this.#placeOf('redrill'), 'cli/redrill.js');
  }

  /** Of everything that runs in the folder. */
  get environment(): Readonly<Record<string, string>> {
    // The CDK's own check of the templates takes five seconds; test/infra looks at what it finds.
    return { PATH: process.env.PATH ?? '', HOME: this.folder, CDK_VALIDATION: 'false' };
  }

  /**
   * Runs a program in the folder, or in a folder of it.
   * @param also variables of its environment
   * @returns what it printed; never rejects because of its exit status
   */
  async run(
    program: string,
    args: readonly string[],
    {
      within = '.',
      also = {},
    }: { readonly within?: string; readonly also?: Readonly<Record<string, string>> } = {},
  ): Promise<{ out: string; err: string; status: number }> {
    const env = { ...this.environment, ...also };
    try {
      const { stdout, stderr } = await promisify(execFile)(program, args, {
        cwd: join(this.folder, within),
        env,
      });
      return { out: stdout, err: stderr, status: 0 };
    } catch (error) {
      const { stdout, stderr, code } = error as { stdout: string; stderr: string; code: number };
      return { out: stdout, err: stderr, status: code };
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #placeOf(name: string): string {
    return join(this.folder, 'node_modules', name);
  }
}

/** The Nodes of this machine: that of the project, and the one that the person has. */
export function nodes(): readonly string[] {
  const ownPath = (process.env.PATH ?? '').split(delimiter).filter((each) => !each.includes('node_modules'));
  const theirs = ownPath.map((each) => join(each, 'node')).find((each) => existsSync(each));
  return [process.execPath, ...(theirs === undefined ? [] : [theirs])];
}
