import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RunReply, RunRequest } from './worker.ts';

/** One run that is done. */
export type Done = Pick<RunReply, 'seed' | 'hash' | 'counts' | 'violation'>;

/** What its runs have in common. */
export interface Runs extends Pick<RunRequest, 'days' | 'caches'> {
  readonly readings: 'default' | 'drawn';
}

interface Entry extends Done, Runs {
  /** Since the entry before it, or since the command began. */
  readonly seconds: number;
}

/**
 * The runs that are done. With a file, a line for each of them, so that a long run can be interrupted and gone on with, or
 * its seeds shared out among machines and the files joined. What was written by other code is no part of it: begin a new one.
 */
export class Journal {
  readonly #entries: Entry[] = [];
  readonly #file: string | undefined;
  readonly #of: Runs;
  #lastMs = Date.now();

  /** @param file written to if there is one, and read first. @throws Error if it holds runs of other lengths */
  constructor(file: string | undefined, of: Runs) {
    this.#file = file;
    this.#of = of;
    if (file === undefined) return;
    mkdirSync(dirname(file), { recursive: true });
    if (!existsSync(file)) return;
    for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
      const entry: Entry = JSON.parse(line);
      if (entry.days !== of.days || entry.caches !== of.caches || entry.readings !== of.readings)
        throw new Error(`${file} holds a run of ${inWords(entry)}, not of ${inWords(of)}; name another file`);
      this.#entries.push(entry);
    }
  }

  has(seed: number): boolean {
    return this.#entries.some((entry) => entry.seed === seed);
  }

  add({ seed, hash, counts, violation }: RunReply): void {
    const seconds = (Date.now() - this.#lastMs) / 1000;
    this.#lastMs = Date.now();
    const entry: Entry = { ...this.#of, seed, seconds, hash, violation, counts };
    this.#entries.push(entry);
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(entry)}\n`);
  }

  get done(): readonly Done[] {
    return this.#entries;
  }

  /** Over all the times that it was gone on with. */
  get seconds(): number {
    return this.#entries.reduce((sum, { seconds }) => sum + seconds, 0);
  }
}

function inWords({ days, caches, readings }: Runs): string {
  return `${days} days and ${caches} caches with ${readings} readings`;
}
