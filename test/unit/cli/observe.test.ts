import type { Fields, NotedCall } from '@redrill/local-aws/field-notes';
import type { QuestionId } from '@redrill/local-aws/readings';
import { describe, expect, it } from 'vitest';
import { FINDS, judged } from '../../../cli/doctor/rehearse/observe.ts';
import { ASSUMPTIONS } from '../../../core/contracts/assumptions.ts';

const called = (
  operation: string,
  answer: { readonly output: Fields } | { readonly error: NonNullable<NotedCall['error']> },
): NotedCall => ({
  afterMs: 0,
  service: 'ElastiCache',
  operation,
  region: 'eu-west-1',
  input: {},
  ...answer,
});

const refused = (operation: string, code: string, message = '') =>
  called(operation, { error: { code, status: 400, message } });

const exported = (of: Fields) =>
  called('ListObjectsV2', {
    output: { Contents: [{ Key: 'redrill-redrill-rehearsal-x-0001.rdb', ETag: '"e"', ...of }] },
  });
const CREATING = called('DescribeSnapshots', { output: { Snapshots: [{ SnapshotStatus: 'creating' }] } });

const readingIn = (id: QuestionId, ...calls: readonly NotedCall[]) =>
  judged({ format: 1, madeBy: 'a test', startedAt: '', regions: [], calls }).find((each) => each.id === id);

describe('what field notes show of an open question', () => {
  it('is looked for where docs/assumptions.md says that doctor --rehearse settles it', () => {
    const promised = Object.entries(ASSUMPTIONS).flatMap(([id, { settledBy }]) =>
      settledBy.startsWith('doctor --rehearse:') ? [id] : [],
    );
    expect(promised.filter((id) => !(id in FINDS))).toEqual([]);
    expect(promised.length).toBeGreaterThan(15);
  });

  it.each<[QuestionId, string, readonly NotedCall[]]>([
    ['seed-grant', 'policy', [called('CreateReplicationGroup', { output: {} })]],
    [
      'seed-grant',
      'acl',
      [refused('CreateReplicationGroup', 'InvalidParameterValue', 'No permission to access S3 object: b/k')],
    ],
    ['export-grant', 'policy', [exported({})]],
    ['exported-checksum', 'crc64nvme', [exported({ ChecksumAlgorithm: ['CRC64NVME'] })]],
    ['exported-checksum', 'crc32', [exported({ ChecksumAlgorithm: ['CRC32'] })]],
    [
      'second-snapshot',
      'refused',
      [CREATING, refused('CreateSnapshot', 'InvalidCacheClusterState'), CREATING],
    ],
    ['second-snapshot', 'queued', [CREATING, called('CreateSnapshot', { output: {} }), CREATING]],
    ['tags-of-busy', 'not-found', [refused('ListTagsForResource', 'CacheClusterNotFound')]],
    ['tags-of-busy', 'invalid-state', [refused('ListTagsForResource', 'InvalidReplicationGroupStateFault')]],
    [
      'rdb-version',
      'known',
      [
        called('DescribeExecution', {
          output: {
            executionArn: 'arn:aws:states:eu-central-1:111111111111:execution:redrill-drill:x',
            status: 'SUCCEEDED',
          },
        }),
      ],
    ],
  ])('%s is %s', (id, reading, calls) => {
    expect(readingIn(id, ...calls)).toMatchObject({ id, reading });
  });

  it.each<QuestionId>(['seed-grant', 'export-grant', 'exported-checksum', 'second-snapshot'])(
    '%s is not met without such a call',
    (id) => {
      const other = refused('CreateReplicationGroup', 'InsufficientCacheClusterCapacity');
      expect(readingIn(id, other, CREATING)).toEqual({ id, verdict: 'not met' });
    },
  );
});
