import { type WrittenKey, writeRdb } from '@redrill/rdb';
import { DAY_MS, HOUR_MS } from '../../../core/model/time.ts';

const EACH = 40;

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

/**
 * What the rehearsal's cache is made from: keys of every core type, with and without expiry, some of which expire while the
 * rehearsal runs. Cluster mode is off, so two databases have keys.
 */
export function seed(now: Date): Uint8Array {
  const from = now.getTime();
  const expiries = [from + 0.1 * HOUR_MS, from + 0.5 * HOUR_MS, from + DAY_MS, from + 400 * DAY_MS];
  const keys = range(EACH).flatMap((number): readonly WrittenKey[] => {
    const elements = range(1 + (number % 9)).map((at) => `element ${number}.${at}`);
    return [
      { type: 'string', key: `string:${number}`, value: `value ${number} `.repeat(1 + number) },
      { type: 'list', key: `list:${number}`, elements: [...elements, 'last', 'last'] },
      { type: 'set', key: `set:${number}`, elements },
      { type: 'zset', key: `zset:${number}`, members: elements.map((each, at) => [each, at / 8 - number]) },
      { type: 'hash', key: `hash:${number}`, fields: elements.map((each, at) => [`field ${at}`, each]) },
      {
        type: 'stream',
        key: `stream:${number}`,
        entries: elements.map((each, at) => ({ ms: 1_000 + at * 7, seq: at % 3, fields: [['is', each]] })),
      },
    ];
  });
  const expiring = expiries.map(
    (expiresAt, at): WrittenKey => ({ type: 'string', key: `expiring:${at}`, value: 'soon', expiresAt }),
  );
  const hashes = expiries.map(
    (expiresAt, at): WrittenKey => ({
      type: 'hash',
      key: `expiring:hash:${at}`,
      fields: [['a', '1']],
      expiresAt,
    }),
  );
  return writeRdb({
    0: [...keys, ...expiring, ...hashes],
    3: [{ type: 'string', key: 'string:0', value: 'other' }],
  });
}
