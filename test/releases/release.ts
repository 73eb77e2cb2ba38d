import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfigInput } from '../../core/contracts/config.ts';
import { unpack } from './archive.ts';
import type { CacheContent } from './content.ts';

/** Where the fixtures are, a folder for each release: see README.md. */
export const RELEASES = import.meta.dirname;

/** What a release says must be found again, whatever comes after it. */
export interface Promises {
  readonly release: string;
  /** The virtual instant at which its buckets were kept. */
  readonly endsAt: string;
  readonly points: readonly PromisedPoint[];
}

export interface PromisedPoint {
  readonly name: string;
  readonly tier: string;
  readonly verdict: string;
  readonly isAccepted: boolean;
  readonly keys: number;
  /** Of the cache when the point was taken; absent if it was not looked at. */
  readonly content?: CacheContent;
}

/** All of them, the first one first. */
export const releases = (): readonly string[] =>
  readdirSync(RELEASES)
    .filter((name) => /^\d+\.\d+\.\d+$/.test(name))
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));

/** A fixture, whose archives are unpacked into a folder that {@link remove} deletes. */
export class Release {
  readonly version: string;
  #folder: string | undefined;

  constructor(version: string) {
    this.version = version;
  }

  get promises(): Promises {
    return this.#json('promises.json');
  }

  /** As people wrote them for this release, by file. */
  get configurations(): Readonly<Record<string, ConfigInput>> {
    return this.#json('configurations.json');
  }

  /** Of which the assembly is, and what is stored. */
  get config(): ConfigInput {
    const config = this.configurations['redrill.config.ts'];
    if (config === undefined) throw new Error(`${this.version} has no redrill.config.ts`);
    return config;
  }

  file(name: string): string {
    return join(RELEASES, this.version, name);
  }

  /** @returns the folder with the cloud assembly */
  assembly(): string {
    return this.#unpacked('assembly');
  }

  /** @returns the folder with what is stored in the buckets */
  stored(): string {
    return this.#unpacked('stored');
  }

  remove(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }

  #unpacked(name: string): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'redrill-release-'));
    const folder = join(this.#folder, name);
    unpack(this.file(`${name}.tar.zst`), folder);
    return folder;
  }

  #json<Content>(name: string): Content {
    return JSON.parse(readFileSync(this.file(name), 'utf8'));
  }
}
