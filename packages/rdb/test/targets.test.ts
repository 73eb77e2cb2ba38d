import { describe, expect, it } from 'vitest';
import { newestRdbVersion, type RdbFlavour, refusalOfTarget } from '../index.ts';

const file = (version: number, flavour: RdbFlavour = version >= 80 ? 'valkey' : 'redis') => ({
  version,
  flavour,
});

describe('what a server takes', () => {
  it.each([
    ['redis', '6.2.6', 9],
    ['redis', '7.0.15', 10],
    ['redis', '7.1.0', 10],
    ['redis', '7.2.4', 11],
    ['redis', '7.4.1', 12],
    ['redis', '8.4.0', 12],
    ['redis', '8.6.0', 13],
    ['redis', '10.0.0', 14],
    ['valkey', '7.2.6', 11],
    ['valkey', '8.1.3', 11],
    ['valkey', '9.0.0', 80],
    ['valkey', '9.2.0', 81],
    ['redis', '2.4.0', undefined],
    ['valkey', 'unstable', undefined],
  ] as const)('%s %s: RDB %s', (engine, version, newest) => {
    expect(newestRdbVersion({ engine, version })).toBe(newest);
  });

  it.each([
    [6, 'redis', '7.0.15'],
    [9, 'valkey', '8.0.0'],
    [10, 'valkey', '8.1.0'],
    [11, 'valkey', '9.0.0'],
    [11, 'redis', '8.0.0'],
    [12, 'redis', '7.4.0'],
    [80, 'valkey', '9.1.0'],
  ] as const)('RDB %i into %s %s is accepted', (version, engine, target) => {
    expect(refusalOfTarget(file(version), { engine, version: target })).toBeUndefined();
  });

  it.each([
    [
      12,
      'redis',
      '7.0.15',
      'Redis 7.0.15 takes RDB 10 and older; this file is RDB 12 of Redis. Write into Redis 7.4 or newer.',
    ],
    [
      11,
      'redis',
      '7.0.15',
      'Redis 7.0.15 takes RDB 10 and older; this file is RDB 11 of Redis. Write into Redis 7.2 or newer.',
    ],
    [
      12,
      'valkey',
      '8.1.0',
      'Valkey 8.1.0 takes RDB 11 and older; this file is RDB 12 of Redis. Write into Redis 7.4 or newer.',
    ],
    [
      12,
      'valkey',
      '9.0.0',
      'Valkey 9.0.0 takes RDB 80, and 11 and older; this file is RDB 12 of Redis. Write into Redis 7.4 or newer.',
    ],
    [
      80,
      'valkey',
      '8.1.0',
      'Valkey 8.1.0 takes RDB 11 and older; this file is RDB 80 of Valkey. Write into Valkey 9.0 or newer.',
    ],
    [
      80,
      'redis',
      '8.0.0',
      'Redis 8.0.0 takes RDB 12 and older; this file is RDB 80 of Valkey. Write into Valkey 9.0 or newer.',
    ],
    [
      99,
      'redis',
      '8.0.0',
      'Redis 8.0.0 takes RDB 12 and older; this file is RDB 99 of Valkey. No known server takes it.',
    ],
    [10, 'redis', '1.0.0', 'Redis 1.0.0 is no version whose RESTORE is known.'],
  ] as const)('RDB %i into %s %s is refused', (version, engine, target, words) => {
    expect(refusalOfTarget(file(version), { engine, version: target })).toBe(words);
  });
});
