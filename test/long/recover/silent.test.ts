import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { file, key, str } from '@redrill/rdb/testing';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RecoverOutput } from '../../../cli/recover/contract.ts';
import {
  eventually,
  fileOf,
  folder,
  type ListeningServer,
  listening,
  running,
  starting,
} from '../../servers/recover/running.ts';
import { unreadBytes } from '../../servers/recover/unread.ts';

/** More than fits on the way to a server, and into what the network holds. */
const KEYS = 60_000;
const VALUE = 'v'.repeat(400);
/** What is under way gets two seconds; the rest is for a busy machine. */
const GRACE_MS = 8_000;
const RATE = ['--rate', '4000'];

let small: string;
let large: string;
const asleep = new Set<number>();

beforeAll(async () => {
  const keys = Array.from({ length: KEYS }, (_, at) => key(0, `k${at}`, str(`${at} ${VALUE}`)));
  small = await fileOf(file('REDIS0010', ...keys));
  large = await fileOf(
    file('REDIS0010', key(0, 'first', str('v')), key(0, 'k', str('v'.repeat(60_000_000)))),
  );
});

afterEach(() => {
  for (const pid of asleep) process.kill(pid, 'SIGCONT');
  asleep.clear();
});

/** @returns what wakes it again */
async function putToSleep({ client }: ListeningServer): Promise<() => void> {
  const pid = Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1]);
  process.kill(pid, 'SIGSTOP');
  asleep.add(pid);
  return () => process.kill(pid, 'SIGCONT');
}

/** A recovery whose server falls silent when it has so many keys. */
async function silenced(from: string, keys: number, ...more: readonly string[]) {
  const target = await listening();
  const state = join(await folder(), 'state.json');
  const words = ['recover', from, '--into', target.url, '--apply', '--json'];
  const { child, ended } = starting([...words, '--state', state, ...more]);
  await expect
    .poll(() => target.client.dbsize(), { timeout: 120_000, interval: 5 })
    .toBeGreaterThanOrEqual(keys);
  const wake = await putToSleep(target);
  const since = performance.now();
  const end = async () => ({ ...(await ended), afterMs: performance.now() - since });
  return { target, state, words, child, wake, end };
}

/** Waits until something has been sent to a server that is asleep. */
function unanswered({ port }: ListeningServer): Promise<void> {
  return eventually(async () => (await unreadBytes(port)) > 0, 'something was sent to the silent server');
}

/** It ends by the signal, within seconds, and says how to go on. */
async function expectLeftByCtrlC(run: Awaited<ReturnType<typeof silenced>>) {
  await unanswered(run.target);
  run.child.kill('SIGINT');
  const { signal, stderr, afterMs } = await run.end();
  expect(signal).toBe('SIGINT');
  expect(afterMs).toBeLessThan(GRACE_MS);
  expect(stderr).toContain(`--resume ${run.state}`);
}

describe('a server that falls silent', () => {
  it('ends within seconds of Ctrl-C, keeps its state, and resumes when the server answers again', async () => {
    const silence = await silenced(small, 1_000);
    const { target, state, words, wake } = silence;
    await expectLeftByCtrlC(silence);
    expect(existsSync(state)).toBe(true);
    wake();
    const { stdout, status } = await running([...words, '--resume', state]);
    expect(status).toBe(0);
    expect(RecoverOutput.parse(JSON.parse(stdout))).toMatchObject({ read: KEYS, written: KEYS, skipped: 0 });
    expect(await target.client.dbsize()).toBe(KEYS);
  });

  it('is left by Ctrl-C while a large value is on its way to it', async () => {
    await expectLeftByCtrlC(await silenced(large, 1));
  });

  it.each([
    ['at full speed', []],
    ['though a few keys are sent to it now and then', RATE],
  ] as const)('is away for no longer than the patience, %s', async (_, more) => {
    const { state, end } = await silenced(small, 1_000, '--patience', '1', ...more);
    const { status, stderr, afterMs } = await end();
    expect(stderr).toMatch(/has been unavailable for 1 s: it does not answer/);
    expect(stderr).toContain(`--resume ${state}`);
    expect(status).toBe(2);
    expect(afterMs).toBeLessThan(GRACE_MS);
  });

  it('before anything was sent to it is left by Ctrl-C as well', async () => {
    const target = await listening();
    await putToSleep(target);
    const { child, ended } = starting(['recover', small, '--into', target.url, '--apply']);
    await unanswered(target);
    const since = performance.now();
    child.kill('SIGINT');
    expect((await ended).signal).toBe('SIGINT');
    expect(performance.now() - since).toBeLessThan(GRACE_MS);
  });
});
