import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RdbReader, type RestoreMark, slotOf, type TooBig } from '../index.ts';
import { bytes, crc, file, key, le, len, read, str } from '../testing/build.ts';
import {
  BETWEEN,
  held,
  inMs,
  KEYS,
  LATER_MS,
  NOW_MS,
  namesIn,
  restoresOf,
  select,
  textOf,
} from '../testing/restorable.ts';
import { restoreCommands } from './oracle/restore.ts';

const MIB = 1 << 20;
const FILE = file('REDIS0012', ...BETWEEN.slice(0, 8), ...KEYS, ...BETWEEN.slice(8));
const expected = textOf(restoreCommands(FILE, NOW_MS));
const noise = (size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => (i * 2654435761) >>> 13);

describe('RESTORE commands', () => {
  it('are what the oracle writes, for keys of every type and encoding', async () => {
    const { text, counts } = await restoresOf(held(FILE));
    expect(text).toBe(expected);
    expect(counts).toEqual({
      emitted: KEYS.length + 6,
      filtered: 0,
      expired: 2,
      tooBig: 0,
      empty: 2,
      libraries: 3,
    });
  });

  it.each(KEYS.map((one) => [one] as const))('are the same wherever the file is split (%#)', async (one) => {
    const small = file('REDIS0012', inMs(LATER_MS), one, key(0, 'after', str('it')));
    const whole = textOf(restoreCommands(small, NOW_MS));
    const step = Math.max(1, Math.floor(small.length / 100));
    for (let chunkBytes = 1; chunkBytes < small.length; chunkBytes += step) {
      expect((await restoresOf(held(small, chunkBytes))).text).toBe(whole);
    }
  });

  it('are the same whatever the chunks', async () => {
    for (const chunkBytes of [1, 2, 3, 7, 100, 1000, 70_000]) {
      expect((await restoresOf(held(FILE, chunkBytes))).text).toBe(expected);
    }
  });

  it('say REPLACE if they are to overwrite', async () => {
    const { text } = await restoresOf(held(FILE), { replace: true });
    expect(text).toBe(textOf(restoreCommands(FILE, NOW_MS, ['REPLACE'])));
  });

  it('bear the version and type of a Valkey file', async () => {
    const hash = key(22, 'h', len(1), str('f'), str('v'), le(LATER_MS, 8));
    const valkey = file('VALKEY080', [243], str('n'.repeat(40)), len(1), len(0), len(9), hash);
    const { text, batches } = await restoresOf(held(valkey, 10));
    expect(text).toBe(textOf(restoreCommands(valkey, NOW_MS)));
    expect(batches.at(-1)?.command(0)).toMatchObject({ type: 'hash', expiresAtMs: undefined });
  });

  it.each(['REDIS0001', 'REDIS0003', 'REDIS0009'])('are made of old files too (%s)', async (header) => {
    const old = file(header, key(0, 'k', str('v')), key(2, 's', len(1), str('m')));
    expect((await restoresOf(held(old))).text).toBe(textOf(restoreCommands(old, NOW_MS)));
  });
});

describe('a value that is longer than a chunk', () => {
  it.each([100_000, 300_000, 3 * MIB])('is held until it has arrived (%i bytes)', async (size) => {
    const value = str(noise(size));
    const large = file(
      'REDIS0011',
      key(0, 'before', str('v')),
      inMs(LATER_MS),
      key(0, 'large', value),
      KEYS[0] ?? [],
    );
    const { text, counts } = await restoresOf(held(large, 50_000));
    expect(text === textOf(restoreCommands(large, NOW_MS))).toBe(true);
    expect(counts.emitted).toBe(3);
  });

  it('is read again and sent in parts if it is longer than 4 MiB', async () => {
    const hash = key(4, 'large', len(2), str('a'), str(noise(5 * MIB)), str('b'), str(noise(10)));
    const large = file(
      'REDIS0011',
      key(0, 'before', str('v')),
      [249, 7],
      hash,
      select(3),
      key(0, 'after', str('v')),
    );
    const { text, batches, counts } = await restoresOf(held(large, 300_000));
    expect(text === textOf(restoreCommands(large, NOW_MS))).toBe(true);
    expect(counts.emitted).toBe(3);
    expect(Math.max(...batches.map((batch) => batch.bytes.length))).toBeLessThan(MIB);
    const whole = batches.filter((batch) => batch.commands > 0).map((batch) => batch.command(0));
    expect(whole[1]).toMatchObject({ kind: 'restore', type: 'hash', database: 0, offset: 21 });
    expect(Buffer.from(whole[1]?.kind === 'restore' ? whole[1].key : []).toString()).toBe('large');
  });

  it('is refused by name if it is larger than a server takes', async () => {
    const refused: TooBig[] = [];
    const onTooBig = (one: TooBig) => refused.push(one);
    const large = file('REDIS0011', key(0, 'large', str('v'.repeat(1000))), key(0, 'small', str('v')));
    const { batches, counts } = await restoresOf(held(large, 100), { maxPayloadBytes: 1000, onTooBig });
    expect(namesIn(batches)).toEqual(['small']);
    expect(counts).toMatchObject({ emitted: 1, tooBig: 1 });
    expect(refused).toEqual([
      {
        kind: 'key',
        name: Uint8Array.from(Buffer.from('large')),
        sizeBytes: 1000 + 2 + 11,
        database: 0,
        expiresAtMs: undefined,
        type: 0,
        keyOffset: 9,
        valueOffset: 16,
        valueBytes: 1000 + 2,
        format: { flavour: 'redis', version: 11 },
      },
    ]);
  });

  it('is refused if its name alone is beyond 1 MiB', async () => {
    const refused: TooBig[] = [];
    const large = file('REDIS0011', key(0, 'n'.repeat(MIB + 1), str('v')), key(0, 'n'.repeat(MIB), str('v')));
    const { counts, text } = await restoresOf(held(large), { onTooBig: (one) => refused.push(one) });
    expect(counts).toMatchObject({ emitted: 1, tooBig: 1 });
    expect(refused[0]?.name.length).toBeGreaterThan(MIB / 2);
    expect(text.startsWith(`*4\r\n$7\r\nRESTORE\r\n$${MIB}\r\nnnn`)).toBe(true);
  });

  it('is refused if it is a library beyond 2 MiB', async () => {
    const refused: TooBig[] = [];
    const large = file('REDIS0011', [245], str('c'.repeat(2 * MIB + 1)), [245], str('c'.repeat(2 * MIB)));
    const { counts } = await restoresOf(held(large), { onTooBig: (one) => refused.push(one) });
    expect(counts.libraries).toBe(1);
    expect(refused).toMatchObject([{ kind: 'library', name: new Uint8Array(0), sizeBytes: 2 * MIB + 1 }]);
  });
});

describe('what is left out', () => {
  it('is what other databases hold', async () => {
    const { batches, counts } = await restoresOf(held(FILE), { databases: [7] });
    expect(namesIn(batches)).toEqual(['in seven']);
    expect(counts.filtered).toBe(KEYS.length + 10 - 1);
  });

  it('is what has another type', async () => {
    const { batches } = await restoresOf(held(FILE), { types: ['stream', 'module'] });
    expect(namesIn(batches)).toEqual(['module', 'stream-15', 'stream-19', 'stream-21']);
  });

  it('is what the filter does not accept', async () => {
    const offered: unknown[] = [];
    const { batches, counts } = await restoresOf(held(FILE, 50), {
      accepts: ({ name, ...rest }) => {
        const text = Buffer.from(name).toString();
        if (text === 'in seven' || text === 'idle') offered.push({ text, ...rest });
        return text.startsWith('i');
      },
    });
    expect(namesIn(batches)).toEqual(['int8', 'int16', 'int32', 'intset', 'idle', 'in seven']);
    expect(counts.emitted).toBe(6);
    expect(offered).toEqual([
      { text: 'idle', database: 0, type: 'string', expiresAtMs: 2 ** 53 - 1 },
      { text: 'in seven', database: 7, type: 'string', expiresAtMs: undefined },
    ]);
  });

  it('are function libraries, if they are not wanted', async () => {
    const { counts, text } = await restoresOf(held(FILE), { libraries: false });
    expect(counts.libraries).toBe(0);
    expect(text).not.toContain('FUNCTION');
  });
});

describe('a batch', () => {
  it('says what each of its commands is about', async () => {
    const { batches } = await restoresOf(held(FILE));
    const commands = batches.flatMap((batch) =>
      Array.from({ length: batch.commands }, (_, index) => batch.command(index)),
    );
    expect(commands.filter(({ kind }) => kind === 'library')).toHaveLength(3);
    expect(commands.filter(({ kind }) => kind === 'select')).toMatchObject([
      { database: 7 },
      { database: 0 },
    ]);
    const expires = commands.find((one) => one.kind === 'restore' && one.expiresAtMs === LATER_MS);
    expect(expires).toMatchObject({ database: 0, type: 'string', slot: slotOf(Buffer.from('expires')) });
    expect(FILE[expires?.offset ?? 0]).toBe(0);
  });

  it('says how many libraries it loads, and whether it selects', async () => {
    const { batches } = await restoresOf(held(FILE, 1));
    expect(batches.reduce((sum, batch) => sum + batch.libraries, 0)).toBe(3);
    for (const batch of batches) if (batch.isSelect) expect(batch.command(0).kind).toBe('select');
    expect(batches.filter((batch) => batch.isSelect)).toHaveLength(2);
  });

  it('refuses to tell of a command that it does not have', async () => {
    const { batches } = await restoresOf(held(FILE));
    expect(() => batches[0]?.command(9999)).toThrow('no command 9999');
  });

  it('is handed over before it grows large', async () => {
    const many = Array.from({ length: 20_000 }, (_, index) => key(0, `key:${index}`, str('v'.repeat(30))));
    const { batches, text } = await restoresOf(held(file('REDIS0011', ...many)));
    expect(text).toBe(textOf(restoreCommands(file('REDIS0011', ...many), NOW_MS)));
    expect(Math.max(...batches.map((batch) => batch.bytes.length))).toBeLessThan(140_000);
  });
});

describe('a mark', () => {
  it('is where another run begins, with the rest of the commands and all counts', async () => {
    const all = await restoresOf(held(FILE, 100));
    const marks = all.batches.map((batch) => batch.mark);
    let seen = 0;
    for (const [index, mark] of marks.entries()) {
      seen += all.batches[index]?.bytes.length ?? 0;
      if (!mark) continue;
      const from = JSON.parse(JSON.stringify(mark)) as RestoreMark;
      const rest = await restoresOf(held(FILE, 64), { from });
      const commands = rest.batches.filter((batch) => !batch.isSelect);
      const remaining = all.batches.slice(index + 1).filter((batch) => !batch.isSelect);
      expect(textOf(commands.map(({ bytes }) => bytes))).toBe(textOf(remaining.map(({ bytes }) => bytes)));
      expect(rest.counts).toEqual(all.counts);
    }
    expect(seen).toBe(all.text.length);
  });

  it('selects the database again', async () => {
    const two = file('REDIS0011', select(2), key(0, 'a', str('v')), key(0, 'b', str('v'.repeat(60))));
    const mark = (await restoresOf(held(two, 40))).batches.find(
      ({ mark }) => mark?.counts.emitted === 1,
    )?.mark;
    expect(mark).toMatchObject({ database: 2, version: 11, flavour: 'redis' });
    const rest = await restoresOf(held(two), { from: mark as RestoreMark });
    expect(rest.text).toContain('*2\r\n$6\r\nSELECT\r\n$1\r\n2\r\n*4');
    expect(namesIn(rest.batches)).toEqual(['b']);
  });

  it('carries the checksum on, so that a damaged rest is found', async () => {
    const mark = (await restoresOf(held(FILE, 100))).batches.find(({ mark }) => mark)?.mark as RestoreMark;
    const damaged = FILE.slice();
    damaged[damaged.length - 20] = (damaged[damaged.length - 20] ?? 0) ^ 1;
    await expect(restoresOf(held(damaged), { from: mark })).rejects.toThrow('BadChecksum');
  });
});

describe('a file that is not sound', () => {
  it('is refused when its checksum is wrong', async () => {
    const damaged = FILE.slice();
    damaged[FILE.length - 1] = (FILE[FILE.length - 1] ?? 0) ^ 1;
    await expect(restoresOf(held(damaged))).rejects.toMatchObject({ code: 'BadChecksum' });
  });

  it('is refused when it is cut off', async () => {
    for (const size of [0, 5, 100, FILE.length - 1]) {
      await expect(restoresOf(held(FILE.slice(0, size)))).rejects.toMatchObject({
        code: expect.stringMatching(/Truncated|BadLength/),
      });
    }
  });

  it('is refused when something follows it', async () => {
    await expect(restoresOf(held(bytes(FILE, [1])))).rejects.toMatchObject({ code: 'TrailingBytes' });
  });

  it('is refused when it shrinks while a large value is read again', async () => {
    const large = file('REDIS0011', key(0, 'large', str(noise(5 * MIB))));
    const source = held(large);
    const shrinking = {
      ...source,
      read: (from: number, to: number) => source.read(from, from === 0 ? to : to - 1),
    };
    await expect(restoresOf(shrinking)).rejects.toMatchObject({ code: 'Truncated' });
  });

  it('leaves nothing behind for the next reading', async () => {
    await restoresOf(held(FILE.slice(0, 500), 13)).catch(() => undefined);
    const strings = file('REDIS0011', ...KEYS.slice(0, 10));
    const summary = read(strings);
    await restoresOf(held(FILE));
    expect(read(strings).digest?.total).toBe(summary.digest?.total);
    const reader = new RdbReader({ depth: 'structural' });
    reader.write(strings);
    expect(reader.end().keys).toBe(summary.keys);
  });
});

it('whatever keys and chunks: as the oracle writes them', async () => {
  const name = fc.uint8Array({ maxLength: 80 });
  const entry = fc.tuple(name, fc.uint8Array({ maxLength: 300 }), fc.option(fc.integer({ min: -5, max: 5 })));
  await fc.assert(
    fc.asyncProperty(
      fc.array(entry, { maxLength: 30 }),
      fc.integer({ min: 1, max: 500 }),
      async (entries, size) => {
        const parts = entries.map(([key, value, expiry]) =>
          bytes(expiry === null ? [] : inMs(NOW_MS + expiry), [0], str(key), str(value)),
        );
        const random = file('REDIS0011', ...parts);
        expect((await restoresOf(held(random, size))).text).toBe(textOf(restoreCommands(random, NOW_MS)));
      },
    ),
    { numRuns: 100 },
  );
});

it('the payload ends with the checksum that DUMP would give it', async () => {
  const { text } = await restoresOf(held(file('REDIS0010', key(0, 'k', str('v')))));
  const content = bytes([0], str('v'), le(10, 2));
  expect(text).toContain(Buffer.from(bytes(content, le(crc(content), 8))).toString('latin1'));
});
