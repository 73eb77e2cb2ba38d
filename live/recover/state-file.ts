import { readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import * as z from 'zod';
import { refuseNewer } from '../../adapters/documents/json-document.ts';
import { whyUnreadable, whyUnwritable } from '../../adapters/files/why-unreadable.ts';
import { AppError } from '../../core/model/errors.ts';
import { freshProgress, refusedItem, type ShardProgress, shardProgress } from './progress.ts';

/** What a recovery is of. Another run goes on only with the same. */
const identity = z.strictObject({
  /** As it is called for people. */
  source: z.string(),
  /** SHA-256 of each shard's file, in hexadecimal. */
  files: z.array(z.string()),
  target: z.string(),
  /** What changes which keys are written, and how. */
  options: z.record(z.string(), z.unknown()),
});
export type Identity = z.output<typeof identity>;

const libraries = z.strictObject({
  written: z.int(),
  skipped: z.int(),
  refused: z.array(refusedItem),
});

const saved = z.strictObject({
  version: z.literal(1),
  startedAt: z.iso.datetime(),
  identity,
  /** The processes that were written into, by run id. */
  servers: z.record(z.string(), z.string()),
  /** Undefined until they have been dealt with. */
  libraries: libraries.optional(),
  shards: z.array(shardProgress),
});
export type Saved = z.output<typeof saved>;

export function freshState(of: Identity, startedAt: Date): Saved {
  return {
    version: 1,
    startedAt: startedAt.toISOString(),
    identity: of,
    servers: {},
    shards: of.files.map((_, at) => freshProgress(at + 1)),
  };
}

/** @throws AppError `NotResumable` if there is none, or it is damaged; `NewerFormat` */
export function readState(path: string): Saved {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('NotResumable', `the state file ${path} cannot be read: ${whyUnreadable(cause)}`, {
      cause,
    });
  }
  const json = jsonIn(text);
  refuseNewer(json, saved, path);
  const parsed = saved.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new AppError('NotResumable', `${path} is not a state file of redrill recover, or it is damaged`);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws AppError `NotResumable` that names what is not as it was */
export function refuseOther(path: string, before: Identity, now: Identity): void {
  const differing = [
    ...(before.source === now.source ? [] : [`it is of ${before.source}, not of ${now.source}`]),
    ...(before.files.join() === now.files.join()
      ? []
      : ['the file is not the one that it was begun with (its SHA-256 differs)']),
    ...(before.target === now.target ? [] : [`it was written into ${before.target}, not into ${now.target}`]),
    ...optionsThatDiffer(before.options, now.options),
  ];
  if (differing.length > 0)
    throw new AppError('NotResumable', `${path} does not fit: ${differing.join('; ')}`);
}

function optionsThatDiffer(before: Identity['options'], now: Identity['options']): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  const text = (value: unknown) => (value === undefined ? 'absent' : JSON.stringify(value));
  return names
    .filter((name) => text(before[name]) !== text(now[name]))
    .map((name) => `--${name} was ${text(before[name])}, not ${text(now[name])}`);
}

/** How often it is written, ms: what has been settled since is looked at again after a kill. */
const EVERY_MS = 250;

/** The state of a running recovery, on disk. It holds names of refused keys, and no password. */
export class StateFile {
  readonly path: string;
  readonly state: Saved;
  #isDirty = false;
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(path: string, state: Saved) {
    this.path = path;
    this.state = state;
  }

  get shards(): readonly ShardProgress[] {
    return this.state.shards;
  }

  /** Saves it now and then, if something has changed. @param onFailure when it cannot be written */
  keep(save: () => Promise<void>, onFailure: (error: unknown) => void): void {
    this.#timer = setInterval(() => {
      if (this.#isDirty) save().catch(onFailure);
    }, EVERY_MS);
    this.#timer.unref();
  }

  changed(): void {
    this.#isDirty = true;
  }

  /** Written whole, in place of the last one, and safe when this returns. */
  save(): Promise<void> {
    this.#isDirty = false;
    // What is written is of this moment, whatever happens while an earlier one is being written.
    const text = JSON.stringify(this.state);
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#write(text));
    return this.#writing;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async remove(): Promise<void> {
    this.stop();
    await this.#writing.catch(() => undefined);
    await rm(this.path, { force: true });
  }

  async #write(text: string): Promise<void> {
    const next = `${this.path}.next`;
    try {
      const file = await open(next, 'w', 0o600);
      try {
        await file.writeFile(text);
        await file.datasync();
      } finally {
        await file.close();
      }
      await rename(next, this.path);
    } catch (cause) {
      throw new AppError(
        'BadInput',
        `the state file ${this.path} cannot be written: ${whyUnwritable(cause)}; make it writable, or start with another --state`,
        { cause },
      );
    }
  }
}
