import { readFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@redrill/local-aws/redis';
import { file, key, type RealServer, startServer, str } from '@redrill/rdb/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RecoverOutput } from '../../../cli/recover/contract.ts';
import { fileOf, folder, running } from '../../servers/recover/running.ts';

const POISON = 'this-kills-the-server';
const OTHERS = Array.from({ length: 40 }, (_, at) => key(0, `k${at}`, str('v')));
const STOP_MS = 2_000;

/**
 * A server behind a proxy that kills it before it gets anything with the poison in it, as a value would that it cannot
 * bear. A supervisor starts another one in its place.
 */
async function mortal() {
  const [port, inner] = [await freePort(), await freePort()];
  const start = () => startServer(['--port', String(inner)]);
  let server: RealServer = await start();
  /** How many RESTOREs were in what had the poison in it, each time. */
  const doses: number[] = [];
  const proxy = createServer((client) => {
    const upstream = connect(inner, '127.0.0.1');
    let passing = Promise.resolve();
    client.on('data', (chunk) => {
      passing = passing.then(async () => {
        if (!chunk.includes(POISON)) return void upstream.write(chunk);
        doses.push(chunk.toString('latin1').split('RESTORE').length - 1);
        await server.stop();
        server = await start();
        client.destroy();
      });
    });
    upstream.on('data', (chunk) => client.write(chunk));
    upstream.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(port, '127.0.0.1', resolve));
  onTestFinished(async () => {
    proxy.close();
    await Promise.race([server.stop(), sleep(STOP_MS)]);
  });
  return { url: `redis://127.0.0.1:${port}`, doses, client: () => server.client };
}

async function begun(...keys: readonly Uint8Array[]) {
  const target = await mortal();
  const path = await fileOf(file('REDIS0010', ...keys));
  const state = join(await folder(), 'state.json');
  const words = ['recover', path, '--into', target.url, '--apply', '--patience', '10'];
  const first = await running([...words, '--state', state]);
  return {
    target,
    first,
    state,
    resume: (...more: string[]) => running([...words, '--resume', state, ...more]),
  };
}

describe('a server that dies while values are on their way to it', () => {
  it('gets them one at a time, and the one that it died of never again', async () => {
    const poison = key(0, 'deadly', str(POISON));
    const { target, first, state, resume } = await begun(...OTHERS.slice(0, 20), poison, ...OTHERS.slice(20));
    expect(first.status).toBe(2);
    expect(first.stderr).toContain(`--resume ${state}`);
    expect(target.doses).toHaveLength(1);
    expect(target.doses[0]).toBeGreaterThan(1);

    const second = await resume();
    expect(second.status).toBe(2);
    expect(second.stderr).toMatch(/is gone\. Beginning again: 41 values .* one at a time; 0 values/);
    expect(second.stderr).toContain(`--resume ${state}`);
    expect(target.doses.slice(1)).toEqual([1]);
    const [{ condemned }] = JSON.parse(await readFile(state, 'utf8')).shards;
    expect(condemned ?? []).toEqual([]);

    const third = await resume('--json');
    expect(third.status).toBe(1);
    expect(target.doses).toHaveLength(2);
    const output = RecoverOutput.parse(JSON.parse(third.stdout));
    expect(output).toMatchObject({ read: 41, written: 40, skipped: 0, refused: 1 });
    expect(output.refusals).toMatchObject([
      { name: { text: 'deadly' }, type: 'string', code: 'SERVER_DIED' },
    ]);
    expect(await target.client().dbsize()).toBe(40);
  });

  it.each([
    ['a small one', POISON],
    ['a large one', POISON + 'v'.repeat(3_000_000)],
  ])('never gets again what was alone on its way: %s', async (_, value) => {
    const { target, first, resume } = await begun(key(0, 'deadly', str(value)));
    expect(first.status).toBe(2);
    expect(target.doses).toHaveLength(1);
    const { status, stdout } = await resume();
    expect(status).toBe(1);
    expect(stdout).toMatch(/"deadly": not sent again: the server died/);
    expect(target.doses).toHaveLength(1);
    expect(await target.client().dbsize()).toBe(0);
  });
});
