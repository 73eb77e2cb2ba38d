import { describe, expect, it } from 'vitest';
import { RestoreStream } from '../index.ts';
import { file, key, len, listpack, read, str, ziplist } from '../testing/build.ts';
import { EMPTY_KEYS } from '../testing/empty.ts';
import { held, NOW_MS } from '../testing/restorable.ts';
import { readFile } from './oracle/read-file.ts';

/** Lists that hold something beside an empty node, or in one that only looks so. */
const LISTS = [
  key(14, 'a', len(2), str(ziplist()), str(ziplist('v'))),
  key(18, 'b', len(2), len(2), str(listpack()), len(2), str(listpack('v'))),
  key(18, 'c', len(2), len(2), str(listpack()), len(1), str('v')),
];
const content = file('REDIS0010', ...EMPTY_KEYS, ...LISTS);

describe('keys without elements', () => {
  it.each(['deep', 'structural'] as const)('are counted as empty in a reading that is %s', (depth) => {
    const counts = { keys: LISTS.length, emptyKeys: EMPTY_KEYS.length };
    expect(read(content, { depth })).toMatchObject(counts);
    expect(readFile(content, depth)).toMatchObject(counts);
  });

  it.each([1, 7])('are counted the same when the file comes in pieces of %i bytes', (chunkBytes) => {
    const counts = { keys: LISTS.length, emptyKeys: EMPTY_KEYS.length };
    expect(read(content, { depth: 'structural' }, chunkBytes)).toMatchObject(counts);
  });

  it('become no RESTORE, and are counted', async () => {
    const stream = new RestoreStream(held(content), { nowMs: NOW_MS });
    for await (const _ of stream);
    expect(stream.counts).toMatchObject({ emitted: LISTS.length, empty: EMPTY_KEYS.length });
  });
});
