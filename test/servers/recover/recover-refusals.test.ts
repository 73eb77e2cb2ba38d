import { join } from 'node:path';
import { freePort } from '@redrill/local-aws/redis';
import { be, bytes, EMPTY_KEYS, file, key, len, listpack, str, ziplist } from '@redrill/rdb/testing';
import { describe, expect, it } from 'vitest';
import { fileOf, folder, type ListeningServer, listening, running, runningHere } from './running.ts';
import { recovered, sample } from './sample.ts';

const given = sample();

/** A stream of two entries that records three, as betas of Redis 5.0 wrote them. */
const STREAM_OF_WRONG_LENGTH = file(
  'REDIS0009',
  key(
    15,
    's',
    ...[len(1), str(bytes(be(5, 8), be(1, 8)))],
    str(listpack(2, 0, 1, 'a', 0, 2, 0, 0, 1, 4, 2, 2, -1, 2, 4)),
    ...[len(3), len(7), len(0), len(0)],
  ),
);

describe('what the cache does not take', () => {
  it('single values are named and counted, the rest is written, and the status is 1', async () => {
    const target = await listening();
    const odd = await fileOf(
      file(
        'REDIS0010',
        key(20, 'set of a newer server', str(listpack('of a newer server'))),
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
    const shown = await runningHere(['recover', odd, '--into', target.url, '--apply', '--mode', 'overwrite']);
    expect(shown.stdout).toContain('"set of a newer server": ERR Bad data format');
  });

  it('a newer format is refused as a whole, before anything is written', async () => {
    const target = await listening();
    const newer = await fileOf(file('REDIS0012', key(0, 'k', str('v'))));
    const { status, stderr } = await runningHere(['recover', newer, '--into', target.url, '--apply']);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /cannot take this: Redis 7\.0\.\d+ takes RDB 10 and older; .* Write into Redis 7\.4 or newer/,
    );
  });

  it('a member that comes twice among more than one reading compares is refused before anything is written', async () => {
    const target = await listening();
    const count = 900_000;
    const members = Buffer.concat(Array.from({ length: count }, (_, index) => str(index.toString(36))));
    // The file is read twice, and chance says in which reading each of these would be found.
    for (const twice of ['0', '1', '2']) {
      const path = await fileOf(file('REDIS0010', [2], str('s'), len(count + 1), members, str(twice)));
      const { status, stderr } = await runningHere(['recover', path, '--into', target.url, '--apply']);
      expect(stderr).toMatch(/cannot be recovered from: DuplicateMember/);
      expect(status).toBe(1);
    }
    expect(await target.client.dbsize()).toBe(0);
  });

  it('what verify warns of in a file, recover shows before it writes', async () => {
    const target = await listening();
    const { output } = await recovered(await fileOf(STREAM_OF_WRONG_LENGTH), '--into', target.url);
    expect(output.warnings).toEqual([expect.stringContaining('Valkey 9.1 refuses it')]);
  });

  it('a damaged file is refused before anything is written', async () => {
    const { dump } = given();
    const target = await listening();
    const damaged = Uint8Array.from(dump);
    damaged[damaged.length - 3] = (damaged.at(-3) ?? 0) ^ 1;
    const { status, stderr } = await runningHere([
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

describe('a file that `verify` calls not sound though its structure and checksum are right', () => {
  const damaged: Readonly<Record<string, Uint8Array>> = {
    // Aborts Redis 7.0 to 8.0 and Valkey 8 at the first HGETALL.
    'a ziplist in place of a listpack': key(16, 'h', str(ziplist('field1', 'value1', 'field2', 'value2'))),
    'a listpack with one entry too few': key(16, 'h', str(listpack('field'))),
    'a string that does not decompress': key(0, 's', [0xc3, 3, 9, 0x20, 0xff, 0xff]),
    'a stream whose node ends early': key(15, 'x', len(1), str(new Uint8Array(16)), str(listpack(1)), len(0)),
  };

  it.each(Object.entries(damaged))('%s: nothing is written', async (_, value) => {
    const target = await listening();
    const path = await fileOf(file('REDIS0010', key(0, 'before', str('v')), value));
    expect((await runningHere(['verify', path])).status).toBe(1);
    for (const how of [['--apply'], ['--mode', 'report'], []]) {
      const { status, stdout, stderr } = await runningHere(['recover', path, '--into', target.url, ...how]);
      expect(stderr).toMatch(/cannot be recovered from: Bad/);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    }
    expect(await target.client.dbsize()).toBe(0);
  });
});

it('keys without elements, which a server drops, are counted and not sent: the status is 0', async () => {
  const target = await listening();
  const path = await fileOf(file('REDIS0010', ...EMPTY_KEYS, key(0, 'k', str('v'))));
  const { output, status } = await recovered(path, '--into', target.url, '--apply');
  expect(output).toMatchObject({ written: 1, empty: EMPTY_KEYS.length, refused: 0 });
  expect(status).toBe(0);
});

describe('a cache that refuses', () => {
  const words = (target: ListeningServer) => ['recover', given().path, '--into', target.url, '--apply'];

  it('because its memory is full (OOM): it stops, and goes on when there is room', async () => {
    const target = await listening('--maxmemory', '5mb', '--maxmemory-policy', 'noeviction');
    const large = Array.from({ length: 400 }, (_, at) => key(0, `k${at}`, str('v'.repeat(20_000))));
    const big = await fileOf(file('REDIS0010', ...large));
    const state = join(await folder(), 'state.json');
    const command = ['recover', big, '--into', target.url, '--apply'];
    // In a process of its own, as what it says to type is what was typed.
    const stopped = await running([...command, '--state', state]);
    expect(stopped.status).toBe(2);
    expect(stopped.stderr).toMatch(/Warning: the cache has .* left/);
    expect(stopped.stderr).toMatch(/refuses: OOM .*make room/);
    const command2 = /To resume:\n {2}npx redrill (.*)/.exec(stopped.stderr)?.[1] ?? '';
    expect(command2).toBe(`${command.join(' ')} --resume ${state}`);
    await target.client.config('SET', 'maxmemory', '100mb');
    const { output } = await recovered(big, ...command2.split(' ').slice(2));
    expect(output).toMatchObject({ read: 400, written: 400, skipped: 0, refused: 0 });
  });

  it('because it is a replica (READONLY): its primary is named', async () => {
    const { source } = given();
    const target = await listening();
    await target.client.replicaof('127.0.0.1', source.port);
    const { stderr, status } = await runningHere(words(target));
    expect(stderr).toContain(`is a replica, which takes no writes; its primary is 127.0.0.1:${source.port}`);
    expect(status).toBe(2);
  });

  it('for want of a password (NOAUTH)', async () => {
    const target = await listening();
    await target.client.config('SET', 'requirepass', 'right');
    const { stderr, status } = await runningHere(words(target));
    expect(stderr).toMatch(/refuses: NOAUTH .*REDRILL_REDIS_PASSWORD/);
    expect(status).toBe(2);
  });

  it('what the user may not do (NOPERM)', async () => {
    const { path } = given();
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
    const { path } = given();
    const port = await freePort();
    const { stderr, status } = await runningHere(['recover', path, '--into', `redis://127.0.0.1:${port}`]);
    expect(stderr).toContain(`127.0.0.1:${port} cannot be reached`);
    expect(status).toBe(2);
  });

  it('one that evicts is warned of, once: in the report, or with --json before it', async () => {
    const { path } = given();
    const target = await listening('--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru');
    const { output } = await recovered(path, '--into', target.url);
    expect(output.warnings).toEqual([expect.stringContaining('allkeys-lru')]);
    const words = ['recover', path, '--into', target.url, '--apply'];
    const told = /evicts keys when its memory is full/;
    const shown = await runningHere(words);
    expect(shown.stdout).toMatch(told);
    expect(shown.stderr).toBe('');
    expect((await runningHere([...words, '--json'])).stderr).toMatch(told);
  });
});

describe('typing mistakes get one line', () => {
  it.each([
    [
      ['nowhere.rdb', '--into', 'redis://localhost'],
      'nowhere.rdb cannot be read: there is no such file; a recovery point is written',
    ],
    [['DUMP', '--into', 'http://localhost'], "'http://localhost' is not a cache; write redis://host:6379"],
    [['DUMP', '--into', 'redis://localhost/first'], "'first' is not a database number; give 0 to 15"],
    [
      ['DUMP', '--into', 'redis://localhost', '--type', 'hsah'],
      "--type 'hsah' is not a key type; did you mean 'hash'?",
    ],
    [['DUMP', '--into', 'redis://localhost', '--db', 'one'], "--db 'one' is not a database number"],
    [
      ['orders', 'latest', '--into', 'redis://localhost'],
      "expected <point|file>, found 'orders' 'latest'; a recovery point is one word here: orders/latest",
    ],
    [['DUMP', '--into', 'rediss://localhost', '--ca', 'nowhere.pem'], '--ca nowhere.pem cannot be read'],
    [['DUMP', '--into', 'redis://localhost', '--resume', 'nowhere'], 'the state file nowhere cannot be read'],
  ])('%j', async (command, line) => {
    const { path } = given();
    const { stdout, stderr, status } = await runningHere([
      'recover',
      ...command.map((word) => (word === 'DUMP' ? path : word)),
    ]);
    expect(stderr.split('\n')[0]).toContain(line);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
  });
});
