import { expect, it } from 'vitest';
import { file, key, le, len, read, str } from '../testing/build.ts';

const EXPIRY = 1_800_000_000_000;

it('names keys to whoever asks', () => {
  const found: unknown[] = [];
  const content = file(
    'REDIS0010',
    [254, 2],
    [252],
    le(EXPIRY, 8),
    key(1, 'list', len(2), str('a'), str('b')),
  );
  read(content, { onKey: (name) => found.push({ ...name, name: new TextDecoder().decode(name.name) }) }, 1);
  expect(found).toEqual([
    expect.objectContaining({
      database: 2,
      name: 'list',
      type: 'list',
      expiresAtMs: EXPIRY,
      elements: 2,
      volatileFields: 0,
    }),
  ]);
});

it('knows the largest keys by a hash of their names', () => {
  const keys = Array.from({ length: 30 }, (_, i) => key(0, `k${i}`, str('x'.repeat(i * 10))));
  const { biggestKeys = [] } = read(file('REDIS0010', ...keys));
  expect(biggestKeys).toHaveLength(10);
  expect(biggestKeys.map((big) => big.sizeBytes)).toEqual(
    [...biggestKeys.map((big) => big.sizeBytes)].sort((a, b) => b - a),
  );
  expect(biggestKeys[0]).toMatchObject({ type: 'string', database: 0, sizeBytes: 1 + 4 + 2 + 290 });
  expect(biggestKeys.every((big) => /^[0-9a-f]{32}$/.test(big.nameHash))).toBe(true);
});
