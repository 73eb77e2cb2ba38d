import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RecoverOutput } from '../../../cli/recover/contract.ts';
import { tlsFiles } from '../../../local/redis/certificate.ts';
import { freePort } from '../../../local/redis/ports.ts';
import { bytes, file, key, read, str } from '../../unit/rdb/build.ts';
import { commandsOf, run } from '../../unit/rdb/real-data.ts';
import { inMs } from '../../unit/rdb/restorable.ts';
import { fileOf, folder, type ListeningServer, listening, running, starting } from './running.ts';

const LATER_MS = Date.now() + 86_400_000;
const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing) close();
});

let source: ListeningServer;
let dump: Uint8Array;
let path: string;
let keys: number;

beforeAll(async () => {
  source = await listening();
  await run(source.client, commandsOf(LATER_MS));
  dump = await source.save();
  path = await fileOf(dump);
  keys = read(dump).keys;
});

const contentOf = async (server: ListeningServer) => read(await server.save()).digest?.total;

async function recovered(from: string, ...more: readonly string[]) {
  const { stdout, stderr, status } = await running(['recover', from, '--json', ...more]);
  if (stdout === '') throw new Error(stderr);
  const output = RecoverOutput.parse(JSON.parse(stdout));
  const { read: inAll, written, skipped, expired, refused, filtered, empty } = output;
  expect(written + (skipped ?? 0) + expired + refused + filtered + empty).toBe(inAll);
  return { output, status };
}

describe('without --apply', () => {
  it('is a plan: nothing is written', async () => {
    const target = await listening();
    const { output, status } = await recovered(path, '--into', target.url);
    expect(output).toMatchObject({ outcome: 'plan', read: keys, written: keys, skipped: null });
    expect(output.functions).toEqual({ written: 1, skipped: 0, refused: 0 });
    expect(status).toBe(0);
    expect(await target.client.dbsize()).toBe(0);
  });

  it('--mode report looks for every key, and writes none even with --apply', async () => {
    const target = await listening();
    await run(target.client, [['SET', 'str:1', 'mine']]);
    const { output } = await recovered(path, '--into', target.url, '--mode', 'report', '--apply');
    expect(output).toMatchObject({ outcome: 'report', written: keys - 1, skipped: 1 });
    expect(await target.client.dbsize()).toBe(1);
  });
});

describe('with --apply', () => {
  it('makes the same content, functions included, and leaves no state behind', async () => {
    const target = await listening();
    const { output, status } = await recovered(path, '--into', target.url, '--apply');
    expect(output).toMatchObject({
      outcome: 'recovered',
      read: keys,
      written: keys,
      skipped: 0,
      refusals: [],
    });
    expect(output.functions).toEqual({ written: 1, skipped: 0, refused: 0 });
    expect(status).toBe(0);
    expect(await contentOf(target)).toBe(await contentOf(source));
    expect(existsSync(join(path, '..', `dump.rdb.into-127.0.0.1-${target.port}.recover.json`))).toBe(false);
  });

  it('mode missing leaves what is there, mode overwrite does not', async () => {
    const target = await listening();
    const mine = "#!lua name=mylib\nredis.register_function('f', function() return 'mine' end)";
    await run(target.client, [
      ['SET', 'hash:small', 'mine'],
      ['FUNCTION', 'LOAD', mine],
    ]);
    const missing = await recovered(path, '--into', target.url, '--apply');
    expect(missing.output).toMatchObject({ written: keys - 1, skipped: 1, functions: { skipped: 1 } });
    expect(await target.client.get('hash:small')).toBe('mine');
    expect(await target.client.call('FCALL', 'f', '0')).toBe('mine');
    const overwritten = await recovered(path, '--into', target.url, '--apply', '--mode', 'overwrite');
    expect(overwritten.output).toMatchObject({ written: keys, skipped: 0, functions: { written: 1 } });
    expect(await contentOf(target)).toBe(await contentOf(source));
  });

  it('--match, --type and --db choose, and the sum still adds up', async () => {
    const target = await listening();
    const { output } = await recovered(
      path,
      ...['--into', target.url, '--apply', '--no-functions'],
      ...['--match', 'h[a-b]sh:?*', '--type', 'hash,string', '--db', '0'],
    );
    expect(output.written).toBe(4);
    expect(output.filtered).toBe(keys - 4);
    expect((await target.client.keys('*')).sort()).toEqual([
      'hash:large',
      'hash:large-values',
      'hash:numbers',
      'hash:small',
    ]);
    expect(await target.client.call('FUNCTION', 'LIST')).toEqual([]);
  });

  it('keys that have expired are left out by the server’s clock, the others keep their time', async () => {
    const target = await listening();
    const expiring = await fileOf(
      file(
        'REDIS0010',
        bytes(inMs(Date.now() - 1000), key(0, 'gone', str('v'))),
        bytes(inMs(LATER_MS), key(0, 'stays', str('v'))),
      ),
    );
    const { output } = await recovered(expiring, '--into', target.url, '--apply');
    expect(output).toMatchObject({ read: 2, written: 1, expired: 1 });
    expect(Number(await target.client.call('PEXPIRETIME', 'stays'))).toBe(LATER_MS);
  });

  it('a database in the URL takes everything, of one database only', async () => {
    const target = await listening();
    const refused = await running(['recover', path, '--into', `${target.url}/5`, '--apply']);
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(refused.stderr).toContain('there are keys of databases 0, 3; choose one with --db');
    const { output } = await recovered(path, '--into', `${target.url}/5`, '--apply', '--db', '3');
    expect(output.written).toBe(2);
    await target.client.select(5);
    expect((await target.client.keys('*')).sort()).toEqual(['hash:other', 'str:1']);
  });

  it('--rate holds it back', async () => {
    const target = await listening();
    const many = await fileOf(
      file('REDIS0010', ...Array.from({ length: 300 }, (_, at) => key(0, `k${at}`, str('v')))),
    );
    const startedAt = performance.now();
    await recovered(many, '--into', target.url, '--apply', '--rate', '150');
    expect(performance.now() - startedAt).toBeGreaterThan(1_700);
  });

  it('over TLS, with a user whose password is in the environment', async () => {
    const where = await folder();
    const { caFile, certificateFile, keyFile } = await tlsFiles(where);
    const port = await freePort();
    const target = await listening(
      ...['--tls-port', String(port), '--tls-auth-clients', 'no', '--tls-cert-file', certificateFile],
      ...['--tls-key-file', keyFile, '--tls-ca-cert-file', caFile],
    );
    await target.client.call('ACL', 'SETUSER', 'writer', 'on', '>secret', '~*', '+@all');
    const words = ['recover', path, '--into', `rediss://writer@127.0.0.1:${port}`, '--ca', caFile, '--apply'];
    const { status, stderr } = await running(words, { REDRILL_REDIS_PASSWORD: 'secret' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(await contentOf(target)).toBe(await contentOf(source));
    const untrusted = await running([...words.slice(0, 4), '--apply'], { REDRILL_REDIS_PASSWORD: 'secret' });
    expect(untrusted.stderr).toMatch(/cannot be reached: .*certificate/);
    const wrong = await running(words, { REDRILL_REDIS_PASSWORD: 'wrong' });
    expect(wrong.stderr).toContain('WRONGPASS');
    expect(wrong.stderr).not.toContain('wrong@');
  });
});

describe('what the cache does not take', () => {
  it('single values are named and counted, the rest is written, and the status is 1', async () => {
    const target = await listening();
    const odd = await fileOf(
      file(
        'REDIS0010',
        key(20, 'set of a newer server', str('nonsense')),
        key(0, 'k', str('v')),
        [245],
        str('#!lua name=bad\nnonsense'),
      ),
    );
    const { output, status } = await recovered(odd, '--into', target.url, '--apply');
    expect(status).toBe(1);
    expect(output).toMatchObject({ written: 1, refused: 1, functions: { refused: 1 } });
    expect(output.refusals).toMatchObject([
      { kind: 'library', name: { text: 'bad' } },
      { kind: 'key', name: { text: 'set of a newer server' }, type: 'set', code: 'BAD_DATA' },
    ]);
    const shown = await running(['recover', odd, '--into', target.url, '--apply', '--mode', 'overwrite']);
    expect(shown.stdout).toContain('"set of a newer server": ERR Bad data format');
  });

  it('a newer format is refused as a whole, before anything is written', async () => {
    const target = await listening();
    const newer = await fileOf(file('REDIS0012', key(0, 'k', str('v'))));
    const { status, stderr } = await running(['recover', newer, '--into', target.url, '--apply']);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /cannot take this: Redis 7\.0\.\d+ takes RDB 10 and older; .* Write into Redis 7\.4 or newer/,
    );
  });

  it('a damaged file is refused before anything is written', async () => {
    const target = await listening();
    const damaged = Uint8Array.from(dump);
    damaged[damaged.length - 3] = (damaged.at(-3) ?? 0) ^ 1;
    const { status, stderr } = await running([
      'recover',
      await fileOf(damaged),
      '--into',
      target.url,
      '--apply',
    ]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/cannot be recovered from: BadChecksum/);
    expect(await target.client.dbsize()).toBe(0);
  });
});

describe('a cache that refuses', () => {
  const words = (target: ListeningServer) => ['recover', path, '--into', target.url, '--apply'];

  it('because its memory is full (OOM): it stops, and goes on when there is room', async () => {
    const target = await listening('--maxmemory', '5mb', '--maxmemory-policy', 'noeviction');
    const large = Array.from({ length: 400 }, (_, at) => key(0, `k${at}`, str('v'.repeat(20_000))));
    const big = await fileOf(file('REDIS0010', ...large));
    const state = join(await folder(), 'state.json');
    const command = ['recover', big, '--into', target.url, '--apply'];
    const stopped = await running([...command, '--state', state]);
    expect(stopped.status).toBe(2);
    expect(stopped.stderr).toMatch(/Warning: the cache has .* left/);
    expect(stopped.stderr).toMatch(/refuses: OOM .*make room/);
    const command2 = /To go on:\n {2}npx redrill (.*)/.exec(stopped.stderr)?.[1] ?? '';
    expect(command2).toBe(`${command.join(' ')} --resume ${state}`);
    await target.client.config('SET', 'maxmemory', '100mb');
    const { output } = await recovered(big, ...command2.split(' ').slice(2));
    expect(output).toMatchObject({ read: 400, written: 400, skipped: 0, refused: 0 });
  });

  it('because it is a replica (READONLY): its primary is named', async () => {
    const target = await listening();
    await target.client.replicaof('127.0.0.1', source.port);
    const { stderr, status } = await running(words(target));
    expect(stderr).toContain(`is a replica, which takes no writes; its primary is 127.0.0.1:${source.port}`);
    expect(status).toBe(2);
  });

  it('for want of a password (NOAUTH)', async () => {
    const target = await listening();
    await target.client.config('SET', 'requirepass', 'right');
    const { stderr, status } = await running(words(target));
    expect(stderr).toMatch(/refuses: NOAUTH .*REDRILL_REDIS_PASSWORD/);
    expect(status).toBe(2);
  });

  it('what the user may not do (NOPERM)', async () => {
    const target = await listening();
    await target.client.call(
      'ACL',
      'SETUSER',
      'reader',
      'on',
      'nopass',
      '~*',
      '+@read',
      '+info',
      '+time',
      '+select',
    );
    const { stderr } = await running([
      ...[
        'recover',
        path,
        '--into',
        `redis://reader:x@127.0.0.1:${target.port}`,
        '--apply',
        '--no-functions',
      ],
      ...['--state', join(await folder(), 'state.json')],
    ]);
    expect(stderr).toMatch(/refuses: NOPERM .*restore/);
    expect(stderr).toMatch(/REDRILL_REDIS_PASSWORD=… npx redrill recover .*redis:\/\/reader@127/);
  });

  it('an address where nothing listens', async () => {
    const port = await freePort();
    const { stderr, status } = await running(['recover', path, '--into', `redis://127.0.0.1:${port}`]);
    expect(stderr).toContain(`127.0.0.1:${port} cannot be reached`);
    expect(status).toBe(2);
  });

  it('one that evicts is warned of, once: in the report, or with --json before it', async () => {
    const target = await listening('--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru');
    const { output } = await recovered(path, '--into', target.url);
    expect(output.warnings).toEqual([expect.stringContaining('allkeys-lru')]);
    const words = ['recover', path, '--into', target.url, '--apply'];
    const told = /evicts keys when its memory is full/;
    const shown = await running(words);
    expect(shown.stdout).toMatch(told);
    expect(shown.stderr).toBe('');
    expect((await running([...words, '--json'])).stderr).toMatch(told);
  });
});

describe('a connection that is lost', () => {
  it('is made again, and what was not answered is sent again without being taken for somebody else’s', async () => {
    const target = await listening();
    const many = Array.from({ length: 60_000 }, (_, at) =>
      key(0, `k${at}`, str(`value ${at} ${'x'.repeat(50)}`)),
    );
    const big = await fileOf(file('REDIS0010', ...many));
    const { port, cuts } = await cutting(target.port, 1_500_000);
    const { output } = await recovered(big, '--into', `redis://127.0.0.1:${port}`, '--apply');
    expect(cuts()).toBeGreaterThan(2);
    expect(output).toMatchObject({ read: 60_000, written: 60_000, skipped: 0 });
    expect(await target.client.dbsize()).toBe(60_000);
  });
});

describe('a connection that is lost each time before anything is answered', () => {
  it('is given up, and the work can be gone on with', async () => {
    const target = await listening();
    const many = Array.from({ length: 20_000 }, (_, at) => key(0, `k${at}`, str(`value ${at}`)));
    const big = await fileOf(file('REDIS0010', ...many));
    const { port } = await cutting(target.port, 10_000);
    const words = ['recover', big, '--into', `redis://127.0.0.1:${port}`, '--apply'];
    const { status, stderr } = await running([...words, '--state', `${big}.json`]);
    expect(stderr).toMatch(/was lost \d+ times in a row before it had answered/);
    expect(status).toBe(2);
  });
});

/** Passes bytes on; after so many no answer comes back any more, and then it hangs up. */
async function cutting(to: number, afterBytes: number) {
  let cuts = 0;
  const server = createServer((client) => {
    const inner = connect(to, '127.0.0.1');
    let passed = 0;
    let isMute = false;
    inner.on('error', () => client.destroy());
    client.on('error', () => inner.destroy());
    client.on('close', () => inner.destroy());
    client.on('data', (chunk) => {
      passed += chunk.length;
      inner.write(chunk);
      if (passed < afterBytes) return;
      cuts++;
      passed = Number.NEGATIVE_INFINITY;
      isMute = true;
      setTimeout(() => client.destroy(), 20);
    });
    inner.on('data', (chunk) => isMute || client.write(chunk));
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
    const words = ['recover', path, '--into', target.url, '--apply', '--rate', '60', ...more];
    const { child, ended } = starting([...words, '--state', state]);
    await expect.poll(() => target.client.dbsize(), { timeout: 30_000, interval: 10 }).toBeGreaterThan(10);
    child.kill('SIGINT');
    return { target, state, words, ...(await ended) };
  }

  it('by Ctrl-C says how to go on, ends by the signal, and is gone on from', async () => {
    const { signal, stderr, state, target } = await interrupted();
    expect(signal).toBe('SIGINT');
    expect(stderr).toContain(`--resume ${state}`);
    const written = Number(await target.client.dbsize());
    expect(written).toBeLessThan(keys);
    const { output } = await recovered(path, '--into', target.url, '--apply', '--resume', state);
    expect(output).toMatchObject({ read: keys, written: keys, skipped: 0 });
    expect(await contentOf(target)).toBe(await contentOf(source));
  });

  it('is not forgotten, and not gone on from with another file, target, or options', async () => {
    const { target, state, words } = await interrupted();
    const again = await running([...words, '--state', state]);
    expect(again.stderr).toContain(
      `an earlier run has left ${state}; go on from there with --resume ${state}`,
    );
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
    expect(damaged.stderr).toContain('is no state of a recovery, or is damaged');
    expect(await target.client.exists('k')).toBe(0);
  });

  it('of a cache that was restarted is refused: what it had taken may be lost', async () => {
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
    expect(stderr).toMatch(/was restarted, or has failed over.*\nBegin again without --resume/);
    expect(status).toBe(2);
  });
});

describe('typing mistakes get one line', () => {
  it.each([
    [
      ['nowhere.rdb', '--into', 'redis://localhost'],
      'nowhere.rdb cannot be read: there is no such file; a recovery point is written',
    ],
    [['DUMP', '--into', 'http://localhost'], "'http://localhost' is no cache; write redis://host:6379"],
    [['DUMP', '--into', 'redis://localhost/first'], "'first' is no database number"],
    [
      ['DUMP', '--into', 'redis://localhost', '--type', 'hsah'],
      "--type 'hsah' is no type of keys; did you mean 'hash'?",
    ],
    [['DUMP', '--into', 'redis://localhost', '--db', 'one'], "--db 'one' is no database number"],
    [
      ['orders', 'latest', '--into', 'redis://localhost'],
      "expected <point|file>, found 'orders' 'latest'; a recovery point is one word here: orders/latest",
    ],
    [['DUMP', '--into', 'rediss://localhost', '--ca', 'nowhere.pem'], '--ca nowhere.pem cannot be read'],
    [['DUMP', '--into', 'redis://localhost', '--resume', 'nowhere'], 'the state file nowhere cannot be read'],
  ])('%j', async (command, line) => {
    const { stdout, stderr, status } = await running([
      'recover',
      ...command.map((word) => (word === 'DUMP' ? path : word)),
    ]);
    expect(stderr.split('\n')[0]).toContain(line);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
  });
});
