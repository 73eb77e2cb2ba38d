import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  fileOf,
  MODULE_SAMPLES,
  OPCODE_SAMPLES,
  REFUSED_TYPES,
  type Sample,
  TYPE_SAMPLES,
} from '../fixtures/encodings.ts';
import { COUNTS } from '../fixtures/make.ts';
import { ModulePart, Opcode, Type } from '../format.ts';
import { file, key, len, read } from '../testing/build.ts';
import { oracleOutcome, outcomeOf } from './oracle/outcome.ts';

const FOLDER = new URL('../fixtures/', import.meta.url);
/** No fixture is larger, or nobody looks at what changes. */
const MAX_FIXTURE_BYTES = 50_000;

const typesByNumber = new Map<number, string>(Object.entries(Type).map(([name, number]) => [number, name]));

/** Samples with the name of their constant. */
const named = (samples: Readonly<Record<string, Sample | readonly Sample[]>>): [string, Sample][] =>
  Object.entries(samples).flatMap(([name, of]) =>
    [of].flat().map((one): [string, Sample] => [name, one as Sample]),
  );

describe('the samples', () => {
  it('have every type, opcode and module part of the format', () => {
    expect([...Object.keys(TYPE_SAMPLES), ...REFUSED_TYPES].sort()).toEqual(Object.keys(Type).sort());
    expect(Object.keys(OPCODE_SAMPLES).sort()).toEqual(Object.keys(Opcode).sort());
    expect(Object.keys(MODULE_SAMPLES).sort()).toEqual(Object.keys(ModulePart).sort());
  });

  it.each(named(TYPE_SAMPLES))('of %s is of that type, and is read', (name, sample) => {
    expect(typesByNumber.get(sample.content[0] ?? -1)).toBe(name);
    expect(read(fileOf(sample))).toMatchObject({ keys: 1, emptyKeys: 0 });
  });

  it.each(named(OPCODE_SAMPLES))('of %s begins with that opcode, and is read', (name, sample) => {
    const whole = fileOf(sample);
    expect(whole[9]).toBe(Opcode[name as keyof typeof Opcode]);
    expect(read(whole).crc64).toBe('valid');
  });

  it.each(named(MODULE_SAMPLES))('of the module part %s has it, and is read', (_name, sample) => {
    expect(read(fileOf(sample))).toMatchObject({ keys: 1, opaqueKeys: 1 });
  });

  it.each([TYPE_SAMPLES, OPCODE_SAMPLES, MODULE_SAMPLES].flatMap(named))(
    'of %s comes to what the oracle makes of it',
    (_name, sample) => {
      const whole = fileOf(sample);
      expect(outcomeOf(() => read(whole))).toEqual(oracleOutcome(whole));
    },
  );

  it.each(REFUSED_TYPES)('do not have %s, which is refused', (name) => {
    expect(() => read(file('REDIS0010', key(Type[name], 'k', len(0))))).toThrowError(
      expect.objectContaining({ code: 'UnsupportedType' }),
    );
  });
});

describe('files of real servers', () => {
  const files = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.rdb'))
    .map((name): [string, Uint8Array] => [name, new Uint8Array(readFileSync(new URL(name, FOLDER)))]);

  it('are of Redis and of Valkey, of every version that another one follows', () => {
    const found = files.map(([, content]) => read(content));
    expect(found.map(({ engine, rdbVersion }) => `${engine} ${rdbVersion}`).sort()).toEqual([
      'redis 10',
      'redis 13',
      'valkey 11',
      'valkey 80',
    ]);
  });

  it.each(files)('%s holds what make.ts put there', (_name, content) => {
    expect(content.length).toBeLessThan(MAX_FIXTURE_BYTES);
    expect(read(content)).toMatchObject({ ...COUNTS, crc64: 'valid', emptyKeys: 0, opaqueKeys: 0 });
  });

  it.each(files)('%s comes to what the oracle makes of it', (_name, content) => {
    for (const depth of ['deep', 'structural'] as const)
      expect(outcomeOf(() => read(content, { depth }))).toEqual(oracleOutcome(content, depth));
  });

  it('have one digest', () => {
    const totals = files.map(([, content]) => read(content).digest?.total);
    expect(new Set(totals).size).toBe(1);
  });
});
