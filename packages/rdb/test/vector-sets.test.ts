import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bytes, file, key, len, lzf, type Part, read, str } from '../testing/build.ts';
import { oracleOutcome } from './oracle/outcome.ts';
import { readFile } from './oracle/read-file.ts';

const ID = len(13683956169735844864n);
const unsigned = (value: number | bigint) => bytes(len(2), len(value));
const text = (value: Part) => bytes(len(5), str(value));

interface Vector {
  readonly name: string;
  readonly vector?: string;
  readonly attributes?: string;
  /** Number, level and links: the graph. */
  readonly graph?: readonly number[];
  readonly range?: number;
}

interface Form {
  readonly dimensions?: number;
  readonly configuration?: number;
  readonly hasAttributes?: boolean;
  readonly matrix?: string;
}

function vectorSet(vectors: readonly Vector[], form: Form = {}): Uint8Array {
  const { dimensions = 2, configuration = 0x1000, hasAttributes = false, matrix } = form;
  const flags = (matrix === undefined ? 0 : 1) | (hasAttributes ? 2 : 0);
  const head = [dimensions, vectors.length, configuration, flags].map(unsigned);
  const projection = matrix === undefined ? [] : [unsigned(3), text(matrix)];
  const elements = vectors.map(({ name, vector = '12345678', attributes = '', graph = [1, 0], range = 7 }) =>
    bytes(
      text(name),
      ...(hasAttributes ? [text(attributes)] : []),
      text(vector),
      unsigned(graph.length + 1),
      ...[...graph, range].map(unsigned),
    ),
  );
  return file('REDIS0012', key(7, 'v', ID, ...head, ...projection, ...elements, len(0)));
}

function totalOf(content: Uint8Array): string | undefined {
  const { digest } = read(content, {}, 1);
  expect(readFile(content).digest?.total).toBe(digest?.total);
  return digest?.total;
}

const a: Vector = { name: 'a' };
const b: Vector = { name: 'b', vector: '87654321' };
const before = totalOf(vectorSet([a, b]));

describe('a vector set', () => {
  it('has the same digest in another order, with another graph, and with no attribute but room for them', () => {
    expect(totalOf(vectorSet([b, a]))).toBe(before);
    expect(totalOf(vectorSet([{ ...a, graph: [9, 3, 1, 2, 3, 4] }, b]))).toBe(before);
    expect(totalOf(vectorSet([a, b], { hasAttributes: true }))).toBe(before);
    expect(totalOf(vectorSet([a, b], { configuration: 0 }))).toBe(before);
  });

  it.each([
    ['another element', vectorSet([a, { ...b, name: 'c' }])],
    ['another vector', vectorSet([a, { ...b, vector: '87654322' }])],
    ['another range', vectorSet([a, { ...b, range: 8 }])],
    [
      'vectors that were swapped',
      vectorSet([
        { ...a, vector: '87654321' },
        { ...b, vector: '12345678' },
      ]),
    ],
    ['attributes', vectorSet([a, { ...b, attributes: '{}' }], { hasAttributes: true })],
    ['one element less', vectorSet([a])],
    ['another dimension', vectorSet([a, b], { dimensions: 3 })],
    ['another quantisation', vectorSet([a, b], { configuration: 0x1001 })],
    ['another number of links', vectorSet([a, b], { configuration: 0x800 })],
    ['a projection', vectorSet([a, b], { matrix: 'm' })],
  ])('has another digest with %s', (_what, content) => {
    expect(totalOf(content)).not.toBe(before);
  });

  it('is counted with its elements, and read compressed', () => {
    expect(read(vectorSet([a, b]), {}, 1)).toMatchObject({ keys: 1, elements: 2, byType: { module: 1 } });
    const long = 'x'.repeat(90);
    const packed = bytes(text('a'), len(5), lzf(long), unsigned(1), unsigned(7));
    const content = file('REDIS0012', key(7, 'v', ID, ...[2, 1, 0x1000, 0].map(unsigned), packed, len(0)));
    expect(totalOf(content)).toBe(totalOf(vectorSet([{ name: 'a', vector: long, graph: [] }])));
  });

  it('is refused if its parts are of another kind than the module reads', () => {
    const content = file('REDIS0012', key(7, 'v', ID, unsigned(2), len(5), str('x'), len(0)));
    expect(() => totalOf(content)).toThrowError('expected part 2 of a vector set, found 5');
    expect(oracleOutcome(content)).toEqual({ outcome: 'damaged' });
  });

  it('of a server has the digest that it has after it was loaded and saved again, in which the graph differs', () => {
    const files = ['before', 'after'].map((when) => {
      const url = new URL(`../fixtures/vector-sets/redis-8.6.3-${when}.rdb`, import.meta.url);
      return new Uint8Array(readFileSync(url));
    });
    const [saved, again] = files.map((content) => totalOf(content));
    expect(Buffer.compare(files[0] ?? Buffer.of(), files[1] ?? Buffer.of())).not.toBe(0);
    expect(saved).toBe(again);
  });
});
