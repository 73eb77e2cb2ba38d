import { once } from 'node:events';
import { freePort } from '@redrill/local-aws/redis';
import { commandsOf, held, read, run, startServer } from '@redrill/rdb/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { CompareOutput } from '../../../cli/compare/contract.ts';
import { compareWithCache } from '../../../live/compare/compare.ts';
import { TargetCluster } from '../../../live/recover/target-cluster.ts';
import { fileOf, type ListeningServer, listening, runningHere, starting } from './running.ts';
import { hasValkey9, VALKEY } from './valkey-nine.ts';

const LATER_MS = Date.now() + 86_400_000;

let source: ListeningServer;
let dump: Uint8Array;
let file: string;

beforeAll(async () => {
  source = await listening();
  await run(source.client, commandsOf(LATER_MS));
  await run(source.client, [['SET', 'large', Buffer.alloc(6_000_000, 'compare!')]]);
  dump = await source.save();
  file = await fileOf(dump);
});

async function copied(): Promise<ListeningServer> {
  const target = await listening();
  const { status, stderr } = await runningHere(['recover', file, '--into', target.url, '--apply']);
  if (status !== 0) throw new Error(stderr);
  return target;
}

async function compared(target: ListeningServer, ...more: readonly string[]) {
  const { stdout, stderr, status } = await runningHere(['compare', file, target.url, '--json', ...more]);
  if (stdout === '') throw new Error(stderr);
  return { status, output: CompareOutput.parse(JSON.parse(stdout)) };
}

const names = ({ named }: CompareOutput['missing']) =>
  named.map(({ database, name }) => `${database}:${'text' in name ? name.text : name.base64}`).sort();

describe('redrill compare', () => {
  it('finds nothing where nothing differs', async () => {
    const target = await copied();
    const { status, output } = await compared(target);
    expect(output).toMatchObject({ verdict: 'equal', keysFound: output.keysExpected, expired: 0 });
    expect(status).toBe(0);
  });

  it('names what is missing, added, different, or expires at another time', async () => {
    const target = await copied();
    await run(target.client, [
      ['DEL', 'hash:small', 'large'],
      ['SET', 'new', 'of the application'],
      ['SET', Buffer.from([0xff, 0x00]), 'no text'],
      ['RPUSH', 'list:small', 'one more'],
      ['DEL', 'str:1'],
      ['SADD', 'str:1', 'of another type'],
      ['PEXPIREAT', 'str:large', LATER_MS],
      ['PERSIST', 'expiring:3'],
      ['PEXPIREAT', 'expiring:4', LATER_MS + 86_400_000],
      ['XADD', 'stream:small', '*', 'a', 'b'],
      ['SELECT', '3'],
      ['DEL', 'hash:other'],
      ['SELECT', '0'],
    ]);
    const { status, output } = await compared(target);
    expect(status).toBe(1);
    expect(output.verdict).toBe('different');
    expect(names(output.missing)).toEqual(['0:hash:small', '0:large', '3:hash:other']);
    expect(output.missing.byType).toEqual({ hash: 2, string: 1 });
    expect(names(output.added)).toEqual(['0:/wA=', '0:new']);
    expect(names(output.different)).toEqual(['0:list:small', '0:str:1', '0:stream:small']);
    expect(names(output.ttl)).toEqual(['0:expiring:3', '0:expiring:4', '0:str:large']);
    const moved = output.ttl.named.find(({ name }) => 'text' in name && name.text === 'expiring:3');
    expect(moved?.expiresAt.cache).toBeNull();
    expect(output.functions).toEqual({ missing: [], added: [], different: [] });
  });

  it('counts keys that were only added as no loss, unless it is to be exact', async () => {
    const target = await copied();
    await run(target.client, [['SET', 'new', 'of the application']]);
    const { status, output } = await compared(target);
    expect({ status, verdict: output.verdict }).toEqual({ status: 0, verdict: 'added' });
    expect((await compared(target, '--exact')).status).toBe(1);
    const { stdout } = await runningHere(['compare', file, target.url]);
    expect(stdout).toContain('Nothing is missing; 1 key was added since');
    expect(stdout).toContain('"new"');
  });

  it('says that it waits for a cache that does not answer, since when and until when', async () => {
    const target = await listening();
    const pid = Number(/process_id:(\d+)/.exec(await target.client.info('server'))?.[1]);
    process.kill(pid, 'SIGSTOP');
    const { child, ended } = starting(['compare', file, target.url]);
    await once(child.stderr ?? child, 'data');
    process.kill(pid, 'SIGCONT');
    const { stderr, status } = await ended;
    expect(child.exitCode).toBe(1);
    expect(stderr).toMatch(
      /^waiting for 127\.0\.0\.1:\d+, which has not answered since [\d:]{8} UTC; until [\d:]{8} UTC at most\n$/,
    );
    expect(status).toBe(1);
  });

  it.skipIf(!hasValkey9)('counts hashes of which all fields expire (needs valkey-server 9)', async () => {
    const server = await startServer(['--port', '0'], undefined, VALKEY);
    await run(server.client, [
      ['SET', 'k', 'v'],
      ['HSET', 'h', 'f', 'v'],
      ['HPEXPIREAT', 'h', LATER_MS, 'FIELDS', '1', 'f'],
    ]);
    const path = await fileOf(await server.save());
    await server.stop();
    const port = await freePort();
    const target = await startServer(['--port', String(port)], undefined, VALKEY);
    await run(target.client, [['SET', 'k', 'v']]);
    const shown = await runningHere(['compare', path, `redis://127.0.0.1:${port}`, '--json']);
    await target.stop();
    const output = CompareOutput.parse(JSON.parse(shown.stdout));
    expect(output).toMatchObject({ keysExpected: 2, keysFound: 1, missing: { keys: 1 } });
  });

  it('tells of times to expire that are further away than years have four digits, or than a date can hold', async () => {
    const target = await copied();
    await run(target.client, [
      ['PEXPIREAT', 'expiring:3', 300_000_000_000_000],
      ['PEXPIREAT', 'expiring:4', 9_000_000_000_000_000],
    ]);
    const { output } = await compared(target);
    const times = output.ttl.named.map(({ expiresAt }) => expiresAt.cache).sort();
    expect(times).toEqual(['+011476-08-15T05:20:00.000Z', '+275760-09-13T00:00:00.000Z']);
  });

  it('names no more keys than it is told, and counts all', async () => {
    const target = await listening();
    const { output } = await compared(target, '--limit', '3');
    expect(output.missing.named).toHaveLength(3);
    expect(output.missing.keys).toBe(output.keysExpected);
    expect(output.functions.missing).toEqual(['mylib']);
  });

  it('names function libraries that differ', async () => {
    const target = await copied();
    await target.client.call(
      'FUNCTION',
      'LOAD',
      "#!lua name=other\nredis.register_function('g', function() end)",
    );
    await target.client.call(
      'FUNCTION',
      'LOAD',
      'REPLACE',
      "#!lua name=mylib\nredis.register_function('f', function() return 2 end)",
    );
    const { output, status } = await compared(target);
    expect(output.functions).toEqual({ missing: [], added: ['other'], different: ['mylib'] });
    expect(status).toBe(1);
  });

  it('explains keys whose time has come', async () => {
    const soon = await listening();
    await run(soon.client, [
      ['SET', 'stays', 'v'],
      ['SET', 'goes', 'v', 'PX', '1500'],
    ]);
    const shortLived = await fileOf(await soon.save());
    const target = await listening();
    await run(target.client, [['SET', 'stays', 'v']]);
    await expect
      .poll(async () => (await runningHere(['compare', shortLived, target.url, '--json'])).status, {
        timeout: 120_000,
      })
      .toBe(0);
    const { stdout } = await runningHere(['compare', shortLived, target.url, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'equal', expired: 1, keysExpected: 2, keysFound: 1 });
  });

  it('finds the same in many passes', async () => {
    const target = await copied();
    await run(target.client, [
      ['DEL', 'hash:small', 'set:small', 'zset:small'],
      ['SET', 'new', 'v'],
    ]);
    const cluster = await TargetCluster.open(
      { host: '127.0.0.1', port: target.port, tls: false },
      { patienceMs: 1000, signal: new AbortController().signal },
    );
    const expected = read(dump).digest;
    if (expected === undefined) throw new Error('it was read deep');
    const order = {
      expected,
      keysExpected: expected.keys,
      sources: [held(dump)],
      cluster,
      limit: 5,
      onKey: () => undefined,
      keysPerPass: 1,
    };
    const { found } = await compareWithCache(order);
    cluster.close();
    expect([found.missing.keys, found.added.keys, found.different.keys, found.ttl.keys]).toEqual([
      3, 1, 0, 0,
    ]);
  });

  it('a recovery point in two words is told to be one', async () => {
    const { stderr, status } = await runningHere([
      'compare',
      'orders',
      'latest',
      'redis://:secret@localhost',
    ]);
    expect(stderr).toContain(
      "found 'orders' 'latest' 'redis://@localhost'; a recovery point is one word here",
    );
    expect(stderr).not.toContain('secret');
    expect(status).toBe(2);
  });

  it('a password that is missing is asked for', async () => {
    const target = await listening();
    await target.client.config('SET', 'requirepass', 'right');
    const { status, stderr } = await runningHere(['compare', file, target.url]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/refuses: NOAUTH .*REDRILL_REDIS_PASSWORD/);
  });
});
