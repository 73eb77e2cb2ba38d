import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { KEY_TYPES } from '@redrill/rdb';
import {
  bytes,
  commandsOf,
  double,
  file,
  key,
  len,
  type RealServer,
  run,
  startServer,
  str,
} from '@redrill/rdb/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProgressBar } from '../../../cli/terminal/progress.ts';
import { outputOf, SoundOutput, VerifyOutput } from '../../../cli/verify/contract.ts';
import { type ReadOptions, read } from '../../../cli/verify/read.ts';
import { HEADER, placeOf, SOUND, WITHOUT_CHECKSUM, withContent, withFlippedBit } from './files.ts';
import { folderWith, redrill } from './run.ts';
import { redrillHere } from './run-here.ts';

const silent = () => new ProgressBar({ write: () => undefined });

/** As `--json` prints it, without a process of its own. */
async function outputFor(files: Readonly<Record<string, Uint8Array>>, options: ReadOptions = {}) {
  const path = join(folderWith(files), Object.keys(files)[0] ?? '');
  const output = outputOf(await read(path, options, silent()), new Date());
  return VerifyOutput.parse(JSON.parse(JSON.stringify(output)));
}

const golden = (name: string) => join(import.meta.dirname, 'golden', name);

/** What differs from run to run. */
const settled = (text: string) =>
  text.replace(/, \d[\d,]* \w+ ago/, ', … ago').replace(/Read deep in .*/, 'Read deep in ….');

const FLIPPED = withFlippedBit(SOUND, placeOf(SOUND, 'Ada'));
const moduleValue = bytes(len(0x1234_5678_9abc_def0n), len(4), double(2.5), len(0));

/** By the name of its golden file: the file and the exit status. */
const FILES: Readonly<Record<string, readonly [Uint8Array, number]>> = {
  sound: [SOUND, 0],
  'no-checksum': [WITHOUT_CHECKSUM, 0],
  'old-without-checksum': [file('REDIS0003', key(0, 'a', str('b'))), 0],
  'no-keys': [file('REDIS0011', HEADER), 0],
  'module-values': [withContent(key(7, 'graph', moduleValue)), 0],
  'flipped-bit': [FLIPPED, 1],
  'cut-off': [SOUND.subarray(0, placeOf(SOUND, 'session') + 3), 1],
  'cut-off-in-a-string': [SOUND.subarray(0, placeOf(SOUND, 'xxx') + 100), 1],
  'joined-with-another': [bytes(SOUND, SOUND), 1],
  'damaged-listpack': [withContent(key(0, 'fine', str('v')), key(16, 'user:1', str('not a listpack'))), 1],
  'damaged-beginning': [withFlippedBit(SOUND, 0), 1],
  empty: [new Uint8Array(), 1],
  'unknown-version': [file('REDIS0099', HEADER), 2],
  'unknown-type': [withContent(key(0, 'fine', str('v')), key(6, 'module of 3.9', str('?'))), 2],
};

describe('redrill verify, for people', () => {
  it.each(Object.entries(FILES))('%s', async (name, [content, status]) => {
    const ran = await redrillHere(['verify', 'dump.rdb'], { cwd: folderWith({ 'dump.rdb': content }) });
    expect(ran.stderr).toBe('');
    expect(ran.status).toBe(status);
    await expect(settled(ran.stdout)).toMatchFileSnapshot(golden(`${name}.txt`));
  });

  it('shows names if asked to, and lets none of them steer the terminal', async () => {
    const dump = withContent(key(0, '\u001b[31mred\u0007', str('v')), key(0, 'plain', str('x'.repeat(50))));
    const ran = await redrillHere(['verify', '--names', 'dump.rdb'], {
      cwd: folderWith({ 'dump.rdb': dump }),
    });
    expect(ran.stdout).toContain('"plain"');
    expect(ran.stdout).toContain('\\\\u{1b}[31mred\\\\u{7}');
    expect(ran.stdout).not.toContain('\u001b');
  });

  it('says that a structural reading decodes nothing', async () => {
    const ran = await redrillHere(['verify', '--structural', 'dump.rdb'], {
      cwd: folderWith({ 'dump.rdb': SOUND }),
    });
    expect(ran.status).toBe(0);
    expect(ran.stdout).toMatch(/values +not decoded/);
    expect(ran.stdout).not.toMatch(/^ +(?:digest|biggest)/m);
  });
});

describe('redrill verify --json', () => {
  it.each(Object.entries(FILES))('%s keeps the contract', async (_, [content, status]) => {
    const output = await outputFor({ 'dump.rdb': content });
    expect(output.verdict).toBe((['sound', 'not-sound', 'unsupported'] as const)[status]);
    expect(output.keys).toBe(Object.values(output.byType).reduce((sum, keys) => sum + keys, 0));
    expect(output.keys).toBe(Object.values(output.byEncoding).reduce((sum, keys) => sum + keys, 0));
    expect(output.keys).toBe(Object.values(output.byDatabase).reduce((sum, keys) => sum + keys, 0));
  });

  it('gives the offset and the code of what is wrong, and counts what was read before', async () => {
    const output = await outputFor({ 'dump.rdb': SOUND.subarray(0, placeOf(SOUND, 'session')) });
    expect(output).toMatchObject({
      verdict: 'not-sound',
      keys: 5,
      byDatabase: { 0: 5 },
      error: { code: 'BadLength', message: expect.stringContaining('bytes are left') },
    });
  });
});

describe('redrill verify, a file of a real server', () => {
  let server: RealServer;
  let dump: Uint8Array;

  beforeAll(async () => {
    server = await startServer();
    await run(server.client, commandsOf(Date.now() + 7_200_000));
    dump = await server.save();
  });
  afterAll(() => server.stop());

  const verified = async (args: readonly string[], stdin?: Uint8Array) => {
    const cwd = folderWith({ 'dump.rdb': dump });
    const ran = await redrill(['verify', '--json', ...args], { cwd, ...(stdin ? { stdin } : {}) });
    const output = VerifyOutput.parse(JSON.parse(ran.stdout));
    if (output.verdict !== 'sound') throw new Error(ran.stdout);
    return output;
  };

  it('counts what the server counts', async () => {
    const output = await verified(['dump.rdb']);
    const keyspace = await server.client.info('keyspace');
    const databases = [...keyspace.matchAll(/db(\d+):keys=(\d+),expires=(\d+)/g)];
    expect(output.byDatabase).toEqual(
      Object.fromEntries(databases.map(([, db, keys]) => [db, Number(keys)])),
    );
    expect(output.withExpiry).toBe(databases.reduce((sum, [, , , expires]) => sum + Number(expires), 0));
    const { withinHour, withinDay, withinMonth, later, expired } = output.expiry ?? {};
    expect({ expired, withinHour, later }).toEqual({ expired: 0, withinHour: 0, later: 2 });
    expect((withinDay ?? 0) + (withinMonth ?? 0) + 2).toBe(output.withExpiry);
    for (const type of KEY_TYPES.filter((each) => each !== 'module')) {
      const here = (await server.client.call('SCAN', '0', 'COUNT', '100000', 'TYPE', type)) as [
        string,
        string[],
      ];
      const elsewhere = type === 'string' || type === 'hash' ? 1 : 0;
      expect([type, output.byType[type]]).toEqual([type, here[1].length + elsewhere]);
    }
    expect(output).toMatchObject({ engine: 'redis', bytes: dump.length, crc64: 'ok', functions: 1 });
  });

  it('is reported with all fields of the contract but what only --load adds', async () => {
    const output = await verified(['dump.rdb']);
    expect([...Object.keys(output), 'load'].sort()).toEqual(Object.keys(SoundOutput.shape).sort());
  });

  it('says the same of a file, of standard input, and of a pipe that is named', async () => {
    const { seconds: _, file: __, ...fromFile } = await verified(['dump.rdb']);
    const { seconds: ___, ...fromInput } = await verified(['-'], dump);
    expect(fromInput).toEqual({ ...fromFile, file: '-' });
    const fifo = join(folderWith({}), 'fifo');
    execFileSync('mkfifo', [fifo]);
    const [fromFifo] = await Promise.all([verified([fifo]), writeFile(fifo, dump)]);
    expect(fromFifo.digest).toBe(fromFile.digest);
  });

  it('names the biggest keys', async () => {
    const output = await verified(['--names', 'dump.rdb']);
    const names = output.biggestKeys?.map(({ name }) => name);
    expect(names).toHaveLength(10);
    expect(names?.slice(0, 2)).toEqual(['hash:large', 'str:plain-large']);
    expect(output.biggestKeys?.every(({ bytes: size }) => size > 1000)).toBe(true);
  });

  it('reports the beginning of an append-only file, and what to do with one', async () => {
    await server.client.config('SET', 'aof-use-rdb-preamble', 'yes');
    const preamble = bytes(dump, '*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n');
    const marked = Buffer.from(preamble);
    // Only a rewrite sets the field, whose checksum is then another; an absent one is as good here.
    marked[marked.indexOf('aof-base') + 'aof-base'.length + 1] = 1;
    marked.fill(0, dump.length - 8, dump.length);
    const ran = await redrillHere(['verify', 'appendonly.aof'], {
      cwd: folderWith({ 'appendonly.aof': marked }),
    });
    expect(ran).toMatchObject({ status: 2, stdout: '' });
    expect(ran.stderr).toContain(
      `appendonly.aof is an append-only file (AOF) that begins with an RDB file of ${dump.length.toLocaleString('en')} bytes`,
    );
    const command = `head -c ${dump.length} appendonly.aof | npx redrill verify -`;
    expect(ran.stderr).toContain(command);
    expect((await redrill(['verify', '-'], { stdin: marked.subarray(0, dump.length) })).status).toBe(0);
  });
});

describe('redrill verify of what is no RDB file', () => {
  const OTHERS: Readonly<Record<string, readonly [Uint8Array | string, string]>> = {
    'a gzip file': [
      gzipSync(SOUND),
      'it looks like gzip data; unpack it on the way: gunzip -c dump.rdb | npx redrill verify -',
    ],
    'a zip archive': ['PK\u0003\u0004 and more', 'a zip archive; unpack it on the way: unzip -p dump.rdb'],
    'an append-only file': [
      '*2\r\n$6\r\nSELECT\r\n',
      'an append-only file (AOF); check it with: redis-check-aof dump.rdb',
    ],
    'the manifest of one': [
      'file appendonly.aof.1.base.rdb seq 1 type b\n',
      'the manifest of an append-only file',
    ],
    JSON: ['{"keys": []}', 'JSON; take an RDB file'],
    XML: ['<?xml version="1.0"?><Error/>', 'the error message of a failed download'],
    'a tar archive': [`${'x'.repeat(257)}ustar`, 'a tar archive; unpack it on the way: tar -xOf dump.rdb'],
  };

  it.each(Object.entries(OTHERS))('%s', async (_, [content, said]) => {
    const path = join(folderWith({ 'dump.rdb': content }), 'dump.rdb');
    const refused = await read(path, {}, silent()).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'NotRdb', kind: 'user' });
    expect(String(refused).replaceAll(path, 'dump.rdb')).toContain(said);
  });

  it('one of them, in a process of its own', async () => {
    const ran = await redrillHere(['verify', 'dump.rdb'], {
      cwd: folderWith({ 'dump.rdb': gzipSync(SOUND) }),
    });
    expect(ran).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('gunzip -c dump.rdb'),
    });
  });

  it('a directory', async () => {
    const folder = folderWith({});
    mkdirSync(join(folder, 'dumps'));
    expect(await redrillHere(['verify', 'dumps'], { cwd: folder })).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('dumps is a directory\n'),
    });
  });

  it('a missing file', async () => {
    const ran = await redrillHere(['verify', 'nope.rdb']);
    expect(ran).toMatchObject({ status: 2, stdout: '' });
    expect(ran.stderr).toContain('nope.rdb cannot be read: there is no such file\n');
    expect(ran.stderr).not.toMatch(/^\s+at /m);
  });

  it('a missing file, with --debug: where it was noticed', async () => {
    expect((await redrillHere(['verify', 'nope.rdb', '--debug'])).stderr).toMatch(/\n\s+at /);
  });

  it.each([
    [[], 'the argument <file|point> is missing\n'],
    [['a', '--nope'], "unknown option '--nope'\n"],
    [['a', 'b'], "expected <file|point>, found 'a' 'b'"],
  ])('called wrongly: %j', async (args, line) => {
    const ran = await redrillHere(['verify', ...args]);
    expect(ran).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(line) });
  });
});
