import { readingsOf } from '@redrill/local-aws/readings';
import { describe, expect, it } from 'vitest';
import { MemoryBucket } from '../../../adapters/memory/bucket.ts';
import { VirtualClock } from '../../../simulate/clock.ts';
import { DrillRegion } from '../../../simulate/world/drills.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2027, 0, 20);
const ORDER = {
  id: 'redrill-drill-orders-202701200230',
  description: 'a drill',
  engine: 'valkey',
  engineVersion: '8.0',
  nodeType: 'cache.t4g.micro',
  clusterMode: false,
  shards: [{ shard: 1, slots: undefined }],
  snapshotArns: [],
  subnetGroup: 'drills',
  securityGroupId: 'sg-1',
  authToken: 'token',
  tags: {},
} as const;

describe('the drill clusters of the simulated region', () => {
  function region() {
    const clock = new VirtualClock(START_MS);
    const nothing = () => undefined;
    const nobody = {
      created: nothing,
      parametersMade: nothing,
      deletingParameters: nothing,
      deleting: nothing,
      connected: nothing,
    };
    const staging = new MemoryBucket('staging', { clock });
    return {
      clock,
      drills: new DrillRegion({ clock, staging, seed: 1, readings: readingsOf(), watcher: nobody }),
    };
  }

  it('that are stuck stay stuck and can be deleted, also once the fault is over', async () => {
    const { clock, drills } = region();
    drills.troubles.stuck = true;
    await drills.port.createCluster(ORDER);
    drills.troubles.stuck = false;
    await clock.runUntil(START_MS + HOUR_MS, () => false);
    expect(drills.clusters.get(ORDER.id)?.status).toBe('creating');

    await drills.port.deleteCluster(ORDER.id);
    await clock.runUntil(START_MS + 2 * HOUR_MS, () => false);
    expect(drills.clusters.has(ORDER.id)).toBe(false);
  });

  it('that are being created come up first, and are then deleted', async () => {
    const { clock, drills } = region();
    await drills.port.createCluster(ORDER);
    await drills.port.deleteCluster(ORDER.id);
    await clock.runUntil(START_MS + HOUR_MS, () => false);
    expect(drills.clusters.get(ORDER.id)?.status).toBe('available');

    await drills.port.deleteCluster(ORDER.id);
    await clock.runUntil(START_MS + 2 * HOUR_MS, () => false);
    expect(drills.clusters.has(ORDER.id)).toBe(false);
  });
});
