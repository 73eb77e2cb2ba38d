import { ContentDigest, digestDump } from '@redrill/rdb';
import { payload, str } from '@redrill/rdb/testing';
import { describe, expect, it } from 'vitest';
import { type Comparison, comparison } from '../../../core/contracts/drill.ts';
import { compared as contract } from '../../../core/contracts/steps.ts';
import { ProgressStore } from '../../../live/comparison-progress.ts';
import { type ComparisonOrder, compareRestore } from '../../../live/restore-comparison.ts';
import { MemoryStore } from '../adapters/memory-store.ts';
import { type MemoryKey, type MemoryServer, memoryCluster } from './memory-cluster.ts';

const NOW = Date.parse('2026-11-21T08:00:00Z');
const FINISHED = new Date('2026-11-21T08:00:30Z');
const GREETING = { name: 'greeting', value: 'hello' };
const FAREWELL = { name: 'farewell', value: 'bye' };
const HOUR_MS = 3_600_000;

/** Keys with and without expiry, in two databases. */
const many = (count: number): readonly MemoryKey[] =>
  Array.from({ length: count }, (_, at) => ({
    name: `key:${at}`,
    value: `value ${at}`,
    database: at % 2,
    ...(at % 3 === 0 ? { expiresAtMs: NOW + HOUR_MS + at * 1000 } : {}),
  }));

function digestOf(keys: readonly MemoryKey[]): ContentDigest {
  const digest = new ContentDigest();
  for (const { name, value, database = 0, expiresAtMs } of keys)
    digestDump(digest, {
      database,
      key: Buffer.from(name),
      payload: payload(10, 0, str(value)),
      expiresAtMs,
    });
  return digest;
}

interface Trial extends Partial<ComparisonOrder> {
  readonly store?: MemoryStore;
}

const once = (servers: readonly MemoryServer[], trial: Trial = {}) =>
  compareRestore({
    expected: digestOf([GREETING, FAREWELL]),
    cluster: memoryCluster(servers),
    progress: new ProgressStore(trial.store ?? new MemoryStore(), 'comparison'),
    timeLeftMs: () => 900_000,
    now: () => FINISHED,
    ...trial,
  });

/** As the state machine does: again and again until it is done. */
async function compared(servers: readonly MemoryServer[], trial: Trial = {}): Promise<Comparison> {
  const store = new MemoryStore();
  for (let invocation = 0; invocation < 1_000; invocation++) {
    const outcome = await once(servers, { store, ...trial });
    if (outcome.done) return outcome.comparison;
  }
  throw new Error('it is never done');
}

describe('compareRestore', () => {
  it('agrees when every key is there as it was', async () =>
    expect(await compared([{ keys: [FAREWELL, GREETING] }])).toMatchObject({
      keysExpected: 2,
      keysCompared: 2,
      keysExpired: 0,
      mismatches: 0,
      mismatched: [],
      method: 'dump',
      share: 1,
      invocations: 1,
      serverTime: '2026-11-21T08:00:00.000Z',
      finishedAt: '2026-11-21T08:00:30.000Z',
    }));

  it('asks for the time when everything is read, and is finished then', async () => {
    const asked: string[] = [];
    const cluster = memoryCluster([{ keys: [FAREWELL] }], {
      functions: async () => {
        asked.push('functions');
        return [];
      },
      serverTimeMs: async () => {
        asked.push('server time');
        return 0;
      },
    });
    await compared([], {
      cluster,
      now: () => {
        asked.push('finished');
        return FINISHED;
      },
    });
    expect(asked).toEqual(['functions', 'server time', 'finished']);
  });

  it('fits its contract, done or not', async () => {
    const result = await compared([{ keys: [FAREWELL] }]);
    expect(comparison.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
    for (const timeLeftMs of [() => 0, () => 900_000]) {
      const outcome = await once([{ keys: many(5) }], { timeLeftMs });
      expect(contract.parse(JSON.parse(JSON.stringify(outcome)))).toEqual(outcome);
    }
  });

  it.each<[string, MemoryKey[]]>([
    ['one value differs', [{ name: 'farewell', value: 'by!' }, GREETING]],
    ['one key is missing', [GREETING]],
    ['one key is too many', [FAREWELL, GREETING, { name: 'x', value: 'y' }]],
  ])('names the bucket if %s', async (_what, keys) => {
    const { mismatches, mismatched } = await compared([{ keys }]);
    expect(mismatches).toBe(1);
    expect(mismatched).toEqual([expect.stringMatching(/^bucket \d+$/)]);
  });

  it('names functions that were not recorded', async () => {
    const cluster = memoryCluster([{ keys: [FAREWELL, GREETING] }], {
      functions: async () => ['#!lua name=x'],
    });
    expect((await compared([], { cluster })).mismatched).toEqual(['functions']);
  });

  it('names at most 20 of many, and counts them all', async () => {
    const keys = Array.from({ length: 100 }, (_, at) => ({ name: `key-${at}`, value: 'v' }));
    const { mismatches, mismatched } = await compared([{ keys }]);
    expect(mismatched).toHaveLength(20);
    expect(mismatches).toBeGreaterThan(90);
  });

  it('counts a key once, however often a scan returns it', async () => {
    const result = await compared([{ keys: [GREETING, FAREWELL, GREETING, GREETING, FAREWELL] }]);
    expect(result).toMatchObject({ keysCompared: 2, mismatches: 0 });
  });
});

describe('a comparison that one invocation is not enough for', () => {
  const keys = many(60);
  const servers = [{ keys: keys.slice(0, 25) }, { keys: keys.slice(25) }];
  const expected = digestOf(keys);
  const hurried = { expected, timeLeftMs: () => 0 };

  it('reads something in each, and comes to the same', async () => {
    const whole = await compared(servers, { expected });
    const { invocations, seconds: _, ...pieced } = await compared(servers, hurried);
    expect(whole).toMatchObject({ keysCompared: 60, mismatches: 0, invocations: 1 });
    expect(whole).toMatchObject(pieced);
    expect(invocations).toBeGreaterThan(5);
  });

  it('comes to the same in several passes over the names', async () => {
    const result = await compared(servers, { ...hurried, limits: { keysPerPass: 9 } });
    expect(result).toMatchObject({ keysCompared: 60, mismatches: 0 });
  });

  it('still finds what differs', async () => {
    const edited = servers.map((server) => ({
      keys: server.keys.map((key) => (key.name === 'key:50' ? { ...key, value: 'edited' } : key)),
    }));
    expect(await compared(edited, hurried)).toMatchObject({ keysCompared: 60, mismatches: 1 });
  });

  it('counts a key once that a scan returns again in another invocation', async () => {
    const repeated = servers.map((server) => ({ keys: [...server.keys, ...server.keys] }));
    expect(await compared(repeated, hurried)).toMatchObject({ keysCompared: 60, mismatches: 0 });
  });

  it('resumes from the checkpoint after a killed invocation, with the same result', async () => {
    const store = new MemoryStore();
    await once(servers, { ...hurried, store });
    const lost = memoryCluster(servers, { functions: () => Promise.reject(new Error('killed')) });
    await expect(once([], { expected, store, cluster: lost })).rejects.toThrow('killed');
    const outcome = await once(servers, { expected, store });
    expect(outcome).toMatchObject({ done: true, comparison: { keysCompared: 60, mismatches: 0 } });
  });

  it('begins again when a server is another process than before: its scans know nothing of the old ones', async () => {
    const store = new MemoryStore();
    await once(servers, { ...hurried, store });
    const [first, second] = servers;
    const replaced = [first, { runId: 'another', keys: second?.keys ?? [] }].flatMap((each) => each ?? []);
    const outcome = await once(replaced, { expected, store });
    expect(outcome).toMatchObject({ done: true, comparison: { keysCompared: 60, mismatches: 0 } });
  });

  it('begins again when what was saved is damaged', async () => {
    const store = new MemoryStore();
    await once(servers, { ...hurried, store });
    const saved = await store.read('comparison');
    const body = Buffer.from(saved?.body ?? []);
    body[body.length - 20] = (body[body.length - 20] ?? 0) ^ 1;
    for (const damaged of [body, body.subarray(0, 5), Buffer.from('RDRCOMP1 and nothing else')]) {
      await store.write('comparison', damaged);
      const outcome = await once(servers, { expected, store });
      expect(outcome).toMatchObject({ done: true, comparison: { keysCompared: 60, mismatches: 0 } });
    }
  });
});

describe('a comparison of a part', () => {
  const keys = many(400);
  const expected = digestOf(keys);
  const groups = 4;
  const part = (group: number) => ({ expected, part: { groups, group } });

  it('compares that share of the buckets and of the expiry bins, and all parts are everything', async () => {
    let inAll = 0;
    for (let group = 0; group < groups; group++) {
      const result = await compared([{ keys }], part(group));
      expect(result).toMatchObject({ mismatches: 0, share: 0.25, keysExpected: result.keysCompared });
      expect(result.keysCompared).toBeLessThan(200);
      inAll += result.keysCompared;
    }
    expect(inAll).toBe(400);
  });

  it.each([0, 1])('finds a change, in the one part that it belongs to (key %d)', async (at) => {
    const edited = keys.map((key, index) => (index === at ? { ...key, value: 'edited' } : key));
    const found = [];
    for (let group = 0; group < groups; group++) {
      const { mismatches } = await compared([{ keys: edited }], { ...part(group), timeLeftMs: () => 0 });
      found.push(mismatches);
    }
    expect(found.sort()).toEqual([0, 0, 0, 1]);
  });

  it('is everything where fields of hashes expire by themselves', async () => {
    const withFields = digestOf(keys);
    withFields.addVolatileField(Uint32Array.of(1, 2, 3, 4), NOW + HOUR_MS);
    const result = await compared([{ keys }], { expected: withFields, part: { groups, group: 1 } });
    expect(result).toMatchObject({ share: 1, keysExpected: 400 });
  });
});
