import { describe, expect, it } from 'vitest';
import { bytes, double, file, key, le, len, lzf, read, str, totalOf } from '../testing/build.ts';

const RUN = 'x'.repeat(500);

describe('modules', () => {
  const id = len(0x1234_5678_9abc_def0n);
  /** One of each kind: two integers, a float, a double, and this text. */
  const partsWith = (text: Uint8Array) =>
    bytes(len(1), len(7), len(2), len(300), len(3), le(1, 4), len(4), double(2.5), len(5), text, len(0));
  const parts = partsWith(str(RUN));

  it('are opaque, and skipped by their framing', () => {
    for (const depth of ['deep', 'structural'] as const) {
      const summary = read(
        file('REDIS0010', key(7, 'm', id, parts), key(0, 'after', str('v'))),
        { depth },
        5,
      );
      expect(summary).toMatchObject({ keys: 2, opaqueKeys: 1, byType: { module: 1, string: 1 } });
    }
  });

  it('have one digest however their strings are compressed', () => {
    expect(totalOf(key(7, 'm', id, partsWith(lzf(RUN))))).toBe(totalOf(key(7, 'm', id, parts)));
  });

  it('may have data of their own beside the keys', () => {
    const aux = bytes([247], id, len(2), len(1), parts);
    expect(totalOf(aux, key(0, 'k', str('v')))).toBe(totalOf(key(0, 'k', str('v'))));
  });
});
