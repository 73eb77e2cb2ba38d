import { describe, expect, it } from 'vitest';
import { isSnapshotOf, memberIds } from '../../../../core/backup/snapshot-owner.ts';
import { requireAlive } from '../../../../core/backup/snapshot-status.ts';
import { stillUnseen } from '../../../../core/model/poll.ts';
import type { SnapshotView } from '../../../../core/ports.ts';

const nodes = [
  { id: 'sessions', role: 'primary' },
  { id: 'sessions-002', role: 'replica' },
] as const;
const source = { id: 'sessions', nodes };

function snapshot(changed: Partial<SnapshotView>): SnapshotView {
  return {
    kind: 'replication-group',
    name: 's',
    cache: undefined,
    node: undefined,
    status: 'available',
    takenAt: undefined,
    shards: [],
    ...changed,
  };
}

describe('a snapshot is of the cache', () => {
  it.each<[string, Partial<SnapshotView>, boolean]>([
    ['that it names', { cache: 'sessions' }, true],
    ['that has its node, also when the node is named otherwise than its group', { node: 'sessions' }, true],
    ['whose node was removed since', { node: 'sessions-003' }, true],
    ['and not of another group', { cache: 'orders', node: 'sessions-002' }, false],
    ['and not of another group’s node', { node: 'orders-001' }, false],
    ['if it names nothing at all, by its own name', {}, true],
  ])('%s', (_, changed, expected) => expect(isSnapshotOf(snapshot(changed), source)).toBe(expected));

  it('of a group may be of the cluster outside a group that had its id before', () => {
    const group = { id: 'jobs', nodes: [{ id: 'jobs-001', role: 'primary' }] } as const;
    expect(isSnapshotOf(snapshot({ node: 'jobs' }), group)).toBe(true);
    const alone = { id: 'jobs', nodes: [{ id: 'jobs', role: 'primary' }] } as const;
    expect(isSnapshotOf(snapshot({ node: 'jobs' }), alone)).toBe(true);
    expect(isSnapshotOf(snapshot({ node: 'jobs-2' }), alone)).toBe(false);
  });

  it('the nodes asked for are those that are there and those that may have been', () => {
    expect(memberIds('sessions', nodes)).toEqual([
      'sessions',
      'sessions-002',
      'sessions-001',
      'sessions-003',
      'sessions-004',
      'sessions-005',
      'sessions-006',
    ]);
  });
});

describe('the status of a snapshot', () => {
  it.each(['creating', 'exporting', 'copying', 'restoring', 'a-status-of-tomorrow'])(
    '%s is waited out',
    (status) => {
      expect(() => requireAlive(snapshot({ status }), 'sessions')).not.toThrow();
    },
  );
  it.each(['failed', 'deleting', 'deleted'])('%s fails at once', (status) => {
    expect(() => requireAlive(snapshot({ status }), 'sessions')).toThrow(
      `snapshot s of sessions is '${status}'`,
    );
  });
});

describe('what was just created and is not shown', () => {
  const requestedAt = '2026-11-22T00:00:00.000Z';
  it('is waited for', () => {
    const wait = { status: 'waiting', waitSeconds: 20 };
    expect(stillUnseen(requestedAt, new Date('2026-11-22T00:04:59Z'))).toEqual(wait);
  });
  it('is gone after five minutes', () => {
    expect(stillUnseen(requestedAt, new Date('2026-11-22T00:05:00Z'))).toBeUndefined();
  });
});
