import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { ACCESS_KEY, type S3Fixture, SOURCE_REGION, s3Fixture } from '@redrill/local-aws/testing';
import { read } from '@redrill/rdb/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { hostHeartbeat } from '../../../core/contracts/host-heartbeat.ts';
import { serverSeal } from '../../../core/contracts/server-seal.ts';
import type { ShipConfig } from '../../../core/contracts/ship-config.ts';
import type { Duration } from '../../../core/model/duration.ts';
import { landingKeys } from '../../../core/model/keys.ts';
import { save } from '../../../ship/save.ts';
import { Server } from '../../../ship/server.ts';
import { REDRILL } from '../../unit/cli/run.ts';
import { redrillHere } from '../../unit/cli/run-here.ts';
import { type ListeningServer, listening } from '../recover/running.ts';

const KEYS = 300;
const folder = mkdtempSync(join(tmpdir(), 'redrill-ship-'));
let s3: S3Fixture;
let server: ListeningServer;
let environment: Record<string, string>;

beforeAll(async () => {
  server = await filled();
});
beforeEach(async () => {
  s3 = await s3Fixture();
  environment = {
    AWS_ENDPOINT_URL: s3.url,
    AWS_ACCESS_KEY_ID: ACCESS_KEY,
    AWS_SECRET_ACCESS_KEY: 'not-checked',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
});
afterAll(() => rmSync(folder, { recursive: true }));

async function filled(...options: readonly string[]): Promise<ListeningServer> {
  const started = await listening(...options);
  for (let key = 0; key < KEYS; key++) await started.client.set(`event:${key}`, 'x'.repeat(key));
  return started;
}

const configOf = (more: Partial<ShipConfig> = {}) => ({
  server: 'events',
  host: 'events-1',
  every: '6h',
  redis: server.url,
  landing: { bucket: 'landing', region: SOURCE_REGION },
  ...more,
});

async function ship(config: object | string = configOf(), env: Record<string, string> = {}) {
  const file = join(folder, 'ship.json');
  writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config));
  const words = ['ship', '--once', '--json', '--host-config', file];
  return redrillHere(words, { env: { ...environment, ...env } });
}

async function objects(prefix: string): Promise<readonly string[]> {
  const input = { Bucket: 'landing', Prefix: prefix };
  const { Contents = [] } = await s3.client(SOURCE_REGION).send(new ListObjectsV2Command(input));
  return Contents.map(({ Key = '' }) => Key);
}

async function bytesAt(Key: string): Promise<Uint8Array> {
  const { Body } = await s3.client(SOURCE_REGION).send(new GetObjectCommand({ Bucket: 'landing', Key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

async function heartbeatOf(host: string) {
  const body = await bytesAt(landingKeys.serverHeartbeat('events', { shard: 1, host }));
  return hostHeartbeat.parse(JSON.parse(new TextDecoder().decode(body)));
}

/** Kills a run when it sends such a request, before S3 gets it or when S3 has answered. @returns the signal that ended it */
async function killedAt(path: RegExp, afterwards: boolean, config: object): Promise<NodeJS.Signals | null> {
  const file = join(folder, 'killed.json');
  writeFileSync(file, JSON.stringify(config));
  const between = createServer(async (asked, answer) => {
    const isIt = path.test(asked.url ?? '');
    if (isIt && !afterwards) return void child.kill('SIGKILL');
    const { method, headers } = asked;
    const sent = request(`${s3.url}${asked.url}`, { method, headers }, (reply) => {
      if (isIt) child.kill('SIGKILL');
      answer.writeHead(reply.statusCode ?? 500, reply.headers);
      reply.pipe(answer);
    });
    asked.pipe(sent);
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  const { port } = between.address() as AddressInfo;
  const env = { ...environment, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, PATH: process.env.PATH };
  const child = spawn(process.execPath, [REDRILL, 'ship', '--once', '--host-config', file], { env });
  const [, signal] = await once(child, 'close');
  between.closeAllConnections();
  between.close();
  return signal;
}

/** Whether this user may make a small disk to fill. */
function canMount(): boolean {
  const at = mkdtempSync(join(tmpdir(), 'redrill-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', at], { stdio: 'ignore' });
    execFileSync('umount', [at]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(at, { recursive: true });
  }
}

describe('redrill ship --once', () => {
  test('ships what the server has saved, and seals it', async () => {
    const { stdout, stderr, status } = await ship();
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const { outcome, slot, key, keys } = JSON.parse(stdout);
    expect({ outcome, keys }).toEqual({ outcome: 'sealed', keys: KEYS });
    expect(read(await bytesAt(key)).keys).toBe(KEYS);
    const seal = JSON.parse(
      new TextDecoder().decode(await bytesAt(`servers/events/${slot}/shard-0001.seal.json`)),
    );
    expect(serverSeal.parse(seal)).toMatchObject({
      server: 'events',
      shard: 1,
      host: 'events-1',
      file: { key },
      facts: { role: 'primary', databases: 16, auth: 'none', save: '' },
    });
    expect(await heartbeatOf('events-1')).toMatchObject({
      server: 'events',
      shard: 1,
      every: '6h',
      // A run that ends is followed by one for the next slot.
      nextWithinSeconds: 6 * 3_600,
      shipped: { slot },
    });
  });

  test('is a file of its own for hosts, which does the same', async () => {
    const { stdout: text } = await redrillHere(['ship', '--print', 'program']);
    const [program, config] = [join(folder, 'redrill-ship.mjs'), join(folder, 'alone.json')];
    writeFileSync(program, text);
    writeFileSync(config, JSON.stringify(configOf({ server: 'alone' })));
    const words = [program, '--once', '--json', '--host-config', config];
    const { stdout } = await promisify(execFile)(process.execPath, words, { env: environment });
    expect(JSON.parse(stdout)).toMatchObject({ server: 'alone', outcome: 'sealed', keys: KEYS });
    writeFileSync(config, JSON.stringify(configOf({ redis: 'redis://127.0.0.1:1' })));
    await expect(promisify(execFile)(process.execPath, words, { env: environment })).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('127.0.0.1:1'),
    });
  });

  test('says that the slot was shipped before', async () => {
    await ship();
    const { stdout, status } = await ship(configOf({ host: 'events-2' }));
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'already' });
    expect(status).toBe(0);
  });

  test('needs no more of the server than the user that --print acl makes', async () => {
    const { stdout } = await redrillHere(['ship', '--print', 'acl']);
    const [, ...words] = stdout.trim().replace('PASSWORD', 'secret').split(' ');
    expect(await server.client.call('ACL', ...words)).toBe('OK');
    const password = join(folder, 'password');
    writeFileSync(password, 'secret\n');
    const redis = server.url.replace('//', '//redrill@');
    const { stdout: shipped, stderr } = await ship(
      configOf({ server: 'by-user', redis, passwordFile: password }),
    );
    expect(stderr).toBe('');
    const { slot } = JSON.parse(shipped);
    const seal = new TextDecoder().decode(await bytesAt(`servers/by-user/${slot}/shard-0001.seal.json`));
    expect(JSON.parse(seal).facts.auth).toBe('users');
    expect(seal).not.toContain('secret');
    expect(await server.client.call('ACL', 'DRYRUN', 'redrill', 'GET', 'event:1')).toMatch(/no permissions/);
  });

  test.each([
    ['no JSON', '{', 'is not JSON'],
    ['a key that there is not', { ...{ sever: 1 } }, 'sever'],
    ['a wrong cadence', { every: '6' }, 'every'],
  ])('refuses a file with %s, and says what is wrong', async (_what, wrong, why) => {
    const { stdout, stderr, status } = await ship(
      typeof wrong === 'string' ? wrong : { ...configOf(), ...wrong },
    );
    expect(stderr).toContain(why);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
  });

  test('says who refuses it', async () => {
    const wrong = await ship(configOf({ redis: server.url.replace('//', '//nobody:wrong@') }));
    expect(wrong.stderr).toMatch(/^127\.0\.0\.1:\d+ refuses: WRONGPASS .* \(check user and password\)$/m);
    // For the vault, which tells people.
    expect(await heartbeatOf('events-1')).toMatchObject({
      failing: { code: 'TargetRefused', message: expect.stringContaining('WRONGPASS') },
    });
    expect(wrong.status).toBe(2);
    s3.fabric.denied.add('s3:PutObject');
    const denied = await ship(configOf({ server: 'denied' }));
    s3.fabric.denied.delete('s3:PutObject');
    expect(denied.stderr).toMatch(/AccessDenied/);
    expect({ status: denied.status, objects: await objects('servers/denied/') }).toEqual({
      status: 2,
      objects: [],
    });
  });

  test('of a cluster seals the hash slots of its shard, which a replica has from its primary', async () => {
    const node = await listening('--cluster-enabled', 'yes');
    await node.client.call('CLUSTER', 'ADDSLOTSRANGE', '0', '5460');
    const { stdout, stderr } = await ship(configOf({ server: 'clustered', shard: 2, redis: node.url }));
    expect(stderr).toBe('');
    const { slot } = JSON.parse(stdout);
    const seal = new TextDecoder().decode(await bytesAt(`servers/clustered/${slot}/shard-0002.seal.json`));
    expect(JSON.parse(seal)).toMatchObject({ shard: 2, facts: { slots: '0-5460' } });
  });

  test('without --once ships every slot, and tries again what fails', async () => {
    s3 = await s3Fixture({ startsAt: '2026-11-21T06:04:57.000Z' });
    const file = join(folder, 'forever.json');
    writeFileSync(file, JSON.stringify(configOf({ server: 'forever', every: '5m' as Duration })));
    const env = { ...environment, AWS_ENDPOINT_URL: s3.url, PATH: process.env.PATH };
    const child = spawn(process.execPath, [REDRILL, 'ship', '--json', '--host-config', file], { env });
    const closed = once(child, 'close');
    const lines = createInterface({ input: child.stdout });
    const shipped: string[] = [];
    for await (const line of lines) {
      shipped.push(JSON.parse(line).slot);
      if (shipped.length === 2) child.kill('SIGTERM');
    }
    expect(await closed).toEqual([null, 'SIGTERM']);
    expect(shipped).toEqual(['20261121T060000Z', '20261121T060500Z']);
    // What it has left is no lock for the next one.
    expect((await ship(configOf({ server: 'forever' }))).status).toBe(0);
  });

  test.each([
    ['is damaged', 'REDIS0010\0\u0005key', 1],
    ['is of a version that Redrill cannot read, which says nothing against it', 'REDIS0099', 2],
  ])('does not ship a file that %s', async (_what, content, expected) => {
    const behind = mkdtempSync(join(folder, 'behind-'));
    const replaced = setInterval(() => {
      writeFileSync(join(behind, 'new'), content);
      renameSync(join(behind, 'new'), join(behind, 'dump.rdb'));
    }, 20);
    const { stderr, status } = await ship(configOf({ server: 'unread', folder: behind }));
    clearInterval(replaced);
    expect(stderr).toMatch(/dump\.rdb: byte \d+: /);
    expect({ status, shipped: await objects('servers/unread/2') }).toEqual({ status: expected, shipped: [] });
  });

  test('is refused by a server without CONFIG, in the server’s own words', async () => {
    await server.client.call('ACL', 'SETUSER', 'narrow', 'on', '>secret', '-@all', '+info', '+bgsave');
    const redis = server.url.replace('//', '//narrow:secret@');
    const { stderr, status } = await ship(configOf({ server: 'narrow', redis }));
    expect(stderr).toMatch(/refuses: NOPERM .*config\|get/);
    expect(status).toBe(2);
  });

  test('waits for no other run of the host, and takes over the lock of one that has died', async () => {
    const lock = join(tmpdir(), 'redrill-ship-locked-1.lock');
    try {
      writeFileSync(lock, String(process.ppid));
      const { stderr, status } = await ship(configOf({ server: 'locked' }));
      expect(stderr).toContain('another redrill ship is under way');
      expect(status).toBe(2);
      // As a run leaves it that died before it wrote its number.
      writeFileSync(lock, '');
      expect((await ship(configOf({ server: 'locked' }))).status).toBe(0);
      writeFileSync(lock, '4194304');
      expect((await ship(configOf({ server: 'locked' }))).status).toBe(0);
      expect(existsSync(lock)).toBe(false);
    } finally {
      rmSync(lock, { force: true });
    }
  });

  test('keeps dated copies on the host, and removes older ones when a newer one is sealed', async () => {
    s3 = await s3Fixture({ startsAt: '2026-11-21T06:01:00.000Z' });
    environment.AWS_ENDPOINT_URL = s3.url;
    const copies = mkdtempSync(join(folder, 'copies-'));
    const own = (slot: string) => `kept-shard-1-${slot}.rdb`;
    const [old, young] = [own('20261120T000000Z'), own('20261120T120000Z')];
    for (const name of [old, young, 'other-shard-1-20261101T000000Z.rdb', own('notes')])
      writeFileSync(join(copies, name), '');
    const config = configOf({ server: 'kept', keepLocal: { folder: copies, for: '1d' as Duration } });
    // While S3 cannot be reached, none is removed.
    environment.AWS_ENDPOINT_URL = 'http://127.0.0.1:1';
    expect((await ship(config)).status).toBe(2);
    environment.AWS_ENDPOINT_URL = s3.url;
    expect(readdirSync(copies)).toContain(old);
    expect(await ship(config)).toMatchObject({ stderr: '', status: 0 });
    const kept = own('20261121T060000Z');
    expect(readdirSync(copies).sort()).toEqual(
      [kept, young, own('notes'), 'other-shard-1-20261101T000000Z.rdb'].sort(),
    );
    expect(read(readFileSync(join(copies, kept))).keys).toBe(KEYS);
    // Where none can be kept, the slot is shipped all the same.
    const nowhere = { folder: join(copies, 'nowhere'), for: '1d' as Duration };
    const { stdout, stderr, status } = await ship(configOf({ server: 'unkept', keepLocal: nowhere }));
    expect(stderr).toMatch(/^no local copy is kept: .*: there is no such directory$/m);
    expect({ outcome: JSON.parse(stdout).outcome, status }).toEqual({ outcome: 'sealed', status: 0 });
  });

  test('takes the password from its file at each attempt, so that it can be rotated', async () => {
    const password = join(folder, 'rotated');
    const redis = server.url.replace('//', '//rotated@');
    const shipped = async () => ship(configOf({ server: 'rotated', redis, passwordFile: password }));
    for (const secret of ['first', 'second']) {
      await server.client.call('ACL', 'SETUSER', 'rotated', 'on', 'resetpass', `>${secret}`, '+@all', '~*');
      if (secret === 'second') expect((await shipped()).stderr).toContain('refuses: WRONGPASS');
      writeFileSync(password, `${secret}\n`);
      expect(await shipped()).toMatchObject({ stderr: '', status: 0 });
    }
  });

  test.each([
    ['before its first heartbeat', /heartbeat/, false, 'sealed'],
    ['before it uploads', /\.rdb/, false, 'sealed'],
    ['when it has uploaded', /\.rdb/, true, 'sealed'],
    ['before it seals', /seal\.json/, false, 'sealed'],
    ['when it has sealed', /seal\.json/, true, 'already'],
  ] as const)('killed %s leaves what the next run goes on from', async (_when, path, afterwards, outcome) => {
    const config = configOf({ server: 'killed', every: '24h' as Duration });
    expect(await killedAt(path, afterwards, config)).toBe('SIGKILL');
    const sealed = (await objects('servers/killed/2')).filter((key) => key.endsWith('.seal.json'));
    expect(sealed).toHaveLength(outcome === 'already' ? 1 : 0);
    const { stdout, status } = await ship(config);
    expect({ outcome: JSON.parse(stdout).outcome, status }).toEqual({ outcome, status: 0 });
  });

  test('does not ship a folder that is not the server’s', async () => {
    const elsewhere = mkdtempSync(join(folder, 'elsewhere-'));
    const { stderr, status } = await ship(configOf({ server: 'elsewhere', folder: elsewhere }));
    expect(stderr).toContain('there is no file where the server says that it saves to');
    expect({ status, sealed: await objects('servers/elsewhere/2') }).toEqual({ status: 2, sealed: [] });
    const missing = await ship(configOf({ server: 'elsewhere', folder: join(folder, 'nowhere') }));
    expect(missing.stderr).toMatch(/nowhere cannot be read: ENOENT/);
    expect(missing.status).toBe(2);
  });
});

describe('a save', () => {
  const open = (of: ListeningServer) => Server.open({ host: '127.0.0.1', port: of.port, tls: false });
  const now = () => new Date();
  const order = { folder: undefined, patienceMs: 5_000, now, sleep };

  test('follows the name of the file that the server has at the moment', async () => {
    const renamed = await filled('--enable-protected-configs', 'yes');
    const source = await open(renamed);
    await renamed.client.config('SET', 'dbfilename', 'other.rdb');
    const { file, path } = await save({ server: source, ...order });
    await file.close();
    source.close();
    expect(path).toMatch(/other\.rdb$/);
  });

  test('fails if the folder was deleted', async () => {
    const failing = await filled();
    const source = await open(failing);
    const [, dir] = (await failing.client.config('GET', 'dir')) as string[];
    await rm(dir ?? '', { recursive: true });
    await expect(save({ server: source, ...order })).rejects.toMatchObject({
      code: 'SaveFailed',
      message: expect.stringContaining('its folder was deleted'),
    });
    await expect(save({ server: source, ...order, folder })).rejects.toMatchObject({
      code: 'SaveFailed',
      message: expect.stringContaining("the server says that its last save was 'err'"),
    });
    source.close();
  });

  test('waits for another one, and gives up when its time is over', async () => {
    const slow = await filled('--rdb-key-save-delay', '20000');
    const source = await open(slow);
    await slow.client.bgsave();
    await expect(save({ server: source, ...order, patienceMs: 300 })).rejects.toMatchObject({
      code: 'ServerBusy',
      message: 'the server cannot save: another save is under way',
    });
    source.close();
  });

  test('waits for a rewrite of the append-only file, and gives up when its time is over', async () => {
    const rewriting = await filled('--appendonly', 'yes', '--rdb-key-save-delay', '20000');
    const source = await open(rewriting);
    await rewriting.client.bgrewriteaof();
    await expect(save({ server: source, ...order, patienceMs: 300 })).rejects.toMatchObject({
      code: 'ServerBusy',
      message: 'the server cannot save: its append-only file is being rewritten',
    });
    source.close();
  });

  test.skipIf(!canMount())('is not asked for on a full disk, and fails on one that it fills', async () => {
    const disk = mkdtempSync(join(folder, 'disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
    onTestFinished(() => void execFileSync('umount', ['--lazy', disk]));
    const full = await filled('--dir', disk, '--rdbcompression', 'no');
    const source = await open(full);
    const { file } = await save({ server: source, ...order });
    await file.close();
    // The next file is larger than the last one, by which the room was judged.
    await full.client.set('large', 'x'.repeat(5 * 1024 ** 2));
    await expect(save({ server: source, ...order })).rejects.toMatchObject({
      code: 'SaveFailed',
      message: expect.stringContaining("the server says that its last save was 'err'"),
    });
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(join(disk, 'others'), Buffer.alloc(bavail * bsize));
    await expect(save({ server: source, ...order })).rejects.toMatchObject({
      code: 'SaveFailed',
      message: expect.stringMatching(
        /: 0 MiB are free on the disk, and the save needs about .* BGSAVE was not sent$/,
      ),
    });
    source.close();
  });

  test('of a replica without its primary is refused', async () => {
    const replica = await filled();
    await replica.client.call('REPLICAOF', '127.0.0.1', '1');
    const source = await open(replica);
    await expect(save({ server: source, ...order, patienceMs: 300 })).rejects.toMatchObject({
      message: expect.stringContaining('its link to the primary is down'),
    });
    source.close();
  });

  test('ends if the server dies meanwhile', async () => {
    const dying = await filled('--rdb-key-save-delay', '20000');
    const source = await open(dying);
    const saving = save({ server: source, ...order });
    saving.catch(() => undefined);
    await sleep(300);
    await dying.stop();
    await expect(saving).rejects.toMatchObject({ code: 'RestoreUnreachable' });
  });
});
