import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DrillPair } from './drill-pair.ts';
import { proveDrill, randomCase } from './prove-drill.ts';

const DAY_MS = 86_400_000;
const MIB = 1024 ** 2;

let pair: DrillPair;

beforeAll(async () => {
  pair = await DrillPair.start();
});
afterAll(() => pair.stop());
beforeEach(() => pair.clear());

const numbered = (count: number, prefix = '') => Array.from({ length: count }, (_, at) => `${prefix}${at}`);

/** @param expiresAtMs of all of them. @default never */
async function setKeys(names: readonly string[], expiresAtMs?: number): Promise<void> {
  const pipeline = pair.source.pipeline();
  for (const name of names) {
    if (expiresAtMs === undefined) pipeline.set(name, `value of ${name}`);
    else pipeline.set(name, `value of ${name}`, 'PXAT', expiresAtMs);
  }
  await pipeline.exec();
}

async function backUpAndRestore() {
  const expected = await pair.backUp();
  await pair.restore();
  return expected;
}

const until = (instantMs: number) => pause(Math.max(0, instantMs - Date.now()));

describe('a drill of random data', () => {
  it('passes, and fails after any single edit of the restored server, naming the place', async () => {
    await fc.assert(
      fc.asyncProperty(randomCase, (each) => proveDrill(pair, each)),
      { numRuns: 25 },
    );
  });
});

describe('keys that expire', () => {
  it('before, during and after the drill are counted, every one', async () => {
    const beforeMs = Date.now() + 500;
    const duringMs = beforeMs + 1_000;
    await setKeys(numbered(40, 'before '), beforeMs);
    await setKeys(numbered(2_500, 'during '), duringMs);
    await setKeys(numbered(700, 'after '), Date.now() + DAY_MS);
    await setKeys(numbered(700, 'never '));
    const expected = await pair.backUp();
    await until(beforeMs + 1);
    await pair.restore();
    const { keysExpected, keysCompared, keysExpired, mismatches } = await pair.compare(expected, {
      interrupted: true,
      between: () => until(duringMs + 1),
    });
    expect({ keysExpected, mismatches, accounted: keysCompared + keysExpired }).toEqual({
      keysExpected: 3_940,
      mismatches: 0,
      accounted: 3_940,
    });
    // Some of those that expired meanwhile had been read before.
    expect(keysExpired).toBeGreaterThan(40);
    expect(keysCompared).toBeGreaterThanOrEqual(1_400);
    expect(await pair.compare(expected)).toMatchObject({
      keysCompared: 1_400,
      keysExpired: 2_540,
      mismatches: 0,
    });
  });

  it('do not excuse one that is missing before its time', async () => {
    await setKeys(numbered(50), Date.now() + DAY_MS);
    const expected = await backUpAndRestore();
    await pair.restored.del('7');
    expect(await pair.compare(expected)).toMatchObject({ keysCompared: 49, keysExpired: 0, mismatches: 1 });
  });

  it('do not excuse one that is too many', async () => {
    await setKeys(numbered(50), Date.now() + 300);
    const expected = await backUpAndRestore();
    await pause(400);
    await pair.restored.set('another', '', 'PXAT', Date.now() + DAY_MS);
    expect((await pair.compare(expected)).mismatches).toBe(1);
  });
});

describe('a cache that one invocation is not enough for', () => {
  it('is compared in several, each going on where the one before has stopped', async () => {
    await setKeys(numbered(5_500));
    const expected = await backUpAndRestore();
    const whole = await pair.compare(expected);
    const { invocations = 0, ...pieced } = await pair.compare(expected, { interrupted: true });
    expect(whole).toMatchObject({
      keysCompared: 5_500,
      mismatches: 0,
      invocations: 1,
      share: 1,
      method: 'dump',
    });
    expect(pieced).toMatchObject({ keysCompared: 5_500, mismatches: 0 });
    expect(invocations).toBeGreaterThan(2);
  });

  it('counts every key once though the table of keys shrinks in between', async () => {
    const soon = Date.now() + 1_500;
    await setKeys(numbered(20_000, 'soon '), soon);
    await setKeys(numbered(1_800, 'never '));
    const expected = await backUpAndRestore();
    const shrunk = async () => {
      await until(soon + 1);
      for (let left = Number.POSITIVE_INFINITY; left > 1_800; left = await pair.restored.dbsize())
        await pause(50);
      // Keys that are written make the server move others to the smaller table.
      for (let at = 0; at < 20; at++) await pair.restored.ping();
    };
    const result = await pair.compare(expected, { interrupted: true, between: shrunk });
    expect(result).toMatchObject({ keysExpected: 21_800, mismatches: 0 });
    expect(result.keysCompared + result.keysExpired).toBe(21_800);
  });

  it('is begun again when its server is another process by then', async () => {
    await setKeys(numbered(3_500));
    const expected = await backUpAndRestore();
    let restarts = 0;
    const restart = async () => {
      if (restarts++ === 0) await pair.restart();
    };
    const result = await pair.compare(expected, { interrupted: true, between: restart });
    expect(result).toMatchObject({ keysCompared: 3_500, mismatches: 0 });
  });
});

describe('values too large for one DUMP', () => {
  const large = async () => {
    const { source } = pair;
    await source.set('string', 'x'.repeat(3 * MIB));
    await source.rpush('list', ...numbered(60, 'element '.repeat(1_000)));
    const elements = source.pipeline();
    for (let at = 0; at < 9_000; at++) {
      elements.sadd('set', `member of the set ${at}`);
      elements.zadd('zset', at / 7, `member ${at}`);
      elements.hset('hash', `field ${at}`, `value ${at}`);
    }
    for (let at = 0; at < 70; at++) elements.xadd('stream', `${at}-1`, 'field', 'x'.repeat(9_000));
    await elements.exec();
    return backUpAndRestore();
  };

  it('are read in pieces, streams apart, and every change is found', async () => {
    const expected = await large();
    const inPieces = { limits: { largeBytes: 100_000 } };
    expect(await pair.compare(expected)).toMatchObject({ method: 'dump', mismatches: 0 });
    const read = { method: 'typed', keysCompared: 6 };
    expect(await pair.compare(expected, inPieces)).toMatchObject({ ...read, mismatches: 0 });
    const edits = [
      ['setrange', 'string', '3000000', 'y'],
      ['lset', 'list', '59', 'edited'],
      ['srem', 'set', 'member of the set 7777'],
      ['zincrby', 'zset', '0.125', 'member 8999'],
      ['hset', 'hash', 'field 3123', 'edited'],
      ['xdel', 'stream', '69-1'],
    ] as const;
    for (const [index, [command, ...args]] of edits.entries()) {
      await pair.restored.call(command, ...args);
      expect(await pair.compare(expected, inPieces)).toMatchObject({ ...read, mismatches: index + 1 });
    }
  });
});
