import { describe, expect, it } from 'vitest';
import { refuseUnlessSnapshottable } from '../../../../core/backup/snapshot-refusal.ts';

const LISTED = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

describe('refuseUnlessSnapshottable', () => {
  it.each<[string, string | undefined]>([
    ['without a key of its own', undefined],
    ['whose key is listed', LISTED],
    ['whose key ElastiCache returns by its id', '1234abcd-12ab-34cd-56ef-1234567890ab'],
    ['whose key ElastiCache returns by an alias, which KMS alone can resolve', 'alias/caches'],
    ['by the ARN of an alias', 'arn:aws:kms:eu-west-1:111122223333:alias/caches'],
  ])('lets a cache pass %s', (_, kmsKey) => {
    const cache = { cache: 'jobs', dataTiering: false, ...(kmsKey && { kmsKey }) };
    expect(() => refuseUnlessSnapshottable(cache, [LISTED])).not.toThrow();
  });

  it('refuses a key that is not listed, and names it and the field', () => {
    const cache = { cache: 'jobs', dataTiering: false, kmsKey: `${LISTED}c` };
    expect(() => refuseUnlessSnapshottable(cache, [LISTED])).toThrow(
      expect.objectContaining({
        code: 'SourceKeyUnusable',
        message: `jobs is encrypted with the KMS key ${LISTED}c, which source.kmsKeys in the configuration does not list`,
      }),
    );
  });

  it('refuses what does not name one cache that can be backed up, in the same words', () => {
    const cache = { cache: 'jobs', dataTiering: false, refusal: 'jobs is a Memcached cluster' };
    expect(() => refuseUnlessSnapshottable(cache, [])).toThrow(
      expect.objectContaining({ code: 'SnapshotUnsupported', message: 'jobs is a Memcached cluster' }),
    );
  });

  it('refuses data tiering', () => {
    const cache = { cache: 'jobs', dataTiering: true };
    expect(() => refuseUnlessSnapshottable(cache, [])).toThrow(
      expect.objectContaining({ code: 'SnapshotUnsupported' }),
    );
  });
});
