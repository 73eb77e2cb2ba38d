import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '@redrill/rdb/testing';
import { Redis } from 'ioredis';
import { beforeAll, describe, expect, it } from 'vitest';
import { RecoverOutput } from '../../../cli/recover/contract.ts';
import {
  fileOf,
  folder,
  type ListeningServer,
  listening,
  running,
  starting,
} from '../../servers/recover/running.ts';

/** `npm run prove-killed`: ten times as many. */
const KILLS = Number(process.env.REDRILL_KILLS ?? 4);
/** So many, and so slowly, that the kills come before the end. */
const KEYS = 2_400 * KILLS;
const RATE = 3_500;
const LONGEST_WRITING_MS = 450;
const LATER_MS = Date.now() + 7 * 86_400_000;
const seed = Date.now() % 1_000_000;

/** Moments that nobody has chosen; the seed of a failing run is printed. */
function* moments(): Generator<number, never> {
  for (let state = seed + 1; ; ) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    yield (state >>> 8) / 2 ** 24;
  }
}

const nameOf = (number: number) => `key:${number}`;

/** Keys of several types, every third one with a TTL. */
async function fill({ client }: ListeningServer): Promise<void> {
  const keys = Array.from({ length: KEYS }, (_, number) => number);
  await run(
    client,
    keys.map((number) => {
      const name = nameOf(number);
      if (number % 5 === 0) return ['HSET', name, 'a', number, 'b', 'x'.repeat(number % 200)] as const;
      if (number % 5 === 1) return ['RPUSH', name, 'a', number, 'b'] as const;
      if (number % 5 === 2) return ['ZADD', name, number / 7, 'm', 2, 'n'] as const;
      return ['SET', name, `value ${number} ${'y'.repeat(number % 300)}`] as const;
    }),
  );
  const expiring = keys.filter((number) => number % 3 === 0);
  await run(
    client,
    expiring.map((number) => ['PEXPIREAT', nameOf(number), LATER_MS + number] as const),
  );
}

/** How often each key was restored, as the server tells it. */
async function restoresOf(server: ListeningServer): Promise<Map<string, number>> {
  await server.client.config('SET', 'notify-keyspace-events', 'Eg');
  const listener = new Redis(server.port);
  const restores = new Map<string, number>();
  listener.on('message', (_channel, key: string) => restores.set(key, (restores.get(key) ?? 0) + 1));
  await listener.subscribe('__keyevent@0__:restore');
  return restores;
}

/** An application that writes keys of its own, and some that are in the file, until it is stopped. */
function application({ port }: ListeningServer) {
  const client = new Redis(port);
  const written = new Map<string, string>();
  let isStopped = false;
  const writing = (async () => {
    for (let count = 0; !isStopped; count++) {
      const key = count % 2 === 0 ? `new:${count}` : nameOf((count * 7919) % KEYS);
      await client.set(key, `of the application, ${count}`);
      written.set(key, `of the application, ${count}`);
      await sleep(2);
    }
  })();
  return {
    written,
    stop: async () => {
      isStopped = true;
      await writing;
      client.disconnect();
    },
  };
}

let source: ListeningServer;
let file: string;

beforeAll(async () => {
  source = await listening();
  await fill(source);
  file = await fileOf(await source.save());
});

/** Kills ten runs, at moments counted from their start or from their first write, then lets one come to its end. */
async function killAndResume(target: ListeningServer, restores: ReadonlyMap<string, number>, mode: string) {
  const state = join(await folder(), 'state.json');
  const words = ['recover', file, '--into', target.url, '--apply', '--mode', mode, '--json'];
  const begin = (...more: readonly string[]) => [
    ...words,
    ...(existsSync(state) ? ['--resume', state] : ['--state', state]),
    ...more,
  ];
  const moment = moments();
  const positions: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const { child, ended } = starting(begin('--rate', String(RATE)));
    const before = restores.size;
    if (kill % 3 !== 2) while (restores.size === before && child.exitCode === null) await sleep(2);
    await sleep(moment.next().value * LONGEST_WRITING_MS);
    child.kill('SIGKILL');
    expect(await ended).toMatchObject({ status: null, signal: 'SIGKILL' });
    positions.push(restores.size);
  }
  const last = await running(begin());
  expect(last.stderr).toBe('');
  expect(existsSync(state)).toBe(false);
  return { output: RecoverOutput.parse(JSON.parse(last.stdout)), status: last.status, positions };
}

/** What a key holds and until when, whatever its type. */
async function contentOf({ client }: ListeningServer, keys: readonly string[]): Promise<readonly unknown[]> {
  const pipeline = client.pipeline();
  for (const key of keys) pipeline.call('DEBUG', 'DIGEST-VALUE', key).call('PEXPIRETIME', key);
  return ((await pipeline.exec()) ?? []).map(([, reply]) => String(reply));
}

describe(`recover killed at ${KILLS} random moments and resumed (seed ${seed})`, () => {
  it('comes to what an undisturbed run comes to, leaves the application’s keys alone, and writes none twice', async () => {
    const target = await listening();
    const restores = await restoresOf(target);
    const app = application(target);
    await sleep(300);
    const { output, status, positions } = await killAndResume(target, restores, 'missing');
    await app.stop();

    expect(positions.at(-1)).toBeGreaterThan(100);
    expect(new Set(positions).size).toBeGreaterThan(KILLS / 2);
    expect(status).toBe(0);
    expect(output).toMatchObject({ outcome: 'recovered', read: KEYS, refused: 0, expired: 0, filtered: 0 });
    expect(output.written + (output.skipped ?? 0)).toBe(KEYS);

    const keys = Array.from({ length: KEYS }, (_, number) => nameOf(number));
    const untouched = keys.filter((key) => !app.written.has(key));
    expect(await contentOf(target, untouched)).toEqual(await contentOf(source, untouched));
    for (const [key, value] of app.written) expect(await target.client.get(key)).toBe(value);
    expect([...restores].filter(([, times]) => times > 1)).toEqual([]);
    // What the application has overwritten after it was restored, and before a kill, counts as the application's.
    expect(restores.size).toBeGreaterThanOrEqual(output.written);
    expect(restores.size - output.written).toBeLessThan(app.written.size);
  });

  it('in mode overwrite: the same content, whatever was there before', async () => {
    const target = await listening();
    const restores = await restoresOf(target);
    const keys = Array.from({ length: KEYS }, (_, number) => nameOf(number));
    await run(
      target.client,
      keys.filter((_, at) => at % 11 === 0).map((key) => ['SET', key, 'older'] as const),
    );
    const { output, status } = await killAndResume(target, restores, 'overwrite');
    expect(status).toBe(0);
    expect(output).toMatchObject({ read: KEYS, written: KEYS, skipped: 0, refused: 0 });
    expect(await target.client.call('DEBUG', 'DIGEST')).toBe(await source.client.call('DEBUG', 'DIGEST'));
    expect(await contentOf(target, keys)).toEqual(await contentOf(source, keys));
  });
});
