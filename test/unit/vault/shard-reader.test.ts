import { createHash } from 'node:crypto';
import { file, key, str } from '@redrill/rdb/testing';
import { describe, expect, it } from 'vitest';
import { shardContent } from '../../../core/contracts/recovery-point.ts';
import { UNSUPPORTED } from '../../../core/ingest/assess-content.ts';
import { ShardReader, type ShardReading } from '../../../vault/shard-reader.ts';

const STRING = 0;
const ONE = file('REDIS0010', key(STRING, 'greeting', str('hello')));
const TWO = file('REDIS0010', key(STRING, 'greeting', str('hello')), key(STRING, 'farewell', str('bye')));

async function* inPieces(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readShard(chunks: AsyncIterable<Uint8Array>): Promise<ShardReading> {
  const reading = await (await ShardReader.begin()).read(chunks);
  if (reading === undefined) throw new Error('nobody interrupted it');
  return reading;
}

describe('reading a shard', () => {
  it('finds the same in whatever pieces the file comes, and it fits its contract', async () => {
    const readings = await Promise.all([1, 7, 1_000_000].map((size) => readShard(inPieces(TWO, size))));
    const [first] = readings;
    for (const reading of readings) expect(reading).toEqual(first);
    if (first?.sound !== true) throw new Error('it is sound');
    expect(shardContent.parse(JSON.parse(JSON.stringify(first.content)))).toEqual(first.content);
    expect(first.content).toMatchObject({
      bytes: TWO.length,
      sha256: createHash('sha256').update(TWO).digest('hex'),
      rdb: { engine: 'redis', version: 10, crc64: 'valid' },
      keys: 2,
      byType: { string: 2, hash: 0 },
      byDatabase: { '0': 2 },
      withExpiry: 0,
      functions: 0,
      opaqueKeys: 0,
    });
    expect(Buffer.from(first.content.crc64nvme, 'base64')).toHaveLength(8);
  });

  it('reports damage instead of throwing it', async () => {
    const flipped = TWO.slice();
    flipped[flipped.length - 12] = (flipped[flipped.length - 12] ?? 0) ^ 1;
    for (const damaged of [flipped, TWO.slice(0, -1), new Uint8Array()])
      expect(await readShard(inPieces(damaged, 16))).toMatchObject({
        sound: false,
        problem: {
          code: expect.stringMatching(/^[A-Z][A-Za-z]+$/),
          message: expect.stringMatching(/at byte \d+/),
        },
      });
  });

  it('tells what it does not know from what is damaged', async () =>
    expect(await readShard(inPieces(file('REDIS0999'), 16))).toMatchObject({
      problem: { code: UNSUPPORTED },
    }));

  it('throws what the storage throws: that says nothing about the file', async () => {
    async function* broken(): AsyncIterable<Uint8Array> {
      yield ONE.subarray(0, 20);
      throw new Error('connection reset');
    }
    await expect(readShard(broken())).rejects.toThrow('connection reset');
  });
});
