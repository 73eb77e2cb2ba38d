/** Tries edits of single values, and stops at the first that leaves the digest as it was. */
import type { Redis } from 'ioredis';
import { RdbReader } from '../../index.ts';
import { run } from '../../testing/real-data.ts';
import { startServer } from '../../testing/real-server.ts';
import { pick, type Random, randomOf } from '../fuzz/random.ts';
import { COMMAND_EDITS, keyFor, randomData } from './by-commands.ts';
import { BYTE_EDITS, fileOf, randomForm, randomModel } from './in-bytes.ts';

/** Edits tried by kind, all of which changed the digest, and files written anew, none of which did. */
export interface Tried {
  readonly byKind: Record<string, number>;
  resaved: number;
}

const ATTEMPTS_PER_DATA_SET = 150;
/** After so many edits the server loads its own file and saves it once more, which is no edit. */
const EDITS_PER_RELOAD = 10;
const LIMITS = ['hash-max-listpack-entries', 'zset-max-listpack-entries', 'set-max-intset-entries'];

function digestOf(content: Uint8Array): string {
  const reader = new RdbReader({ depth: 'deep', sizeBytes: content.length });
  reader.write(content);
  return reader.end().digest?.total ?? '';
}

function count(tried: Tried, kind: string): void {
  tried.byKind[kind] = (tried.byKind[kind] ?? 0) + 1;
}

/** @throws if an edit does not change the digest, or another form of the same content does */
export function tryInBytes(seed: number, edits: number): Tried {
  const tried: Tried = { byKind: {}, resaved: 0 };
  const kinds = Object.entries(BYTE_EDITS);
  for (let number = 0; number < edits; number++) {
    const random = randomOf(seed, number);
    const model = randomModel(random);
    const before = digestOf(fileOf(model, randomForm(random)));
    if (digestOf(fileOf(model, randomForm(random))) !== before)
      throw new Error(`edit ${number} of seed ${seed}: another form of the same content has another digest`);
    tried.resaved++;
    const edited = structuredClone(model);
    const [kind, edit] = kinds[number % kinds.length] ?? pick(kinds, random);
    edit(edited, random);
    if (digestOf(fileOf(edited, randomForm(random))) === before)
      throw new Error(`edit ${number} of seed ${seed} (${kind}) leaves the digest as it was`);
    count(tried, kind);
  }
  return tried;
}

/** Other data, in encodings that the server has other limits for. */
async function loadRandomData(client: Redis, random: Random): Promise<void> {
  await client.call('FUNCTION', 'FLUSH');
  await client.flushall();
  for (const limit of LIMITS) await client.config('SET', limit, String(pick([0, 4, 512], random)));
  await run(client, randomData(random));
}

/** @throws if an edit does not change the digest, or loading and saving does */
export async function tryByCommands(seed: number, edits: number): Promise<Tried> {
  const tried: Tried = { byKind: {}, resaved: 0 };
  const { client, save, stop } = await startServer(['--enable-debug-command', 'yes']);
  const kinds = Object.entries(COMMAND_EDITS);
  let [before, done] = ['', 0];
  try {
    for (let number = 0; done < edits; number++) {
      const random = randomOf(seed, number);
      if (number % ATTEMPTS_PER_DATA_SET === 0) {
        await loadRandomData(client, random);
        before = digestOf(await save());
      }
      const [kind, edit] = kinds[number % kinds.length] ?? pick(kinds, random);
      const key = await keyFor(client, kind, random);
      // Not everything can be changed everywhere: a key without an expiry cannot lose it.
      if (key === undefined || !(await edit(client, key, random))) continue;
      const after = digestOf(await save());
      if (after === before)
        throw new Error(`edit ${number} of seed ${seed} (${kind} of ${key}) leaves the digest as it was`);
      count(tried, kind);
      [before, done] = [after, done + 1];
      if (done % EDITS_PER_RELOAD !== 0) continue;
      await client.call('DEBUG', 'RELOAD');
      if (digestOf(await save()) !== after)
        throw new Error(`loading what was saved after edit ${number} of seed ${seed} changes the digest`);
      tried.resaved++;
    }
  } finally {
    await stop();
  }
  return tried;
}
