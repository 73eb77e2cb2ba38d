import { ContentDigest, digestDump } from '@redrill/rdb';
import { describe, expect, it } from 'vitest';
import { bytesOf, type Content, FLAWS, isLoadable, keysIn } from '../../../simulate/world/contents.ts';
import { ShardReader } from '../../../vault/shard-reader.ts';

const CONTENT: Content = { keys: 1_200, slots: '0-8191', createdAtMs: Date.UTC(2027, 0, 1) };

async function read(content: Content) {
  async function* whole() {
    yield bytesOf(content);
  }
  const reading = await (await ShardReader.begin()).read(whole());
  if (reading === undefined) throw new Error('nothing interrupts it');
  return reading;
}

describe('the simulated files', () => {
  it('are RDB files that the product reads', async () => {
    const reading = await read(CONTENT);
    expect(reading).toMatchObject({
      sound: true,
      content: { keys: 1_200, rdb: { crc64: 'valid', createdAtSeconds: Date.UTC(2027, 0, 1) / 1000 } },
    });
  });

  it('hold the keys that a restored cluster answers with', async () => {
    const reading = await read(CONTENT);
    const digest = new ContentDigest();
    for (const key of keysIn(CONTENT)) digestDump(digest, key);
    expect(reading.sound && reading.content.digest).toBe(digest.total);
  });

  it.each(FLAWS)('that are %s are found out, unless nothing is wrong with their content', async (flaw) => {
    const { sound } = await read({ ...CONTENT, flaw });
    expect(sound).toBe(isLoadable({ ...CONTENT, flaw }));
  });
});
