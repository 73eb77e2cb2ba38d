import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { freePort } from '@redrill/local-aws/redis';
import { file, key, str } from '@redrill/rdb/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { fileOf, folder, listening, running, starting } from './running.ts';
import { contentOf, recoveredApart, sample } from './sample.ts';

const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing) close();
});

const given = sample();

describe('a connection that is lost', () => {
  it('is opened again, and unanswered keys are sent again and not mistaken for the application’s', async () => {
    const target = await listening();
    const many = Array.from({ length: 60_000 }, (_, at) =>
      key(0, `k${at}`, str(`value ${at} ${'x'.repeat(50)}`)),
    );
    const big = await fileOf(file('REDIS0010', ...many));
    const { port, cuts } = await cutting(target.port, 1_500_000, 'once something was answered');
    const { output } = await recoveredApart(big, '--into', `redis://127.0.0.1:${port}`, '--apply');
    expect(cuts()).toBeGreaterThan(2);
    expect(output).toMatchObject({ read: 60_000, written: 60_000, skipped: 0 });
    expect(await target.client.dbsize()).toBe(60_000);
  });
});

describe('a connection that is lost each time before anything is answered', () => {
  it('is given up, and the work can be resumed', async () => {
    const target = await listening();
    const many = Array.from({ length: 20_000 }, (_, at) => key(0, `k${at}`, str(`value ${at}`)));
    const big = await fileOf(file('REDIS0010', ...many));
    const { port } = await cutting(target.port, 10_000);
    const words = ['recover', big, '--into', `redis://127.0.0.1:${port}`, '--apply'];
    const { status, stderr } = await running([...words, '--state', `${big}.json`]);
    expect(stderr).toMatch(/closed the connection \d+ times in a row before it answered/);
    expect(status).toBe(2);
  });
});

/** Passes bytes on; after so many no answer comes back any more, and then it hangs up. */
async function cutting(to: number, afterBytes: number, when?: 'once something was answered') {
  let cuts = 0;
  const server = createServer((client) => {
    const inner = connect(to, '127.0.0.1');
    let passed = 0;
    let isMute = false;
    let isAnswered = when === undefined;
    inner.on('error', () => client.destroy());
    client.on('error', () => inner.destroy());
    client.on('close', () => inner.destroy());
    client.on('data', (chunk) => {
      passed += chunk.length;
      inner.write(chunk);
      if (passed < afterBytes || !isAnswered) return;
      cuts++;
      passed = Number.NEGATIVE_INFINITY;
      isMute = true;
      setTimeout(() => client.destroy(), 20);
    });
    inner.on('data', (chunk) => {
      // The first answers are those of the greeting.
      isAnswered ||= passed > afterBytes / 2;
      if (!isMute) client.write(chunk);
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return { port, cuts: () => cuts };
}

describe('a state that is left', () => {
  async function interrupted(...more: readonly string[]) {
    const target = await listening();
    const state = join(await folder(), 'state.json');
    const words = ['recover', given().path, '--into', target.url, '--apply', '--rate', '60', ...more];
    const { child, ended } = starting([...words, '--state', state]);
    await expect.poll(() => target.client.dbsize(), { timeout: 120_000, interval: 10 }).toBeGreaterThan(10);
    child.kill('SIGINT');
    return { target, state, words, ...(await ended) };
  }

  it('by Ctrl-C prints how to resume, ends by the signal, and is resumed', async () => {
    const { source, path, keys } = given();
    const { signal, stderr, state, target } = await interrupted();
    expect(signal).toBe('SIGINT');
    expect(stderr).toContain(`--resume ${state}`);
    const written = Number(await target.client.dbsize());
    expect(written).toBeLessThan(keys);
    const { output } = await recoveredApart(path, '--into', target.url, '--apply', '--resume', state);
    expect(output).toMatchObject({ read: keys, written: keys, skipped: 0 });
    expect(await contentOf(target)).toBe(await contentOf(source));
  });

  it('is remembered, and not resumed with another file, target, or options', async () => {
    const { path } = given();
    const { target, state, words } = await interrupted();
    const again = await running([...words, '--state', state]);
    expect(again.stderr).toContain(`an earlier run left ${state}; resume it with --resume ${state}`);
    const other = await fileOf(file('REDIS0010', key(0, 'k', str('v'))));
    const otherFile = await running(['recover', other, ...words.slice(2), '--resume', state]);
    expect(otherFile.stderr).toMatch(/does not fit: it is of .*dump\.rdb.*its SHA-256 differs/);
    const options = await running([...words, '--resume', state, '--mode', 'overwrite', '--match', 'a*']);
    expect(options.stderr).toContain('--match was absent, not "a*"; --mode was "missing", not "overwrite"');
    const elsewhere = await listening();
    const otherTarget = await running([
      'recover',
      path,
      '--into',
      elsewhere.url,
      '--apply',
      '--resume',
      state,
    ]);
    expect(otherTarget.stderr).toMatch(/is not a primary of .* any more/);
    for (const { status } of [again, otherFile, options, otherTarget]) expect(status).toBe(2);
    await writeFile(state, (await readFile(state, 'utf8')).slice(0, -20));
    const damaged = await running([...words, '--resume', state]);
    expect(damaged.stderr).toContain('is not a state file of redrill recover, or it is damaged');
    expect(await target.client.exists('k')).toBe(0);
  });

  it('of a cache that was restarted is refused: what it had taken may be lost', async () => {
    const { path } = given();
    const { state, target } = await interrupted();
    const saved = JSON.parse(await readFile(state, 'utf8'));
    expect(Object.values(saved.servers)).toEqual([`127.0.0.1:${target.port}`]);
    await writeFile(state, JSON.stringify({ ...saved, servers: { another: `127.0.0.1:${target.port}` } }));
    const { stderr, status } = await running([
      'recover',
      path,
      '--into',
      target.url,
      '--apply',
      '--resume',
      state,
    ]);
    expect(stderr).toMatch(
      /was restarted, or has failed over.*\nDelete the state file and start again without --resume/,
    );
    expect(status).toBe(2);
  });
});
