import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ContentDigest, compareDigests, digestDump, type RdbSummary } from '../../index.ts';
import {
  be,
  bytes,
  double,
  file,
  intset,
  key,
  le,
  len,
  listpack,
  lzf,
  read,
  str,
  ziplist,
  zipmap,
} from '../../testing/build.ts';
import { commandsOf, run } from '../../testing/real-data.ts';
import { PACKED, type RealServer, startServer, UNPACKED } from '../../testing/real-server.ts';

const DAY_MS = 86_400_000;
const START_MS = 60_000;
const expiresFromMs = Date.now() + DAY_MS;
const servers: RealServer[] = [];

async function start(options: readonly string[] = [], dump?: Uint8Array): Promise<RealServer> {
  const server = await startServer(options, dump);
  servers.push(server);
  return server;
}

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
});

/** The digest as a drill takes it: SCAN, DUMP, PEXPIRETIME. */
async function liveDigest(client: Redis): Promise<ContentDigest> {
  const digest = new ContentDigest();
  for (const database of [0, 3]) {
    await client.select(database);
    for await (const keys of client.scanBufferStream({ count: 100 })) {
      for (const key of keys as Buffer[]) {
        const payload = await client.dumpBuffer(key);
        const expiresAtMs = Number(await client.call('PEXPIRETIME', key));
        if (payload)
          digestDump(digest, {
            database,
            key,
            payload,
            expiresAtMs: expiresAtMs < 0 ? undefined : expiresAtMs,
          });
      }
    }
  }
  await client.select(0);
  const libraries = (await client.call('FUNCTION', 'LIST', 'WITHCODE')) as unknown[];
  for (const code of codesOf(libraries)) digest.addFunction(Buffer.from(code));
  return digest;
}

/** The code of each library, whether the reply has come as pairs or as maps. */
function codesOf(libraries: readonly unknown[]): string[] {
  return libraries.map((library) => {
    const fields = Array.isArray(library) ? library : Object.entries(library as object).flat();
    return String(fields[fields.indexOf('library_code') + 1]);
  });
}

describe('a file of a real server', () => {
  let server: RealServer;
  let dump: Uint8Array;
  let summary: RdbSummary;

  beforeAll(async () => {
    server = await start();
    await run(server.client, commandsOf(expiresFromMs));
    dump = await server.save();
    summary = read(dump);
  }, START_MS);

  it('counts what the server counts', async () => {
    const { client } = server;
    await client.select(3);
    const inThree = await client.dbsize();
    await client.select(0);
    const inZero = await client.dbsize();
    expect(summary.byDatabase).toEqual({ 0: inZero, 3: inThree });
    expect(summary.keys).toBe(inZero + inThree);
    expect(summary).toMatchObject({
      engine: 'redis',
      rdbVersion: 10,
      crc64: 'valid',
      bytes: dump.length,
      functions: 1,
    });
    expect(summary).toMatchObject({ emptyKeys: 0, opaqueKeys: 0, withExpiry: 52, fieldsWithExpiry: 0 });
    expect(summary.aux['redis-ver']).toBe('7.0.15');
    expect(summary.createdAtSeconds).toBeGreaterThan(1.7e9);
    const info = await client.info('keyspace');
    expect(info).toContain(`expires=${summary.withExpiry}`);
  });

  it('counts types and elements as the server does', async () => {
    const { client } = server;
    const sizes: Record<string, string> = {
      list: 'LLEN',
      set: 'SCARD',
      zset: 'ZCARD',
      hash: 'HLEN',
      stream: 'XLEN',
    };
    const byType: Record<string, number> = {
      module: 0,
      string: 0,
      list: 0,
      set: 0,
      zset: 0,
      hash: 0,
      stream: 0,
    };
    let elements = 0;
    for (const database of [0, 3]) {
      await client.select(database);
      for (const key of await client.keys('*')) {
        const type = await client.type(key);
        byType[type] = (byType[type] ?? 0) + 1;
        const size = sizes[type];
        if (size) elements += Number(await client.call(size, key));
      }
    }
    await client.select(0);
    expect(summary.byType).toEqual(byType);
    expect(summary.elements).toBe(elements);
  });

  it('names the slots that CLUSTER KEYSLOT names', async () => {
    const plain = await start(['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf']);
    const slots = new Set<number>();
    const names: Buffer[] = [];
    read(dump, { onKey: (key) => names.push(Buffer.from(key.name)) });
    for (const name of names) slots.add(Number(await plain.client.call('CLUSTER', 'KEYSLOT', name)));
    const ranges = summary.slots?.ranges ?? [];
    const covered = ranges.flatMap(({ first, last }) =>
      Array.from({ length: last - first + 1 }, (_, i) => first + i),
    );
    expect(covered).toEqual([...slots].sort((a, b) => a - b));
    expect(summary.slots?.count).toBe(slots.size);
  });

  it('has the digest that SCAN and DUMP of every key give', async () => {
    const live = await liveDigest(server.client);
    expect(live.total).toBe(summary.digest?.total);
    expect(live.toBytes()).toEqual(summary.digest?.toBytes());
  });

  it.each([1, 7, 4096])('reads the same in chunks of %d bytes', (chunkBytes) => {
    const { digest, ...rest } = read(dump, {}, chunkBytes);
    expect(digest?.toBytes()).toEqual(summary.digest?.toBytes());
    expect(rest).toEqual({ ...summary, digest: undefined, ...rest });
    expect(rest.keys).toBe(summary.keys);
    const structural = read(dump, { depth: 'structural', sizeBytes: dump.length }, chunkBytes);
    expect(structural).toMatchObject({
      keys: summary.keys,
      byType: summary.byType,
      crc64: 'valid',
      functions: 1,
    });
  });

  it('streams a value that it may not hold', () => {
    const held = { heldBytes: 64 * 1024 };
    expect(read(dump, held, 1000).digest?.total).toBe(summary.digest?.total);
  });

  it.each([
    ['unpacked', UNPACKED],
    ['packed', PACKED],
  ])('has the same digest when the same data is %s', async (_name, options) => {
    const other = await start(options);
    await run(other.client, commandsOf(expiresFromMs));
    // Delivery times are content, and differ between two runs of the same commands; so does nothing else.
    await copyStreams(server.client, other.client);
    const again = read(await other.save());
    expect(again.digest?.toBytes()).toEqual(summary.digest?.toBytes());
    expect((await liveDigest(other.client)).total).toBe(summary.digest?.total);
  });

  it.each([
    ['unpacked', UNPACKED],
    ['packed', PACKED],
  ])('has the same digest after being loaded and saved again, %s', async (_name, options) => {
    const other = await start(options, dump);
    const again = read(await other.save());
    expect(again.digest?.total).toBe(summary.digest?.total);
    const comparison = compareDigests(
      summary.digest ?? new ContentDigest(),
      await liveDigest(other.client),
      Date.now(),
    );
    expect(comparison).toMatchObject({ matches: true, keysCompared: summary.keys, keysExpired: 0 });
  });

  it('explains what has expired and nothing else', async () => {
    const expected = summary.digest ?? new ContentDigest();
    const restored = await start([], dump);
    await restored.client.del('expiring:0', 'expiring:1', 'expiring:2');
    const live = await liveDigest(restored.client);
    const tooEarly = compareDigests(expected, live, expiresFromMs - 1000);
    expect(tooEarly.matches).toBe(false);
    expect(tooEarly.mismatchedBins).toHaveLength(3);
    const later = compareDigests(expected, live, expiresFromMs + 2 * 7919 + 1000);
    expect(later).toMatchObject({ matches: true, keysExpired: 3, keysCompared: summary.keys - 3 });
  });
});

async function copyStreams(from: Redis, to: Redis): Promise<void> {
  for (const key of await from.keys('stream:*')) {
    const payload = await from.dumpBuffer(key);
    if (payload) await to.restore(key, 0, payload, 'REPLACE');
  }
}

describe('the ways that data is stored', () => {
  it('all occur in what is compared here', async () => {
    const encodings = new Set<string>();
    for (const options of [[], UNPACKED, PACKED]) {
      const { client } = await start(options);
      await run(client, commandsOf(expiresFromMs));
      for (const name of await client.keys('*')) {
        encodings.add(`${await client.type(name)} ${await client.object('ENCODING', name)}`);
      }
    }
    expect([...encodings].sort()).toEqual([
      ...[
        'hash hashtable',
        'hash listpack',
        'list quicklist',
        'set hashtable',
        'set intset',
        'stream stream',
      ],
      ...['string embstr', 'string int', 'string raw', 'zset listpack', 'zset skiplist'],
    ]);
  });

  it('up to Redis 6.2 have the digest that a server gives them on loading', async () => {
    const id = (ms: number) => bytes(be(ms, 8), be(0, 8));
    const node = listpack(2, 1, 1, 'a', 0, 2, 0, 0, '1', 4, 3, 1, 0, 'gone', 4, 2, 4, 0, '2', 4);
    const group = (name: string, ms: number) => bytes(str(name), len(ms), len(0));
    const pending = bytes(len(1), id(5), le(99, 8), len(2), len(1), str('alice'), le(1, 8), len(1), id(5));
    const nobody = bytes(len(0), len(0));
    const stream = bytes(len(1), str(id(5)), str(node), len(2), len(9), len(0), len(5));
    const groups = bytes(
      ...[group('ahead', 10), nobody, group('first', 5), pending, group('last', 9), nobody],
      ...[group('new', 0), nobody, group('within', 7), nobody],
    );
    const old = file(
      'REDIS0009',
      key(1, 'list', len(2), str('a'), [0xc0, 5]),
      key(10, 'list:ziplist', str(ziplist('a', 5, 'x'.repeat(300), -70000))),
      key(14, 'list:quicklist', len(2), str(ziplist('a', 12)), lzf(ziplist('y'.repeat(500), 3))),
      key(2, 'set', len(2), str('a'), str('7')),
      key(11, 'set:intset', str(intset(4, -6, 5, 70000))),
      key(3, 'zset', len(3), str('a'), [3], '1.5', str('b'), [254], str('c'), [2], '-0'),
      key(5, 'zset:2', len(1), str('a'), double(0.1)),
      key(12, 'zset:ziplist', str(ziplist('c', '-inf', 'd', 0, 'a', '0.10000000000000001'))),
      key(4, 'hash', len(1), str('f'), lzf('z'.repeat(100))),
      key(9, 'hash:zipmap', str(zipmap({ f: '1', g: 'v'.repeat(260) }, 2))),
      key(13, 'hash:ziplist', str(ziplist('f', 1, 'g', ''))),
      key(15, 'stream', stream, groups),
      key(15, 'stream:empty', len(0), len(0), len(7), len(0), len(1), group('g', 7), nobody),
    );
    const expected = read(old);
    for (const options of [PACKED, UNPACKED]) {
      const loaded = await start(options, old);
      const again = read(await loaded.save());
      expect(again.keys).toBe(13);
      expect(again.digest?.toBytes()).toEqual(expected.digest?.toBytes());
    }
  });
});
