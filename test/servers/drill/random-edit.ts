import { bucketOf } from '@redrill/rdb';
import fc from 'fast-check';
import { DATABASES, type RandomKey } from './random-data.ts';

/** One change to a restored server. */
export interface Edit {
  readonly what: string;
  readonly database: number;
  readonly command: readonly string[];
  /** What a comparison must name. */
  readonly named: readonly string[];
}

/** Not among what {@link randomData} makes. */
const NEW_TEXT = 'edited: not there before';
const NEW_SCORE = '424242.125';

/** Not among {@link DATABASES}. */
const OTHER_DATABASE = 15;

type Place = Pick<RandomKey, 'key'> & { readonly expiresAtMs: number | undefined };

interface Chosen extends RandomKey {
  readonly expiresAtMs: number | undefined;
  /** The first member or field. */
  readonly member: string;
  /** A database without a key of this name: MOVE does nothing where there is one. */
  readonly free: number;
}

/** Changes of a value, by type. Every one of them changes it, whatever it is. */
const VALUE_EDITS: Readonly<Record<RandomKey['type'], readonly ((chosen: Chosen) => readonly string[])[]>> = {
  string: [({ key }) => ['APPEND', key, 'x'], ({ key }) => ['SET', key, NEW_TEXT, 'KEEPTTL']],
  list: [
    ({ key }) => ['RPUSH', key, NEW_TEXT],
    ({ key }) => ['LPUSH', key, NEW_TEXT],
    ({ key }) => ['LSET', key, '0', NEW_TEXT],
    ({ key }) => ['RPOP', key],
  ],
  set: [({ key }) => ['SADD', key, NEW_TEXT], ({ key }) => ['SPOP', key]],
  zset: [
    ({ key }) => ['ZADD', key, NEW_SCORE, NEW_TEXT],
    ({ key, member }) => ['ZADD', key, NEW_SCORE, member],
    ({ key, member }) => ['ZREM', key, member],
  ],
  hash: [
    ({ key }) => ['HSET', key, NEW_TEXT, ''],
    ({ key, member }) => ['HSET', key, member, NEW_TEXT],
    ({ key, member }) => ['HDEL', key, member],
  ],
  stream: [
    ({ key }) => ['XADD', key, '9999999-1', 'field', NEW_TEXT],
    ({ key }) => ['XSETID', key, '9999999-1'],
    ({ key }) => ['XGROUP', 'CREATE', key, NEW_TEXT, '0'],
    ({ key }) => ['XGROUP', 'CREATECONSUMER', key, 'first', NEW_TEXT],
    ({ key }) => ['XGROUP', 'SETID', key, 'first', '7-7'],
    ({ key }) => ['XGROUP', 'DESTROY', key, 'first'],
  ],
};

type Change = (chosen: Chosen) => Pick<Edit, 'command'> & { readonly after: readonly Place[] };

/** Changes of a key as a whole, and where its content must be missed or found too much afterwards. */
const KEY_EDITS: Readonly<Record<string, Change>> = {
  deleted: ({ key }) => ({ command: ['DEL', key], after: [] }),
  renamed: ({ key, expiresAtMs }) => ({
    command: ['RENAME', key, `${key} ${NEW_TEXT}`],
    after: [{ key: `${key} ${NEW_TEXT}`, expiresAtMs }],
  }),
  'in another database': ({ key, free, expiresAtMs }) => ({
    command: ['MOVE', key, String(free)],
    after: [{ key, expiresAtMs }],
  }),
  'with another expiry': ({ key, expiresAtMs = 4_000_000_000_000 }) => ({
    command: ['PEXPIREAT', key, String(expiresAtMs + 1)],
    after: [{ key, expiresAtMs: expiresAtMs + 1 }],
  }),
  'with or without an expiry': ({ key, expiresAtMs }) => ({
    command: expiresAtMs === undefined ? ['PEXPIREAT', key, '4000000000000'] : ['PERSIST', key],
    after: [{ key, expiresAtMs: expiresAtMs === undefined ? 4_000_000_000_000 : undefined }],
  }),
};

/** One edit of a data set that expires counted from `startMs`. */
export function randomEdit(keys: readonly RandomKey[], startMs: number): fc.Arbitrary<Edit> {
  const chosen = fc.constantFrom(...keys).map((key): Chosen => {
    const { args = [] } = key.writes[0] ?? {};
    const member = (key.type === 'zset' ? args[1] : args[0]) ?? '';
    const expiresAtMs = key.expiresInMs === undefined ? undefined : startMs + key.expiresInMs;
    const taken = keys.filter((each) => each.key === key.key).map(({ database }) => database);
    const free = DATABASES.find((other) => other !== 0 && !taken.includes(other)) ?? OTHER_DATABASE;
    return { ...key, expiresAtMs, member, free };
  });
  return chosen.chain((each) =>
    fc.oneof(
      {
        arbitrary: fc.constantFrom(...VALUE_EDITS[each.type]).map((of) => valueEdit(each, of(each))),
        weight: 5,
      },
      { arbitrary: fc.constantFrom(...Object.entries(KEY_EDITS)).map((of) => keyEdit(each, of)), weight: 3 },
      { arbitrary: fc.constant(ADDED_KEY), weight: 1 },
      { arbitrary: fc.constant(ADDED_FUNCTION), weight: 1 },
    ),
  );
}

function valueEdit(chosen: Chosen, command: readonly string[]): Edit {
  return {
    what: command.filter((word) => /^X?[A-Z]+$/.test(word)).join(' '),
    database: chosen.database,
    command,
    named: [nameOf(chosen)],
  };
}

function keyEdit(chosen: Chosen, [what, change]: readonly [string, Change]): Edit {
  const { command, after } = change(chosen);
  const named = [...new Set([chosen, ...after].map(nameOf))];
  return { what: `a key ${what}`, database: chosen.database, command, named };
}

const ADDED_KEY: Edit = {
  what: 'a key added',
  database: 0,
  command: ['SET', NEW_TEXT, ''],
  named: [nameOf({ key: NEW_TEXT, expiresAtMs: undefined })],
};

const ADDED_FUNCTION: Edit = {
  what: 'a function added',
  database: 0,
  command: ['FUNCTION', 'LOAD', "#!lua name=edited\nredis.register_function('e', function() return 1 end)"],
  named: ['functions'],
};

/** What a comparison calls the place of a key in the digest. */
function nameOf({ key, expiresAtMs }: Place): string {
  if (expiresAtMs === undefined) return `bucket ${bucketOf(Buffer.from(key))}`;
  const from = Math.floor(expiresAtMs / 1000) * 1000;
  return `keys expiring from ${new Date(from).toISOString()} to ${new Date(from + 1000).toISOString()}`;
}
