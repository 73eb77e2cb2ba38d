import { describe, expect, it } from 'vitest';
import { databasesRefusal } from '../../../core/restore/target-databases.ts';

const refusalOf = (inFiles: readonly number[], absent: readonly number[], intoOne?: number) =>
  databasesRefusal({ target: 'orders', inFiles, absent, intoOne });

describe('the databases of a recovery', () => {
  it.each([
    ['a cache that has them all', [0, 3], [], undefined],
    ['one database into another one', [3], [], 0],
    ['files without keys', [], [], undefined],
    ['another database than the one that the cluster lacks', [3], [7], 0],
  ] as const)('fit: %s', (_, inFiles, absent, intoOne) => {
    expect(refusalOf(inFiles, absent, intoOne)).toBeUndefined();
  });

  it('are refused with those that the cluster lacks, and what to do', () => {
    expect(refusalOf([0, 3], [3])).toBe(
      'orders is a cluster without database 3, and there are keys of databases 0, 3; choose one with --db, and /0 in the URL to write them into database 0. Valkey 9 and newer have several databases with cluster-databases',
    );
    expect(refusalOf([0, 3, 5], [3, 5])).toContain('a cluster without databases 3, 5,');
  });

  it('are refused if the URL names one that the cluster lacks', () => {
    expect(refusalOf([0], [2], 2)).toBe('orders is a cluster without database 2; omit /2');
  });

  it('are refused if several would become one', () => {
    expect(refusalOf([0, 3], [], 0)).toContain(
      'the URL names database 0, and there are keys of databases 0, 3',
    );
  });
});
