import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from 'vitest';
import { CompareOutput } from '../../cli/compare/contract.ts';
import { RecoverOutput } from '../../cli/recover/contract.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { runRedrill } from './redrill.ts';
import { MIDNIGHT, World } from './world.ts';

/* A cluster of three shards is backed up; its keys go into caches of other shapes, from the vault alone. */
const TOKEN = 'the-token-of-this-test';
let world: World;
let folder: string;
let keys: number;

beforeAll(async () => {
  world = await World.start();
  folder = mkdtempSync(join(tmpdir(), 'redrill-recover-'));
  await world.create([
    { id: 'carts', clusterMode: 'on', shards: 3, tags: { [PLAN_TAG]: 'session-store' } },
    { id: 'narrow', clusterMode: 'on', shards: 2 },
    { id: 'plain', authToken: TOKEN },
  ]);
  await world.fill('carts', 3_000);
  await world.runSlot('session-store', MIDNIGHT);
  const [point] = await world.points('carts');
  keys = point?.totals.keys ?? 0;
  return async () => {
    rmSync(folder, { recursive: true, force: true });
    await world.close();
  };
});

async function recovered(into: string, environment: Readonly<Record<string, string>> = {}) {
  const state = join(folder, `${into.replaceAll('/', '_')}.json`);
  const words = ['recover', 'carts/latest', '--into', into, '--apply', '--json', '--state', state];
  const { out, err, status } = await runRedrill(world, words, { environment });
  if (out === '') throw new Error(err);
  return { output: RecoverOutput.parse(JSON.parse(out)), status };
}

async function compared(into: string, environment: Readonly<Record<string, string>> = {}) {
  const { out, err } = await runRedrill(world, ['compare', 'carts/latest', into, '--json'], { environment });
  if (out === '') throw new Error(err);
  return CompareOutput.parse(JSON.parse(out));
}

const endpointOf = (id: string) => {
  const [node] = world.nodesOf(id, world.demo.source);
  if (node === undefined) throw new Error(`${id} has no node`);
  return node.customer;
};

describe('a recovery point of three shards', () => {
  test('goes into a cluster of two, which is named by its id', async () => {
    const { output, status } = await recovered('narrow');
    expect(status).toBe(0);
    expect(output).toMatchObject({ source: `carts/${MIDNIGHT}`, target: { clusterMode: true, shards: 2 } });
    expect(output.read).toBe(keys);
    expect(output.written + output.expired).toBe(keys);
    const { verdict, keysExpected, keysFound, expired } = await compared('narrow');
    expect({ verdict, keysExpected }).toEqual({ verdict: 'equal', keysExpected: keys });
    expect(keysFound + expired).toBe(keys);
  });

  test('goes into one without cluster mode, over TLS with its token from the environment', async () => {
    const environment = { REDRILL_REDIS_PASSWORD: TOKEN };
    const { output } = await recovered('plain', environment);
    expect(output).toMatchObject({ target: { name: 'plain', clusterMode: false, shards: 1 } });
    expect(output.written + output.expired).toBe(keys);
    expect((await compared('plain', environment)).verdict).toBe('equal');
    const { host, port } = endpointOf('plain');
    expect((await compared(`rediss://${host}:${port}`, environment)).verdict).toBe('equal');
  });

  test('is the content of the cache that it was taken of', async () => {
    expect((await compared('carts')).verdict).toBe('equal');
  });
});

describe('what cannot be is said in a line', () => {
  test.each([
    [
      ['recover', 'carts/latest', '--into', 'narow'],
      "there is no cache 'narow' in",
      "did you mean 'narrow'?",
    ],
    [['recover', 'carts/latest', '--into', 'plain'], 'plain needs a password', 'REDRILL_REDIS_PASSWORD'],
    [
      ['recover', 'cart/latest', '--into', 'narrow'],
      "the vault knows no cache 'cart'",
      "did you mean 'carts'?",
    ],
    [
      ['compare', 'carts/20260101T000000Z', 'narrow'],
      'there is no recovery point of carts',
      `carts/${MIDNIGHT}`,
    ],
  ])('%j', async (words, ...parts) => {
    const { out, err, status } = await runRedrill(world, words);
    for (const part of parts) expect(err).toContain(part);
    expect({ out, status }).toEqual({ out: '', status: 2 });
  });

  test('beside the vault a cache is found with --region, which whoever forgets it is told', async () => {
    const { vault } = world.demo;
    await world.create([{ id: 'restored' }], vault);
    const words = ['compare', 'carts/latest', 'restored'];
    const forgotten = await runRedrill(world, words);
    expect(forgotten.err.split('\n')[0]).toBe(
      `there is no cache 'restored' in eu-west-1, but in ${vault.region}; add --region ${vault.region}`,
    );
    expect(forgotten.status).toBe(2);
    const { out, status } = await runRedrill(world, [...words, '--region', vault.region]);
    expect(out).toContain('DIFFERENT');
    expect(status).toBe(1);
  });

  test('bytes that were written over a verified file are left alone: the version that was verified is recovered', async () => {
    const { vaultBucket: Bucket, vault, call } = world.demo;
    const Key = (await world.vaultKeys()).find((key) => key.endsWith('/shard-0002.rdb')) ?? '';
    const { Body } = (await call('s3', 'GetObject', vault.region, { Bucket, Key })) as { Body: Readable };
    const bytes = await buffer(Body);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 4) ^ 1, bytes.length - 4);
    const ContentMD5 = createHash('md5').update(bytes).digest('base64');
    const input = { Bucket, Key, Body: Readable.from([bytes]), ContentLength: bytes.length, ContentMD5 };
    await call('s3', 'PutObject', vault.region, input);
    const { out, err, status } = await runRedrill(world, [
      'recover',
      'carts/latest',
      '--into',
      'narrow',
      '--apply',
    ]);
    expect({ err, status }).toEqual({ err: '', status: 0 });
    expect(out).toContain('Recovered');
    const compared = await runRedrill(world, ['compare', 'carts/latest', 'narrow']);
    expect(compared.out).not.toContain('missing in the cache');
    expect(compared.status).toBe(0);
  });
});
