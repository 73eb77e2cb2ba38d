import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tlsFiles } from '../../redis/certificate.ts';
import { withConnection } from '../../redis/control.ts';
import { type RedisNode, startNode } from '../../redis/node.ts';
import { setRdbCreationTime } from '../../redis/rdb-creation-time.ts';
import { slotsInRdb } from '../../redis/rdb-slots.ts';
import { findServer, type ServerBinary } from '../../redis/server-binary.ts';

const administratorPassword = 'only-for-this-test';
let folder = '';
let binary: ServerBinary;
const started: RedisNode[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redrill-redis-'));
  const found = await findServer();
  if (found === undefined) throw new Error('this test needs a Valkey or Redis server');
  binary = found;
});
afterAll(async () => {
  await Promise.all(started.map((node) => node.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function start(
  name: string,
  options: Partial<Parameters<typeof startNode>[0]> = {},
): Promise<RedisNode> {
  const node = await startNode({ binary, administratorPassword, folder: join(folder, name), ...options });
  started.push(node);
  return node;
}

describe('findServer', () => {
  it('says what the program is', () => {
    expect(binary.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(['valkey', 'redis']).toContain(binary.engine);
  });

  it('takes the one that is named, and nothing else instead of it', async () => {
    expect(await findServer({ REDRILL_REDIS_SERVER: binary.file, PATH: '' })).toMatchObject({
      file: binary.file,
    });
    expect(
      await findServer({ REDRILL_REDIS_SERVER: '/nonexistent', PATH: process.env.PATH }),
    ).toBeUndefined();
    expect(await findServer({ REDRILL_REDIS_SERVER: process.execPath })).toBeUndefined();
    expect(await findServer({ PATH: '/nonexistent' })).toBeUndefined();
  });
});

describe('a node', () => {
  it('keeps from customers what ElastiCache keeps from them, and nothing else', async () => {
    const node = await start('restricted', { authToken: 'token' });
    const customer = { ...node.administrator, username: 'default', password: 'token' };
    await withConnection(customer, async (redis) => {
      for (const words of [
        ['BGSAVE'],
        ['SAVE'],
        ['CONFIG', 'GET', '*'],
        ['DEBUG', 'SLEEP', '0'],
        ['SYNC'],
        ['SHUTDOWN'],
        ['REPLICAOF', 'NO', 'ONE'],
        ['ACL', 'LIST'],
      ]) {
        const [command = '', ...rest] = words;
        await expect(redis.call(command, ...rest), command).rejects.toThrow(/NOPERM|not allowed/);
      }
      await redis.set('key', 'value', 'EX', 100);
      const dump = await redis.callBuffer('DUMP', 'key');
      await redis.call('RESTORE', 'copy', '0', dump as Buffer);
      expect(await redis.scan('0')).toMatchObject(['0', expect.arrayContaining(['key', 'copy'])]);
      expect(await redis.info('server')).toMatch(/_version:/);
      expect(await redis.flushall()).toBe('OK');
    });
    await expect(
      withConnection({ ...customer, password: 'wrong' }, (redis) => redis.ping()),
    ).rejects.toThrow();
  });

  it('speaks TLS only, with a certificate that a strict client accepts for 127.0.0.1', async () => {
    const tls = await tlsFiles(join(folder, 'tls'));
    expect(await tlsFiles(join(folder, 'tls'))).toEqual(tls);
    const node = await start('tls', { tls });
    expect(await node.control((redis) => redis.ping())).toBe('PONG');
    const authorized = await new Promise((resolve, reject) => {
      const socket = connectTls({ host: '127.0.0.1', port: node.port, ca: tls.ca }, () =>
        resolve(socket.authorized),
      );
      socket.once('secureConnect', () => socket.end());
      socket.once('error', reject);
    });
    expect(authorized).toBe(true);
    const { ca: _, ...plain } = node.administrator;
    await expect(withConnection(plain, (redis) => redis.ping())).rejects.toThrow();
  });

  it('starts from the RDB that another saved, its creation time moved', async () => {
    const source = await start('source');
    await source.control((redis) => redis.mset({ '{a}1': 'x', '{a}2': 'y' }));
    const rdbFile = await source.bgsave();
    const before = await readFile(rdbFile);
    expect(await setRdbCreationTime(rdbFile, 2_000_000_000)).toBe(true);
    const after = await readFile(rdbFile);
    expect(after.readUInt32LE(after.indexOf('ctime') + 6)).toBe(2_000_000_000);
    expect(after.length).toBe(before.length);
    // Loading checks the checksum.
    const copy = await start('copy', { rdbFile });
    expect(await copy.control((redis) => redis.mget('{a}1', '{a}2'))).toEqual(['x', 'y']);
    expect(await slotsInRdb(binary, rdbFile, join(folder, 'slots'))).toEqual([{ from: 15495, to: 15495 }]);
    after[after.length - 1] = (after.at(-1) ?? 0) ^ 1;
    await writeFile(rdbFile, after);
    await expect(start('damaged', { rdbFile })).rejects.toMatchObject({ failure: 'rdb-unreadable' });
  });

  it('says when its port is taken', async () => {
    const first = await start('first');
    // A server that finds the port taken ends; whoever answers there is not it.
    await expect(start('second', { port: first.port, administratorPassword: 'other' })).rejects.toMatchObject(
      {
        failure: 'port-in-use',
      },
    );
  });

  it('ends at once, and once only', async () => {
    const node = await start('ending');
    await Promise.all([node.stop(), node.stop()]);
    expect(node.running).toBe(false);
    expect(await answers(node.port)).toBe(false);
  });
});

describe('no server outlives its parent', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGKILL', 'exit'] as const)('that ends by %s', async (end) => {
    const { parent, port } = await startParent(`parent-${end}`);
    expect(await answers(port)).toBe(true);
    if (end === 'exit') parent.stdin?.end();
    else parent.kill(end);
    await new Promise((resolve) => parent.once('exit', resolve));
    for (let wait = 0; wait < 100 && (await answers(port)); wait++) await pause(20);
    expect(await answers(port)).toBe(false);
  });
});

/** A process of its own that starts a server and waits; it ends by itself when its input does. */
async function startParent(name: string): Promise<{ parent: ChildProcess; port: number }> {
  const redis = new URL('../../redis/', import.meta.url);
  const script = `
    import { startNode } from '${new URL('node.ts', redis).href}';
    import { findServer } from '${new URL('server-binary.ts', redis).href}';
    const node = await startNode({ binary: await findServer(), administratorPassword: 'p', folder: '${join(folder, name)}' });
    console.log(node.port);
    process.stdin.on('end', () => process.exit(0)).resume();
  `;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    parent.stdout.once('data', (line: Buffer) => resolve(Number(line.toString())));
    parent.once('exit', () => reject(new Error('the parent ended early')));
  });
  return { parent, port };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
