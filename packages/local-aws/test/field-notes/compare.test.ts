import { describe, expect, test } from 'vitest';
import { type Difference, differences } from '../../field-notes/compare.ts';
import { inWords } from '../../field-notes/in-words.ts';
import type { FieldNotes, Fields, NotedCall } from '../../field-notes/notes.ts';

const notesOf = (...calls: readonly NotedCall[]): FieldNotes => ({
  format: 1,
  madeBy: 'a test',
  startedAt: '2026-11-21T06:00:00.000Z',
  regions: ['eu-west-1', 'eu-central-1'],
  calls,
});

const look = (minutes: number, operation: string, input: Fields, output: Fields): NotedCall => ({
  afterMs: minutes * 60_000,
  service: operation.startsWith('List') ? 'S3' : 'ElastiCache',
  operation,
  region: 'eu-west-1',
  input,
  output,
});

const snapshot = (minutes: number, SnapshotStatus: string, more: Fields = {}) =>
  look(
    minutes,
    'DescribeSnapshots',
    { SnapshotName: 's' },
    {
      Snapshots: [{ SnapshotName: 's', SnapshotStatus, ...more }],
    },
  );
const files = (minutes: number, ...keys: readonly string[]) =>
  look(minutes, 'ListObjectsV2', { Prefix: 's' }, { Contents: keys.map((Key) => ({ Key })) });

const text = (found: readonly Difference[]) => found.map((each) => inWords(each).join('\n'));

describe('field notes are compared', () => {
  const both = [snapshot(0, 'creating'), files(0), snapshot(3, 'available'), files(3, 's-0001.rdb')];

  test('with notes that are the same, nothing is found', () => {
    expect(differences(notesOf(...both), notesOf(...both))).toEqual([]);
  });

  test('a field that one side lacks, or has in another form', () => {
    const aws = notesOf(snapshot(0, 'available', { NumCacheNodes: 1 }));
    const here = notesOf(snapshot(0, 'available', { NumCacheNodes: '1', ReplicationGroupId: 'r' }));
    expect(text(differences(aws, here))).toEqual([
      `field: ElastiCache.DescribeSnapshots Snapshots[].NumCacheNodes
  AWS returns it as number
  the local AWS returns it as string`,
      `field: ElastiCache.DescribeSnapshots Snapshots[].ReplicationGroupId
  AWS returns no such field
  the local AWS returns it as string`,
    ]);
  });

  test('a sequence of states', () => {
    const way = (during: string) => {
      const passing = [3, 4.1].map((at) => snapshot(at, during));
      return notesOf(snapshot(0, 'creating'), ...passing, snapshot(5, 'available'));
    };
    const [aws, here] = [way('exporting'), way('copying')];
    expect(text(differences(aws, here))).toEqual([
      `states: ElastiCache.DescribeSnapshots s
  AWS shows creating → exporting → available
  the local AWS shows creating → copying → available`,
    ]);
  });

  test('but for a state that one of them shows for less than a minute', () => {
    const brief = notesOf(snapshot(0, 'creating'), snapshot(3, 'exporting'), snapshot(3.1, 'available'));
    const without = notesOf(snapshot(0, 'creating'), snapshot(3, 'available'));
    expect([...differences(brief, without), ...differences(without, brief)]).toEqual([]);
  });

  test('and how soon something is there that a schedule makes; but not what the notes have ordered', () => {
    const [soon, late] = [[files(1, 's-0001.rdb')], [files(0), files(1, 's-0001.rdb')]];
    expect(differences(notesOf(...soon), notesOf(...late))).toEqual([]);
    const order: NotedCall = { ...look(0, 'PutObject', { Prefix: 's' }, {}), service: 'S3' };
    expect(text(differences(notesOf(order, ...soon), notesOf(order, ...late)))).toEqual([
      `states: S3.ListObjectsV2 s
  AWS shows something
  the local AWS shows nothing → something`,
    ]);
  });

  test('how something is refused', () => {
    const refused = (code: string): NotedCall => {
      const { output: _, ...call } = snapshot(0, '');
      return { ...call, error: { code, status: 404, message: 'no such snapshot' } };
    };
    const [aws, here] = [notesOf(refused('SnapshotNotFoundFault')), notesOf(refused('SnapshotNotFound'))];
    expect(text(differences(aws, here))).toEqual([
      `error: ElastiCache.DescribeSnapshots
  AWS refuses with SnapshotNotFoundFault (404)
  the local AWS refuses with SnapshotNotFound (404)`,
    ]);
  });

  test('the order of a list', () => {
    const [aws, here] = [notesOf(files(0, 'a', 'b', 'c')), notesOf(files(0, 'c', 'b', 'a'))];
    expect(text(differences(aws, here))).toEqual([
      `order: S3.ListObjectsV2 Contents
  AWS: ascending by name
  the local AWS: descending by name`,
    ]);
  });

  test('the order in which two things come to be, unless they do almost at once', () => {
    const [ready, there] = [
      (at: number) => snapshot(at, 'available'),
      (at: number) => files(at, 's-0001.rdb'),
    ];
    const begun = [snapshot(0, 'exporting'), files(0)];
    const aws = notesOf(...begun, ready(3), there(5));
    expect(text(differences(aws, notesOf(...begun, there(3), ready(5))))).toEqual([
      `order: of events
  AWS: s available (ElastiCache.DescribeSnapshots), then s something (S3.ListObjectsV2)
  the local AWS: s something (S3.ListObjectsV2), then s available (ElastiCache.DescribeSnapshots)`,
    ]);
    expect(differences(aws, notesOf(...begun, there(3), ready(3.5)))).toEqual([]);
  });
});
