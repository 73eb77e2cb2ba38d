import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { file, key, listpack, run, str } from '@redrill/rdb/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventually, fileOf, folder, listening, running, runningHere, starting } from './running.ts';
import { unreadBytes } from './unread.ts';

let path: string;

beforeAll(async () => {
  const keys = Array.from({ length: 40 }, (_, at) => key(0, `k${at}`, str('v')));
  path = await fileOf(file('REDIS0010', ...keys));
});

describe('Ctrl-C before anything is written ends by the signal, and is no fault', () => {
  it('while --mode report keeps to its --rate', async () => {
    const target = await listening();
    const { child, ended } = starting([
      ...['recover', path, '--into', target.url],
      ...['--mode', 'report', '--rate', '1'],
    ]);
    // The time is what it asks for last before the keys; then it is the rate that it waits for.
    await eventually(async () => {
      const clients = (await target.client.client('LIST')) as string;
      return /idle=[1-9]\d* .* cmd=time /.test(clients);
    }, 'the command has asked for the time, and nothing for a second');
    child.kill('SIGINT');
    expect(await ended).toEqual({ status: null, signal: 'SIGINT', stdout: '', stderr: '' });
  });

  it('while the cache loads its data', async () => {
    const target = await listening('--loading-process-events-interval-bytes', '1024');
    await run(
      target.client,
      Array.from({ length: 3_000 }, (_, at) => ['SET', `k${at}`, 'v'.repeat(100)] as const),
    );
    await target.save();
    await target.client.config('SET', 'key-load-delay', '10000');
    target.client.call('DEBUG', 'RELOAD', 'NOSAVE').catch(() => undefined);
    const { child, ended } = starting(['recover', path, '--into', target.url, '--apply']);
    await eventually(
      async () => (await unreadBytes(target.port)) > 0,
      'the command waits for an answer of the server that loads its data',
    );
    child.kill('SIGINT');
    expect(await ended).toEqual({ status: null, signal: 'SIGINT', stdout: '', stderr: '' });
  });
});

describe('a state file that can never be written', () => {
  it('stops the work before anything is written, and no command to go on names it', async () => {
    const target = await listening();
    const state = join(await folder(), 'nowhere', 'state.json');
    const words = ['recover', path, '--into', target.url, '--apply', '--state', state];
    const { stdout, stderr, status } = await runningHere(words);
    expect(stderr).toContain(`the state file ${state} cannot be written: there is no such directory`);
    expect(stderr).not.toContain('--resume');
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
    expect(await target.client.dbsize()).toBe(0);
  });
});

describe('a login in the URL that is not percent-encoded', () => {
  it.each([
    'rediss://:50%offsecret@localhost',
    'redis://50%off:secret@localhost',
    'redis://:secret/12@localhost',
    'redis://app:12/secret@localhost',
    'redis://:12#secret?@localhost',
  ])('%s is told how to be written, and not repeated', async (url) => {
    for (const words of [
      ['recover', path, '--into', url],
      ['compare', path, url],
    ]) {
      const { stdout, stderr, status } = await runningHere(words);
      expect(stderr).toMatch(
        /^the user or password in the URL is not percent-encoded .*REDRILL_REDIS_PASSWORD/,
      );
      expect(stderr).not.toContain('secret');
      expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
    }
  });

  it('with an @ is understood, and not in the command to go on', async () => {
    const target = await listening();
    await target.client.call('ACL', 'SETUSER', 'reader', 'on', '>p@secret', '~*', '+@read', '+info', '+time');
    const state = join(await folder(), 'state.json');
    const { stderr } = await running([
      ...['recover', path, '--into', `redis://reader:p@secret@127.0.0.1:${target.port}`, '--apply'],
      ...['--no-functions', '--db', '0', '--state', state],
    ]);
    expect(stderr).toContain(
      `REDRILL_REDIS_PASSWORD=… npx redrill recover ${path} --into redis://reader@127`,
    );
    expect(stderr).not.toContain('secret');
  });
});

describe('more refused values than can be remembered', () => {
  it('leave no state, and no command to go on: it never could', async () => {
    const target = await listening();
    const odd = Array.from({ length: 10_001 }, (_, at) =>
      key(20, `k${at}`, str(listpack('of a newer server'))),
    );
    const state = join(await folder(), 'state.json');
    const { stdout, stderr, status } = await runningHere([
      ...['recover', await fileOf(file('REDIS0010', ...odd)), '--into', target.url],
      ...['--apply', '--state', state],
    ]);
    expect(stderr).toMatch(
      /more than 10000 values were refused, the first with: ERR Bad data format; start again/,
    );
    expect(stderr).not.toContain('--resume');
    expect({ stdout, status, isLeft: existsSync(state) }).toEqual({ stdout: '', status: 2, isLeft: false });
  });
});
