import { describe, expect, it } from 'vitest';
import {
  memoryBytesOf,
  NODE_TYPES,
  smallestNodeTypeFor,
  usableBytesOf,
} from '../../../../core/model/node-types.ts';

const GIB = 1024 ** 3;

describe('node types', () => {
  it('are listed once each, smallest first', () => {
    expect(NODE_TYPES).toHaveLength(34);
    expect(new Set(NODE_TYPES).size).toBe(NODE_TYPES.length);
    const sizes = NODE_TYPES.map((type) => memoryBytesOf(type) ?? 0);
    expect(sizes).toEqual([...sizes].sort((one, other) => one - other));
    expect(sizes[0]).toBe(GIB / 2);
  });

  it('leave a quarter of their memory alone', () => {
    expect(memoryBytesOf('cache.t4g.medium')).toBe(Math.round(3.09 * GIB));
    expect(usableBytesOf('cache.t4g.micro')).toBe((GIB / 2) * 0.75);
  });

  it.each(['', 'cache', 'cache.r7g', 'r7g.large', 'db.r7g.large', 'cache.r7g.huge', 'cache.z9.large'])(
    '%j is unknown',
    (type) => {
      expect(memoryBytesOf(type)).toBeUndefined();
      expect(usableBytesOf(type)).toBeUndefined();
    },
  );

  it('the smallest that holds something is of the same family, if one of it does', () => {
    expect(smallestNodeTypeFor(9 * GIB, 'cache.r7g.large')).toBe('cache.r7g.large');
    expect(smallestNodeTypeFor(10 * GIB, 'cache.r7g.large')).toBe('cache.r7g.xlarge');
    expect(smallestNodeTypeFor(usableBytesOf('cache.m7g.large') ?? 0, 'cache.m7g.large')).toBe(
      'cache.m7g.large',
    );
    expect(smallestNodeTypeFor((usableBytesOf('cache.m7g.large') ?? 0) + 1, 'cache.m7g.large')).toBe(
      'cache.m7g.xlarge',
    );
  });

  it('else of any family, else there is none', () => {
    expect(smallestNodeTypeFor(4 * GIB, 'cache.t4g.medium')).toBe('cache.m6g.large');
    expect(smallestNodeTypeFor(4 * GIB, 'unknown')).toBe('cache.m6g.large');
    expect(smallestNodeTypeFor(400 * GIB, 'cache.r7g.large')).toBeUndefined();
  });
});
