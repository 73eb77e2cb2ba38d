import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { slotOf } from '@redrill/rdb';
import { bytes, file, key, run, str } from '@redrill/rdb/testing';
import { beforeAll, describe, expect, it } from 'vitest';
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

const KEYS = 12_000;
/** So few that they are soon moved. */
const SLOTS_OF_ONE = 256;
const SLOTS = 16_384;
const RATE = ['--rate', '3000'];

interface Node extends ListeningServer {
  readonly busPort: number;
  readonly id: string;
}

interface Cluster {
  /** Has few slots, and a replica. */
  readonly one: Node;
  readonly replica: Node;
  readonly two: Node;
  /** A primary without slots. */
  readonly empty: Node;
}

let path: string;

beforeAll(async () => {
  path = await fileOf(file('REDIS0010', ...keysFor(() => true)));
});

/** The keys of all slots that are required. */
function keysFor(accepts: (slot: number) => boolean) {
  const names = Array.from({ length: KEYS }, (_, at) => `k${at}`);
  return names.filter((name) => accepts(slotOf(Buffer.from(name)))).map((name) => key(0, name, str('v')));
}

async function node(): Promise<Node> {
  const server = await listening('--cluster-enabled', 'yes', '--cluster-allow-replica-migration', 'no');
  return { ...server, id: String(await server.client.call('CLUSTER', 'MYID')) };
}

const saying = (question: () => Promise<unknown>, text: string) =>
  eventually(async () => String(await question()).includes(text), text);

async function cluster(): Promise<Cluster> {
  const [one, two, replica, empty] = [await node(), await node(), await node(), await node()];
  await one.client.call('CLUSTER', 'ADDSLOTSRANGE', 0, SLOTS_OF_ONE - 1);
  await two.client.call('CLUSTER', 'ADDSLOTSRANGE', SLOTS_OF_ONE, SLOTS - 1);
  for (const { port, busPort } of [two, replica, empty])
    await one.client.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
  for (const { client } of [one, two, replica, empty]) {
    await saying(() => client.call('CLUSTER', 'INFO'), 'cluster_state:ok');
    await saying(() => client.call('CLUSTER', 'INFO'), 'cluster_known_nodes:4');
  }
  await replica.client.call('CLUSTER', 'REPLICATE', one.id);
  await saying(() => replica.client.info('replication'), 'master_link_status:up');
  return { one, two, replica, empty };
}

const takeOver = ({ replica }: Cluster) => replica.client.call('CLUSTER', 'FAILOVER', 'TAKEOVER');

/** A recovery that is under way: the first node has some keys. */
async function underWay(from: string, into: Node, { one }: Cluster, ...more: readonly string[]) {
  const state = join(await folder(), 'state.json');
  const words = ['recover', from, '--into', into.url, '--apply', '--json'];
  const { child, ended } = starting([...words, '--state', state, ...more]);
  await eventually(async () => (await one.client.dbsize()) > 0, 'a key is written');
  return { words, state, child, ended, resume: () => running([...words, '--resume', state]) };
}

const outputOf = ({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }) => {
  if (stdout === '') throw new Error(stderr);
  return RecoverOutput.parse(JSON.parse(stdout));
};

describe.concurrent('a primary that fails over', () => {
  it('while it is written into stops the work; beginning again writes what may be lost', async () => {
    const all = await cluster();
    const { words, state, ended, resume } = await underWay(path, all.two, all, ...RATE);
    await takeOver(all);
    const { status, stderr } = await ended;
    expect(stderr).toMatch(/that was written into is not a primary .*has failed over/);
    expect(stderr).toContain('start again without --resume');
    expect(stderr).not.toContain('To resume');
    expect(status).toBe(2);
    expect((await resume()).stderr).toMatch(/is not a primary .*has failed over/);
    await rm(state);
    expect(outputOf(await running(words))).toMatchObject({ read: KEYS, refused: 0 });
    expect((await all.two.client.dbsize()) + (await all.replica.client.dbsize())).toBe(KEYS);
  });

  it('after its last key was written is noticed before the work counts as done', async () => {
    const all = await cluster();
    const [first = bytes()] = keysFor((slot) => slot < SLOTS_OF_ONE);
    const others = keysFor((slot) => slot >= SLOTS_OF_ONE);
    const sorted = await fileOf(file('REDIS0010', first, ...others));
    const { state, ended } = await underWay(sorted, all.two, all, ...RATE);
    await takeOver(all);
    const { status, stderr } = await ended;
    expect(stderr).toMatch(/that was written into is not a primary .*has failed over/);
    expect(status).toBe(2);
    expect(await all.two.client.dbsize()).toBe(others.length);
    expect(existsSync(state)).toBe(true);
  });

  it('after a run was killed prevents resuming it', async () => {
    const all = await cluster();
    const { state, child, ended, resume } = await underWay(path, all.two, all, ...RATE);
    await expect
      .poll(async () => JSON.parse(await readFile(state, 'utf8')).shards[0].mark?.position, {
        timeout: 120_000,
      })
      .toBeGreaterThan(0);
    child.kill('SIGKILL');
    await ended;
    await takeOver(all);
    await saying(() => all.one.client.info('replication'), 'role:slave');
    const { status, stderr } = await resume();
    expect(stderr).toMatch(/is not a primary .*has failed over/);
    expect(status).toBe(2);
  });
});

describe.concurrent('a primary without slots', () => {
  it('that was never written to, though the URL names it, does not prevent resuming', async () => {
    const all = await cluster();
    const { state, child, ended, resume } = await underWay(path, all.empty, all, ...RATE);
    child.kill('SIGINT');
    expect((await ended).signal).toBe('SIGINT');
    const { servers } = JSON.parse(await readFile(state, 'utf8'));
    expect(Object.values(servers).sort()).toEqual(
      [all.one, all.two].map(({ port }) => `127.0.0.1:${port}`).sort(),
    );
    expect(outputOf(await resume())).toMatchObject({ read: KEYS, written: KEYS, skipped: 0 });
  });

  it('that was written to, and whose hash slots were moved since, does not prevent resuming', async () => {
    const all = await cluster();
    const { child, ended, resume } = await underWay(path, all.two, all, ...RATE);
    child.kill('SIGINT');
    await ended;
    await moveAll(all);
    expect(outputOf(await resume())).toMatchObject({ read: KEYS, written: KEYS, skipped: 0 });
    expect(await all.one.client.dbsize()).toBe(0);
    expect((await all.two.client.dbsize()) + (await all.empty.client.dbsize())).toBe(KEYS);
  });

  it('that was written into, and is gone since, does', async () => {
    const all = await cluster();
    const { child, ended, resume } = await underWay(path, all.two, all, ...RATE);
    child.kill('SIGINT');
    await ended;
    await moveAll(all);
    await all.one.client.shutdown('NOSAVE').catch(() => undefined);
    const { status, stderr } = await resume();
    expect(stderr).toMatch(/is not a primary .*cannot be reached/);
    expect(status).toBe(2);
  });
});

/** All slots of the first node to the one that has none. */
async function moveAll({ one, two, empty }: Cluster): Promise<void> {
  for (let slot = 0; slot < SLOTS_OF_ONE; slot++) {
    await empty.client.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', one.id);
    await one.client.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', empty.id);
    const keys = (await one.client.call('CLUSTER', 'GETKEYSINSLOT', slot, KEYS)) as string[];
    if (keys.length > 0)
      await one.client.call('MIGRATE', '127.0.0.1', empty.port, '', 0, 5000, 'KEYS', ...keys);
    for (const { client } of [empty, one, two])
      await run(client, [['CLUSTER', 'SETSLOT', String(slot), 'NODE', empty.id]]);
  }
}
