import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ContentDigest, digestDump, RdbReader } from '../../index.ts';
import { bytes, read } from '../../testing/build.ts';
import { type Command, run } from '../../testing/real-data.ts';
import { PACKED, type RealServer, startServer, UNPACKED } from '../../testing/real-server.ts';
import { score as bytesOfScore, counted, element, id, item, lp, TYPE, u64 } from '../oracle/hashes.ts';

const DAY_MS = 86_400_000;
const START_MS = 60_000;
const LATER_MS = 2_000_000_000_000;

let packed: RealServer;
let unpacked: RealServer;

beforeAll(async () => {
  packed = await startServer([...PACKED, '--enable-debug-command', 'yes']);
  unpacked = await startServer(UNPACKED);
}, START_MS);

afterAll(async () => {
  await Promise.all([packed, unpacked].map((server) => server.stop()));
});

const value = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  fc.string({ minLength: 30, maxLength: 100, unit: fc.constantFrom('a', 'b') }),
);
const values = fc.uniqueArray(value, { minLength: 1, maxLength: 40 });
const score = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true }).map((n) => String(n).replace('Infinity', 'inf')),
);
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.tuple(fc.nat(9), value).map(([key, text]): Command => ['SET', `s${key}`, text]),
  fc.tuple(fc.nat(9), values).map(([key, list]): Command => ['RPUSH', `l${key}`, ...list]),
  fc.tuple(fc.nat(9), values).map(([key, list]): Command => ['SADD', `u${key}`, ...list]),
  fc
    .tuple(fc.nat(9), values)
    .map(([key, list]): Command => ['HSET', `h${key}`, ...list.flatMap((text) => [text, text])]),
  fc
    .tuple(fc.nat(9), values, score)
    .map(([key, list, number]): Command => ['ZADD', `z${key}`, ...list.flatMap((text) => [number, text])]),
  fc
    .tuple(fc.nat(9), values)
    .map(([key, list]): Command => ['XADD', `x${key}`, '*', ...list.flatMap((text) => [text, ''])]),
);
const expiry = fc
  .tuple(fc.constantFrom('s', 'l', 'u', 'h', 'z', 'x'), fc.nat(9), fc.nat(1e9))
  .map(([type, key, ms]): Command => ['PEXPIREAT', `${type}${key}`, LATER_MS + ms]);
const dataSet = fc.array(fc.oneof({ weight: 5, arbitrary: command }, { weight: 1, arbitrary: expiry }), {
  minLength: 1,
  maxLength: 40,
});

/** Streams get their IDs from the clock; make them the commands' own. */
const numbered = (commands: readonly Command[]): readonly Command[] =>
  commands.map(
    ([name, key, ...rest], i): Command =>
      name === 'XADD'
        ? [name, key ?? '', `${i + 1}-1`, ...rest.slice(1)]
        : [name, ...(key === undefined ? [] : [key]), ...rest],
  );

async function digestOf(server: RealServer, commands: readonly Command[]): Promise<string | undefined> {
  await server.client.flushall();
  await run(server.client, numbered(commands));
  return read(await server.save(), {}, 50).digest?.total;
}

async function load(server: RealServer, commands: readonly Command[]): Promise<Uint8Array> {
  await server.client.flushall();
  await run(server.client, numbered(commands));
  return server.save();
}

const texts = (reply: unknown): string[] => (reply as unknown[]).flat().map(String);
const ids = (text: string | undefined): Uint8Array => {
  const [ms = 0, sequence = 0] = (text ?? '').split('-').map(Number);
  return id(ms, sequence);
};

/** The value of a key as the digest's document wants it, from what the server answers to the type's own commands. */
async function contentOf(client: Redis, key: string, type: string): Promise<Uint8Array> {
  switch (type) {
    case 'string':
      return lp(String(await client.get(key)));
    case 'list': {
      const elements = await client.lrange(key, 0, -1);
      return bytes(...elements.map(lp), u64(elements.length));
    }
    case 'set':
      return counted((await client.smembers(key)).map((member) => element(lp(member))));
    case 'zset':
      return pairs(texts(await client.call('ZRANGE', key, 0, -1, 'WITHSCORES')), (member, score) =>
        element(lp(member), bytesOfScore(scoreOf(score))),
      );
    case 'hash':
      return pairs(texts(Object.entries(await client.hgetall(key))), (field, value) =>
        element(lp(field), lp(value)),
      );
    default:
      return streamOf(client, key);
  }
}

const scoreOf = (text: string): number => Number(text.replace(/inf(inity)?/i, 'Infinity'));

function pairs(flat: readonly string[], hash: (first: string, second: string) => bigint): Uint8Array {
  const hashes = flat.flatMap((first, at) => (at % 2 === 0 ? [hash(first, flat[at + 1] ?? '')] : []));
  return counted(hashes);
}

/** Of a stream without groups. */
async function streamOf(client: Redis, key: string): Promise<Uint8Array> {
  const info = (await client.call('XINFO', 'STREAM', key)) as unknown[];
  const told = (name: string) => String(info[info.indexOf(name) + 1]);
  const entries = await client.xrange(key, '-', '+');
  return bytes(
    ...entries.map(([entry, fields]) => bytes(ids(entry), u64(fields.length / 2), ...fields.map(lp))),
    ...[u64(entries.length), ids(told('last-generated-id')), ids(entries[0]?.[0])],
    ...[ids(told('max-deleted-entry-id')), u64(Number(told('entries-added'))), counted([])],
  );
}

/** What docs/digest-format.md makes of all that the server answers. */
async function digestByDocument(client: Redis): Promise<string> {
  let total = 0n;
  for (const key of await client.keys('*')) {
    const type = await client.type(key);
    const value = await contentOf(client, key, type);
    const expiry = Number(await client.call('PEXPIRETIME', key));
    total += item(key, TYPE[type as keyof typeof TYPE], value, { expiry });
  }
  return BigInt.asUintN(128, total).toString(16).padStart(32, '0');
}

describe('random data', () => {
  it(
    'is read as the server answers it: counts, every value and every expiry',
    async () => {
      await fc.assert(
        fc.asyncProperty(dataSet, async (commands) => {
          for (const server of [packed, unpacked]) {
            const summary = read(await load(server, commands));
            expect(summary.keys).toBe(await server.client.dbsize());
            expect(summary.digest?.total).toBe(await digestByDocument(server.client));
          }
        }),
        { numRuns: 15 },
      );
    },
    START_MS,
  );

  it(
    'has the same digest by DUMP, and after being loaded and saved again',
    async () => {
      await fc.assert(
        fc.asyncProperty(dataSet, async (commands) => {
          const before = read(await load(packed, commands)).digest;
          const dumped = new ContentDigest();
          for (const key of await packed.client.keysBuffer('*')) {
            const payload = (await packed.client.dumpBuffer(key)) ?? Buffer.alloc(0);
            const ms = Number(await packed.client.call('PEXPIRETIME', key));
            digestDump(dumped, { database: 0, key, payload, expiresAtMs: ms < 0 ? undefined : ms });
          }
          expect(dumped.toBytes()).toEqual(before?.toBytes());
          await packed.client.call('DEBUG', 'RELOAD');
          expect(read(await packed.save()).digest?.toBytes()).toEqual(before?.toBytes());
        }),
        { numRuns: 10 },
      );
    },
    START_MS,
  );

  it(
    'is read the same split at any byte, and from a checkpoint at any byte',
    async () => {
      await fc.assert(
        fc.asyncProperty(dataSet, fc.nat(), async (commands, seed) => {
          const content = await load(packed, commands);
          const whole = read(content).digest?.total;
          for (let cut = seed % 7; cut < content.length; cut += 1 + Math.floor(content.length / 150)) {
            const first = new RdbReader({ depth: 'deep' });
            first.write(content.subarray(0, cut));
            const second = RdbReader.resume(first.checkpoint());
            for (const reader of [first, second]) {
              reader.write(content.subarray(cut));
              expect(reader.end().digest?.total).toBe(whole);
            }
          }
        }),
        { numRuns: 4 },
      );
    },
    START_MS,
  );

  it(
    'has one digest whatever its encoding and order of keys',
    async () => {
      await fc.assert(
        fc.asyncProperty(dataSet, async (commands) => {
          expect(await digestOf(unpacked, commands)).toBe(await digestOf(packed, commands));
        }),
        { numRuns: 25 },
      );
    },
    START_MS,
  );

  it(
    'has another digest after any single edit',
    async () => {
      const edits: readonly Command[] = [
        ['SET', 's0', 'edited'],
        ['RPUSH', 'l0', 'edited'],
        ['SADD', 'u0', 'edited'],
        ['HSET', 'h0', 'edited', 'edited'],
        ['ZADD', 'z0', '123.5', 'edited'],
        ['XADD', 'x0', '*', 'edited', ''],
        ['XGROUP', 'CREATE', 'x0', 'g', '0', 'MKSTREAM'],
        ['SET', 's0', 'edited', 'PX', String(10 * DAY_MS)],
      ];
      await fc.assert(
        fc.asyncProperty(dataSet, fc.constantFrom(...edits), async (commands, edit) => {
          expect(await digestOf(packed, [...commands, edit])).not.toBe(await digestOf(unpacked, commands));
        }),
        { numRuns: 25 },
      );
    },
    START_MS,
  );
});
