import { setTimeout as sleep } from 'node:timers/promises';
import { slotOf, type TooBig } from '@redrill/rdb';
import { run } from '@redrill/rdb/testing';
import { Redis } from 'ioredis';
import { beforeAll, describe, expect, it } from 'vitest';
import { CompareOutput } from '../../../cli/compare/contract.ts';
import { RecoverOutput } from '../../../cli/recover/contract.ts';
import { writeBig } from '../../../live/recover/big-value.ts';
import { digestsOf, nameOf as keyOf, type LargeValues, largeValues } from './large-values.ts';
import { fileOf, type ListeningServer, listening, running, starting } from './running.ts';

const MIB = 1024 * 1024;
const KEYS = 12_000;
const LATER_MS = Date.now() + 86_400_000;
const nameOf = (number: number) => `key:${number}`;

interface Node extends ListeningServer {
  readonly busPort: number;
  readonly id: string;
}

let file: string;
let nodes: readonly [Node, Node, Node];

async function node(): Promise<Node> {
  const server = await listening('--cluster-enabled', 'yes');
  return { ...server, id: String(await server.client.call('CLUSTER', 'MYID')) };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let left = 600; !(await condition()); left--) {
    if (left === 0) throw new Error('it did not come to pass within 30 s');
    await sleep(50);
  }
}

/** One that has all slots. */
async function loneNode(): Promise<Node> {
  const lone = await node();
  await run(lone.client, [['CLUSTER', 'ADDSLOTSRANGE', '0', '16383']]);
  await expect
    .poll(() => lone.client.call('CLUSTER', 'INFO'), { timeout: 120_000 })
    .toContain('cluster_state:ok');
  return lone;
}

/** Three nodes, of which the third has no slot yet. */
async function cluster(): Promise<readonly [Node, Node, Node]> {
  const [one, two, three] = [await node(), await node(), await node()];
  await run(one.client, [
    ['CLUSTER', 'ADDSLOTSRANGE', '0', '8191'],
    ['CLUSTER', 'MEET', '127.0.0.1', two.port, two.busPort],
    ['CLUSTER', 'MEET', '127.0.0.1', three.port, three.busPort],
  ]);
  await run(two.client, [['CLUSTER', 'ADDSLOTSRANGE', '8192', '16383']]);
  for (const each of [one, two, three])
    await until(async () => String(await each.client.call('CLUSTER', 'INFO')).includes('cluster_state:ok'));
  await until(async () => String(await three.client.call('CLUSTER', 'NODES')).includes(two.id));
  return [one, two, three];
}

beforeAll(async () => {
  const source = await listening();
  const keys = Array.from({ length: KEYS }, (_, number) => number);
  await run(
    source.client,
    keys.map((number) => ['SET', nameOf(number), `value ${number}`, 'PXAT', LATER_MS + number] as const),
  );
  file = await fileOf(await source.save());
  nodes = await cluster();
});

async function flush() {
  for (const { client } of nodes) await client.flushall();
}

async function sizes() {
  return Promise.all(nodes.map(({ client }) => client.dbsize()));
}

describe('into a cluster', () => {
  it('each key goes to the owner of its slot, whichever node is asked first', async () => {
    await flush();
    const { stdout, stderr, status } = await running([
      'recover',
      file,
      '--into',
      nodes[2].url,
      '--apply',
      '--json',
    ]);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(RecoverOutput.parse(JSON.parse(stdout))).toMatchObject({
      written: KEYS,
      skipped: 0,
      target: { clusterMode: true, shards: 2 },
    });
    expect((await sizes()).reduce((sum, size) => sum + size)).toBe(KEYS);
    expect((await sizes())[2]).toBe(0);
    const compared = await running(['compare', file, nodes[0].url, '--json']);
    expect(JSON.parse(compared.stdout)).toMatchObject({ verdict: 'equal', keysFound: KEYS });
  });

  it('while slots are moved: MOVED and ASK are followed, and nothing is lost', async () => {
    await flush();
    const [one, , three] = nodes;
    const words = ['recover', file, '--into', nodes[1].url, '--apply', '--json', '--rate', '4000'];
    const { ended } = starting(words);
    await expect.poll(() => one.client.dbsize(), { timeout: 120_000, interval: 10 }).toBeGreaterThan(100);
    // One slot is half moved for a while, with some of its keys here and some there; many are moved whole.
    const moving = slotOf(Buffer.from(nameOf(KEYS - 1))) % 8192;
    const half = nameInSlotBelow(8192);
    await beginMove(half.slot, one, three);
    await moveKeys(half.slot, one, three);
    for (let slot = moving; slot < moving + 300; slot++) {
      if (slot % 8192 !== half.slot && slot < 8192) await moveWhole(slot, one, three);
    }
    const { stdout, stderr, status } = await ended;
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(RecoverOutput.parse(JSON.parse(stdout))).toMatchObject({ read: KEYS, written: KEYS, skipped: 0 });
    await finishMove(half.slot, one, three);
    expect((await sizes())[2]).toBeGreaterThan(0);
    const compared = CompareOutput.parse(
      JSON.parse((await running(['compare', file, nodes[0].url, '--json'])).stdout),
    );
    expect([compared.missing.keys, compared.added.keys, compared.different.keys]).toEqual([0, 0, 0]);
    // MIGRATE passes the time that is left on, and so may delay a key's end by as long as it takes.
    for (const { expiresAt } of compared.ttl.named)
      expect(Math.abs(Date.parse(expiresAt.cache ?? '') - Date.parse(expiresAt.point ?? ''))).toBeLessThan(
        1_000,
      );
  });

  it('a file with other databases than 0 is refused before anything is written', async () => {
    const source = await listening();
    await run(source.client, [
      ['SET', 'a', 'v'],
      ['SELECT', '3'],
      ['SET', 'b', 'v'],
    ]);
    const two = await fileOf(await source.save());
    await flush();
    const refused = await running(['recover', two, '--into', nodes[0].url, '--apply']);
    expect(refused.stderr).toMatch(/is a cluster without database 3, and there are keys of databases 0, 3/);
    expect(refused.status).toBe(2);
    const chosen = await running([
      'recover',
      two,
      '--into',
      `${nodes[0].url}/0`,
      '--db',
      '3',
      '--apply',
      '--json',
    ]);
    expect(JSON.parse(chosen.stdout)).toMatchObject({ read: 2, written: 1, filtered: 1 });
    const held = await Promise.all(nodes.map(({ client }) => client.keys('*')));
    expect(held.flat()).toEqual(['b']);
  });

  it('a node that is restarted while it is written into stops the work, and resuming is refused', async () => {
    await flush();
    const lone = await loneNode();
    const state = `${file}.lone.json`;
    const words = ['recover', file, '--into', lone.url, '--apply', '--rate', '3000', '--patience', '1'];
    const { ended } = starting([...words, '--state', state]);
    await expect.poll(() => lone.client.dbsize(), { timeout: 120_000, interval: 10 }).toBeGreaterThan(100);
    await lone.client.shutdown('NOSAVE').catch(() => undefined);
    const { status, stderr } = await ended;
    expect(status).toBe(2);
    expect(stderr).toMatch(/has been unavailable for 1 s/);
    expect(stderr).toContain(`--resume ${state}`);
    const other = await listening('--cluster-enabled', 'no');
    const resumed = await running([...words.slice(0, 3), other.url, ...words.slice(4), '--resume', state]);
    expect(resumed.stderr).toMatch(/is not a primary of .* any more/);
    expect(resumed.status).toBe(2);
  });
});

describe('a large value, while its slot is moved', () => {
  let values: LargeValues;
  let big: TooBig;
  let from: Node;
  let to: Node;

  beforeAll(async () => {
    values = await largeValues();
    await flush();
    big = values.found.find((one) => keyOf(one) === 'set') as TooBig;
    from = await ownerOf('set');
    to = nodes.find((each) => each !== from) as Node;
    await beginMove(slotOf(big.name), from, to);
  });

  it('in pieces waits as long as it may, and is then refused by what the servers say', async () => {
    const begun = performance.now();
    const more = { piecesFromBytes: MIB, patienceMs: 3000 };
    await values.into(
      from,
      async (context) =>
        await expect(writeBig(context, big)).rejects.toMatchObject({
          code: 'TargetRefused',
          message: expect.stringMatching(/refuses: (ASK|TRYAGAIN)/),
        }),
      more,
    );
    expect(performance.now() - begun).toBeGreaterThanOrEqual(more.patienceMs);
  });

  it('goes in one piece to where the slot is moved, and is known there as our own or not', async () => {
    await values.into(from, async (context) => {
      expect(await writeBig(context, big)).toBe('written');
      expect(await writeBig({ ...context, mayBeOwn: true }, big)).toBe('written');
      expect(await writeBig(context, big)).toBe('skipped');
      const other = { ...big, expiresAtMs: LATER_MS };
      expect(await writeBig({ ...context, mayBeOwn: true }, other)).toBe('skipped');
    });
    await run(to.client, [['ASKING'], ['UNLINK', 'set']]);
  });

  it('in pieces is written when it has been moved, however long that takes', async () => {
    const moved = sleep(6000).then(() => finishMove(slotOf(big.name), from, to));
    const more = { piecesFromBytes: MIB, patienceMs: 60_000 };
    await values.into(from, async (context) => expect(await writeBig(context, big)).toBe('written'), more);
    await moved;
    expect(await digestsOf(to, ['set'])).toEqual(await digestsOf(values.source, ['set']));
  });
});

it('a large value waits for a cluster that is down', async () => {
  const values = await largeValues();
  const big = values.found.find((one) => keyOf(one) === 'set') as TooBig;
  const lone = await loneNode();
  const other = slotOf(big.name) ^ 1;
  await lone.client.call('CLUSTER', 'DELSLOTS', other);
  await expect(lone.client.get('set')).rejects.toThrow(/CLUSTERDOWN/);
  const up = sleep(6000).then(() => lone.client.call('CLUSTER', 'ADDSLOTS', other));
  await values.into(lone, async (context) => expect(await writeBig(context, big)).toBe('written'), {
    patienceMs: 60_000,
  });
  await up;
  expect(await digestsOf(lone, ['set'])).toEqual(await digestsOf(values.source, ['set']));
});

/** The node that takes commands about a key. */
async function ownerOf(name: string): Promise<Node> {
  for (const each of nodes) {
    const answer = await each.client.exists(name).catch(() => undefined);
    if (answer !== undefined) return each;
  }
  throw new Error(`no node serves ${name}`);
}

/** A key of the last ones of the file in a slot of the first node. */
function nameInSlotBelow(limit: number): { readonly name: string; readonly slot: number } {
  for (let number = KEYS - 1; ; number--) {
    const slot = slotOf(Buffer.from(nameOf(number)));
    if (slot < limit) return { name: nameOf(number), slot };
  }
}

async function beginMove(slot: number, from: Node, to: Node): Promise<void> {
  await to.client.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', from.id);
  await from.client.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', to.id);
}

async function moveKeys(slot: number, from: Node, to: Node): Promise<void> {
  for (;;) {
    const keys = (await from.client.call('CLUSTER', 'GETKEYSINSLOT', slot, 100)) as string[];
    if (keys.length === 0) return;
    await from.client.call('MIGRATE', '127.0.0.1', to.port, '', 0, 5000, 'KEYS', ...keys);
  }
}

async function finishMove(slot: number, from: Node, to: Node): Promise<void> {
  await moveKeys(slot, from, to);
  for (const each of [to, from, ...nodes]) {
    const client = new Redis(each.port);
    await client.call('CLUSTER', 'SETSLOT', slot, 'NODE', to.id).catch(() => undefined);
    client.disconnect();
  }
}

async function moveWhole(slot: number, from: Node, to: Node): Promise<void> {
  await beginMove(slot, from, to);
  await moveKeys(slot, from, to);
  await sleep(1);
  await to.client.call('CLUSTER', 'SETSLOT', slot, 'NODE', to.id);
  await from.client.call('CLUSTER', 'SETSLOT', slot, 'NODE', to.id);
}
