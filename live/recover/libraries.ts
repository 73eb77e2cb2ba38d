import { ServerRefusal } from '../../adapters/redis/resp-connection.ts';
import { keyNameOf, type RefusedItem } from './progress.ts';
import { codeOf, PASSING, STOPS } from './refusals.ts';
import { refusedBy } from './server-facts.ts';
import type { TargetCluster } from './target-cluster.ts';

export interface Libraries {
  /** Loaded, on every primary. */
  readonly written: number;
  /** There already, and left as they are. */
  readonly skipped: number;
  readonly refused: readonly RefusedItem[];
}

/** `#!lua name=mylib` begins the code of a library. https://redis.io/docs/latest/commands/function-load/ */
export const libraryNameOf = (code: Uint8Array): string =>
  /^#!\S+ +(?:.* )?name=(\S+)/.exec(Buffer.from(code).toString('utf8'))?.[1] ?? '';

/**
 * Loads function libraries into every primary, for each of them has its own.
 * @throws AppError `TargetRefused` if the server takes nothing at all
 */
export async function loadLibraries(
  cluster: TargetCluster,
  codes: readonly Uint8Array[],
  mode: 'missing' | 'overwrite' | 'report',
): Promise<Libraries> {
  const refused: RefusedItem[] = [];
  const done = { written: 0, skipped: 0 };
  for (const code of codes) {
    const outcome = await (mode === 'report' ? look(cluster, code) : load(cluster, code, mode));
    if (typeof outcome === 'string') done[outcome]++;
    else refused.push(outcome);
  }
  return { ...done, refused };
}

type Outcome = 'written' | 'skipped' | RefusedItem;

async function load(
  cluster: TargetCluster,
  code: Uint8Array,
  mode: 'missing' | 'overwrite',
): Promise<Outcome> {
  let outcome: 'written' | 'skipped' = 'skipped';
  for (const primary of cluster.primaries) {
    try {
      await primary.ask(0, 'FUNCTION', 'LOAD', ...(mode === 'overwrite' ? ['REPLACE'] : []), code);
      primary.noteWriting();
      outcome = 'written';
    } catch (error) {
      if (!(error instanceof ServerRefusal)) throw error;
      if (/already exists/i.test(error.message)) continue;
      if (isOfServer(error)) throw refusedBy(primary.name, error.message);
      return refusedLibrary(code, error.message);
    }
  }
  return outcome;
}

/** What loading it would do, for all that can be told. */
async function look(cluster: TargetCluster, code: Uint8Array): Promise<Outcome> {
  try {
    const found = await cluster.ownerOf(0).ask(0, 'FUNCTION', 'LIST', 'LIBRARYNAME', libraryNameOf(code));
    return Array.isArray(found) && found.length > 0 ? 'skipped' : 'written';
  } catch (error) {
    if (!(error instanceof ServerRefusal)) throw error;
    if (isOfServer(error)) throw refusedBy(cluster.name, error.message);
    return refusedLibrary(code, error.message);
  }
}

/** Whether no library would be taken, whichever comes. */
function isOfServer({ message }: ServerRefusal): boolean {
  const code = codeOf(message);
  return STOPS.has(code) || PASSING.has(code);
}

const WITHOUT_FUNCTIONS = /unknown command/i;

/** Whether a cache has functions at all: serverless ones, and servers before Redis 7.0, have not. */
export async function hasFunctions(cluster: TargetCluster): Promise<boolean> {
  try {
    await cluster.ownerOf(0).ask(0, 'FUNCTION', 'LIST', 'LIBRARYNAME', 'redrill');
    return true;
  } catch (error) {
    if (!(error instanceof ServerRefusal)) throw error;
    return !WITHOUT_FUNCTIONS.test(error.message);
  }
}

function refusedLibrary(code: Uint8Array, message: string): RefusedItem {
  const name = keyNameOf(Buffer.from(libraryNameOf(code)));
  return { kind: 'library', database: 0, name, type: 'library', code: codeOf(message), message };
}

/** A library that no command can hold. */
export function tooBigLibrary(sizeBytes: number): RefusedItem {
  const message = `its code of ${sizeBytes} bytes is larger than 2 MiB`;
  return {
    kind: 'library',
    database: 0,
    name: keyNameOf(new Uint8Array()),
    type: 'library',
    code: 'TOO_BIG',
    message,
  };
}
