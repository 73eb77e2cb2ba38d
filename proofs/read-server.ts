/** Reads a server once, one way, and prints what that took: a process that `npm run bench:compare` measures. */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { ContentDigest, compareDigests, digestDump, Sample } from '@redrill/rdb';
import { Redis } from 'ioredis';
import { type Connection, connectRestoredCluster } from '../adapters/redis/restored-cluster.ts';
import { RestoreReading } from '../live/restore-reading.ts';

export interface Reading {
  readonly keys: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly rssMib: number;
}

const BATCH = 1_000;

async function withIoredis(port: number, digest: ContentDigest | undefined): Promise<number> {
  const client = new Redis(port, '127.0.0.1');
  const keyspace = await client.info('keyspace');
  let keys = 0;
  for (const [, database] of keyspace.matchAll(/^db(\d+):/gm)) {
    await client.select(Number(database));
    let cursor = '0';
    do {
      const [next, names] = await client.scanBuffer(cursor, 'COUNT', BATCH);
      cursor = next.toString();
      const batch = client.pipeline();
      for (const name of names) batch.dumpBuffer(name).pexpiretime(name);
      const replies = (await batch.exec()) ?? [];
      keys += names.length;
      if (digest !== undefined)
        names.forEach((key, at) => {
          const payload = replies[at * 2]?.[1];
          const expiry = Number(replies[at * 2 + 1]?.[1]);
          if (payload instanceof Uint8Array)
            digestDump(digest, {
              database: Number(database),
              key,
              payload,
              expiresAtMs: expiry < 0 ? undefined : expiry,
            });
        });
    } while (cursor !== '0');
  }
  client.disconnect();
  return keys;
}

/** @param expected the file with the digest of what the server was loaded with, which a drill has from the vault */
async function asDrill(port: number, expected: string): Promise<number> {
  const connection: Connection = { endpoint: { host: '127.0.0.1', port }, clusterMode: false, tls: false };
  const cluster = await connectRestoredCluster(connection);
  const sample = new Sample(ContentDigest.fromBytes(readFileSync(expected)), 1, 0);
  const reading = await RestoreReading.begin({ cluster, sample, isEnough: () => false }, undefined);
  await reading.read();
  for (const code of (await cluster.functions()) ?? []) reading.digest.addFunction(Buffer.from(code));
  const result = compareDigests(sample.expected, reading.digest, await cluster.serverTimeMs());
  cluster.close();
  if (!result.matches) throw new Error(`found other content than was written: ${JSON.stringify(result)}`);
  return result.keysCompared;
}

const WAYS: Readonly<Record<string, (port: number, expected: string) => Promise<number>>> = {
  ioredis: (port) => withIoredis(port, undefined),
  'ioredis-digest': (port) => withIoredis(port, new ContentDigest()),
  drill: asDrill,
};

const [port = '', way = '', expected = ''] = process.argv.slice(2);
const read = WAYS[way];
if (read === undefined) throw new Error(`expected ${Object.keys(WAYS)}, found '${way}'`);
const before = process.cpuUsage();
const startedAt = performance.now();
const keys = await read(Number(port), expected);
const { user, system } = process.cpuUsage(before);
const reading: Reading = {
  keys,
  seconds: (performance.now() - startedAt) / 1000,
  cpuSeconds: (user + system) / 1e6,
  rssMib: process.resourceUsage().maxRSS / 1024,
};
console.log(JSON.stringify(reading));
