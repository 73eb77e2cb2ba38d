import fc from 'fast-check';
import type { Redis } from 'ioredis';
import type { DrillPair, Variant } from './drill-pair.ts';
import { commandsOf, type RandomKey, randomData } from './random-data.ts';
import { type Edit, randomEdit } from './random-edit.ts';

/** Expiries count from here: far away, so that nothing expires meanwhile. */
const START_MS = Date.UTC(2040, 0, 1);

/** The ways of reading that must all come to the same. */
const VARIANTS: readonly Variant[] = [
  {},
  { limits: { largeBytes: 0 } },
  { limits: { keysPerPass: 7 } },
  { interrupted: true },
  { interrupted: true, limits: { keysPerPass: 5, largeBytes: 2_000 } },
];

export interface Case {
  readonly keys: readonly RandomKey[];
  readonly edit: Edit;
  readonly variant: Variant;
  readonly hasFunctions: boolean;
}

export const randomCase: fc.Arbitrary<Case> = randomData.chain((keys) =>
  fc.record({
    keys: fc.constant(keys),
    edit: randomEdit(keys, START_MS),
    variant: fc.constantFrom(...VARIANTS),
    hasFunctions: fc.boolean(),
  }),
);

/**
 * Backs up random data, restores them and drills: that must pass. Then makes one change on the restored server: that
 * must fail, and name the place of the change and no other.
 * @throws Error that says what was wrong
 */
export async function proveDrill(
  pair: DrillPair,
  { keys, edit, variant, hasFunctions }: Case,
): Promise<void> {
  await pair.clear();
  if (hasFunctions) await pair.source.call('FUNCTION', 'LOAD', LIBRARY);
  for (const key of keys) await write(pair.source, key);
  const expected = await pair.backUp();
  await pair.restore();
  const untouched = await pair.compare(expected, variant);
  const accounted = { ...untouched, keysExpected: untouched.keysCompared };
  if (untouched.mismatches > 0 || untouched.keysCompared !== keys.length || untouched.keysExpired !== 0)
    throw new Error(`${keys.length} keys were restored, and compared as ${JSON.stringify(accounted)}`);
  await run(pair.restored, edit.database, [edit.command]);
  const edited = await pair.compare(expected, variant);
  if ([...edited.mismatched].sort().join() !== [...edit.named].sort().join())
    throw new Error(`${edit.what} should be found in ${edit.named}, and was in ${edited.mismatched}`);
}

const LIBRARY = "#!lua name=library\nredis.register_function('f', function() return 1 end)";

async function write(server: Redis, key: RandomKey): Promise<void> {
  const expiry =
    key.expiresInMs === undefined ? [] : [['PEXPIREAT', key.key, String(START_MS + key.expiresInMs)]];
  await run(server, key.database, [...commandsOf(key), ...expiry]);
}

async function run(server: Redis, database: number, commands: readonly (readonly string[])[]): Promise<void> {
  const pipeline = server.pipeline().select(database);
  for (const [name = '', ...args] of commands) pipeline.call(name, ...args);
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
}
