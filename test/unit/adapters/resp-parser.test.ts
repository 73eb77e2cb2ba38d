import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyBatch } from '../../../adapters/redis/key-batch.ts';
import { CommandBatch, encodeCommand, encodeStart } from '../../../adapters/redis/resp-command.ts';
import { type RespHandler, RespParser } from '../../../adapters/redis/resp-parser.ts';

type Told = readonly [kind: string, value: unknown];

function parsed(chunks: readonly Buffer[]): readonly Told[] {
  const told: Told[] = [];
  const tell = (kind: string) => (value: unknown) => {
    told.push([kind, value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value]);
  };
  const handler: RespHandler = {
    integer: tell('integer'),
    bulk: (bytes, from, to) => tell('bulk')(bytes.subarray(from, to)),
    nil: () => tell('nil')(undefined),
    status: tell('status'),
    error: tell('error'),
    array: tell('array'),
  };
  const parser = new RespParser(handler);
  for (const chunk of chunks) parser.write(chunk);
  return told;
}

type Written = readonly [bytes: Buffer, told: Told];

const line = (text: string, kind: string, value: unknown): Written => [
  Buffer.from(`${text}\r\n`),
  [kind, value],
];

const reply: fc.Arbitrary<Written> = fc.oneof(
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((value) => line(`:${value}`, 'integer', String(value).length > 15 ? value : Number(value))),
  fc.integer().map((value) => line(`:${value}`, 'integer', value)),
  fc.uint8Array({ maxLength: 80 }).map((bytes): Written => {
    const written = Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n')]);
    return [written, ['bulk', Buffer.from(bytes).toString('hex')]];
  }),
  fc.constant(line('$-1', 'nil', undefined)),
  fc.constantFrom(-1, 0, 1, 1000).map((length) => line(`*${length}`, 'array', length)),
  fc.constant(line('+OK', 'status', 'OK')),
  fc.constant(line('-ERR no', 'error', 'ERR no')),
);

describe('RespParser', () => {
  it('tells replies of every kind in order, in whatever chunks they come', () => {
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 30 }), fc.integer({ min: 1, max: 40 }), (replies, size) => {
        const bytes = Buffer.concat(replies.map(([written]) => written));
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
          bytes.subarray(at * size, (at + 1) * size),
        );
        const expected = replies.map(([, told]) => told);
        expect(parsed(chunks)).toEqual(expected);
        expect(parsed([bytes])).toEqual(expected);
      }),
    );
  });

  it.each([
    ['something else than replies', 'HTTP/1.1 400 Bad Request\r\n'],
    ['a length below −1', '$-2\r\n'],
    ['a length beyond all strings', '$99999999999999999999\r\n'],
    ['a line without end', `+${'x'.repeat(70_000)}`],
  ])('refuses %s', (_what, text) =>
    expect(() => parsed([Buffer.from(text)])).toThrow(
      expect.objectContaining({
        code: 'RestoreUnreachable',
        message: expect.stringContaining('replies of a'),
      }),
    ),
  );
});

describe('commands', () => {
  it('are arrays of strings', () =>
    expect(encodeCommand(['SCAN', 0, Buffer.from('é')]).toString()).toBe(
      '*3\r\n$4\r\nSCAN\r\n$1\r\n0\r\n$2\r\né\r\n',
    ));

  it('are put together in a batch as they are one by one, however large it grows', () => {
    const batch = new CommandBatch();
    const short = Array.from({ length: 5_000 }, (_, at) => `${'key '.repeat(at % 50)}${at}`);
    const keys = [
      ...short,
      '',
      ...[9, 10, 99, 100, 127, 128, 129, 999, 1_000, 300_000].map((size) => 'k'.repeat(size)),
    ];
    const start = encodeStart('MEMORY', 'USAGE');
    const oneByOne = Buffer.concat(keys.map((key) => encodeCommand(['MEMORY', 'USAGE', key])));
    const encoded = new KeyBatch();
    for (const again of [1, 2]) {
      encoded.clear();
      batch.clear();
      for (const key of keys) encoded.add(Buffer.from(`<${key}>`), 1, 1 + key.length, new Uint32Array(4));
      for (let at = 0; at < encoded.count; at++)
        batch.add(start, encoded.encoded, encoded.startOf(at), encoded.startOf(at + 1));
      expect(batch.bytes.equals(oneByOne), `in memory used ${again} times`).toBe(true);
      expect(keys.map((_, at) => Buffer.from(encoded.keyAt(at)).toString())).toEqual(keys);
    }
  });
});
