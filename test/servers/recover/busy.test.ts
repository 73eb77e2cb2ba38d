import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RestoreStream, type TooBig } from '@redrill/rdb';
import { bytes, file, held, key, select, str } from '@redrill/rdb/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { RecoverOutput } from '../../../cli/recover/contract.ts';
import { BIG_BYTES, writeBig } from '../../../live/recover/big-value.ts';
import { TargetCluster } from '../../../live/recover/target-cluster.ts';
import { fileOf, folder, type ListeningServer, listening, running, starting } from './running.ts';

/* A script that goes on for long keeps a server busy: it answers BUSY to all but SCRIPT KILL. */

const KEYS = 40_000;
const BUSY_MS = 2_000;

let path: string;

beforeAll(async () => {
  const keys = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => key(0, `k${from + at}`, str('v')));
  const library = bytes([245], str("#!lua name=l\nredis.register_function('f', function() return 1 end)"));
  path = await fileOf(
    file(
      'REDIS0010',
      library,
      bytes(select(0), ...keys(0, KEYS / 2)),
      bytes(select(3), ...keys(KEYS / 2, KEYS)),
    ),
  );
});

const target = () => listening('--busy-reply-threshold', '1');

/** Keeps the server busy until it is told to end. */
async function busy({ client }: ListeningServer): Promise<() => Promise<void>> {
  const other = client.duplicate();
  const running = other.eval('while true do end', 0).catch(() => undefined);
  await expect.poll(() => client.ping().catch((error) => error.message)).toContain('BUSY');
  return async () => {
    await client.call('SCRIPT', 'KILL');
    await running;
    other.disconnect();
  };
}

const written = async ({ client }: ListeningServer) => {
  const keyspace = await client.info('keyspace');
  return [...keyspace.matchAll(/keys=(\d+)/g)].reduce((sum, [, keys]) => sum + Number(keys), 0);
};

const someWritten = (server: ListeningServer) =>
  expect.poll(() => written(server), { timeout: 120_000, interval: 10 }).toBeGreaterThan(500);

describe('a cache that is busy with a script', () => {
  it('is waited for while it is written into, and no key counts as refused', async () => {
    const server = await target();
    const { ended } = starting([
      'recover',
      path,
      '--into',
      server.url,
      '--apply',
      '--json',
      '--rate',
      '20000',
    ]);
    await someWritten(server);
    const end = await busy(server);
    await sleep(BUSY_MS);
    await end();
    const { stdout, stderr, status } = await ended;
    expect(stderr).toBe('');
    expect(RecoverOutput.parse(JSON.parse(stdout))).toMatchObject({
      read: KEYS,
      written: KEYS,
      refused: 0,
      functions: { written: 1, refused: 0 },
    });
    expect(status).toBe(0);
    expect(await written(server)).toBe(KEYS);
  });

  it('is asked no more than it can bear while it is waited for', async () => {
    const server = await target();
    const { child, ended } = starting([
      ...['recover', path, '--into', server.url, '--apply', '--rate', '2000'],
      ...['--state', join(await folder(), 'state.json')],
    ]);
    await someWritten(server);
    const end = await busy(server);
    await sleep(BUSY_MS);
    await end();
    const { rejected_calls: rejected = '0' } =
      /cmdstat_restore:.*rejected_calls=(?<rejected_calls>\d+)/.exec(await server.client.info('commandstats'))
        ?.groups ?? {};
    child.kill('SIGKILL');
    await ended;
    expect(Number(rejected)).toBeGreaterThan(0);
    // 2000 a second for two seconds, and each of them again and again, had it gone on sending.
    expect(Number(rejected)).toBeLessThan(3_000);
  });

  it('from the beginning is waited for as well', async () => {
    const server = await target();
    const end = await busy(server);
    const { ended } = starting(['recover', path, '--into', server.url, '--apply', '--json']);
    await sleep(BUSY_MS);
    await end();
    const { stdout, stderr } = await ended;
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ written: KEYS, refused: 0, functions: { written: 1 } });
  });

  it('for longer than --patience: the work stops, and can be resumed', async () => {
    const server = await target();
    const state = join(await folder(), 'state.json');
    const words = ['recover', path, '--into', server.url, '--apply'];
    const { ended } = starting([...words, '--state', state, '--rate', '20000', '--patience', '1']);
    await someWritten(server);
    const end = await busy(server);
    const { stdout, stderr, status } = await ended;
    expect(stderr).toMatch(/: BUSY /);
    expect(stderr).toContain(`--resume ${state}`);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
    await end();
    const { stdout: resumed } = await running([...words, '--resume', state, '--json']);
    expect(JSON.parse(resumed)).toMatchObject({ read: KEYS, written: KEYS, skipped: 0, refused: 0 });
  });

  it('is waited for while it is only asked, in --mode report', async () => {
    const server = await target();
    const words = ['recover', path, '--into', server.url, '--mode', 'report', '--json', '--rate', '20000'];
    const { ended } = starting(words);
    const asked = () => server.client.info('commandstats');
    await expect.poll(asked, { timeout: 120_000, interval: 10 }).toContain('cmdstat_exists');
    const end = await busy(server);
    await sleep(BUSY_MS);
    await end();
    const { stdout, stderr } = await ended;
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ written: KEYS, skipped: 0 });
  });

  it('is waited for with a large value', async () => {
    const server = await target();
    const source = held(file('REDIS0010', key(0, 'large', str('v'.repeat(BIG_BYTES + 1)))));
    const found: TooBig[] = [];
    const options = {
      nowMs: Date.now(),
      maxPayloadBytes: BIG_BYTES,
      onTooBig: (big: TooBig) => found.push(big),
    };
    for await (const batch of new RestoreStream(source, options)) batch.release();
    const { signal } = new AbortController();
    const address = { host: '127.0.0.1', port: server.port, tls: false };
    const cluster = await TargetCluster.open(address, { patienceMs: 10_000, signal });
    const end = await busy(server);
    const [big] = found as [TooBig];
    const patienceMs = 10_000;
    const context = {
      cluster,
      mode: 'missing',
      database: 0,
      source,
      signal,
      patienceMs,
      mayBeOwn: false,
    } as const;
    const writing = writeBig(context, big);
    await sleep(BUSY_MS / 2);
    await end();
    expect(await writing).toBe('written');
    cluster.close();
    expect(await server.client.strlen('large')).toBe(BIG_BYTES + 1);
  });
});
