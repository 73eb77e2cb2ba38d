import { describe, expect, it } from 'vitest';
import { RdbReader, readRdb } from '../index.ts';
import { file, key, read, str } from '../testing/build.ts';

const content = file('REDIS0010', key(0, 'k', str('v')), key(0, 'l', str('w'.repeat(10_000))));
const total = read(content).digest?.total;

describe('the chunks of a reading', () => {
  it('stay as they are when written', () => {
    const reader = new RdbReader({ depth: 'deep' });
    const chunk = content.slice();
    reader.write(chunk);
    expect(chunk).toEqual(content);
    expect(reader.end().digest?.total).toBe(total);
  });

  it('give their memory back at once when taken', () => {
    const reader = new RdbReader({ depth: 'deep' });
    const chunk = content.slice();
    reader.take(chunk);
    expect(chunk.buffer.byteLength).toBe(0);
    expect(reader.end().digest?.total).toBe(total);
  });

  it('are left as they are when taken from a larger buffer', () => {
    const reader = new RdbReader({ depth: 'deep' });
    const larger = new Uint8Array(content.length + 1);
    larger.set(content, 1);
    reader.take(larger.subarray(1));
    expect(larger.subarray(1)).toEqual(content);
    expect(reader.end().digest?.total).toBe(total);
  });

  it('of a stream stay their owner’s', async () => {
    const halves = [content.slice(0, 100), content.slice(100)];
    const summary = await readRdb(
      (async function* () {
        yield* halves;
      })(),
      { depth: 'deep' },
    );
    expect(summary.digest?.total).toBe(total);
    expect(halves.map((half) => half.buffer.byteLength)).toEqual([100, content.length - 100]);
  });
});
