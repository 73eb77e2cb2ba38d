import { expect, it } from 'vitest';
import { parseSlot } from '../../../core/model/slot.ts';
import { run } from '../../../lambdas/create-snapshot.ts';

it('create-snapshot refuses a cache that has the name of a server, before it asks ElastiCache anything', async () => {
  const unasked = () => Promise.reject(new Error('nothing is to be asked'));
  const elasticache = {
    findCache: unasked,
    findSnapshot: unasked,
    listSnapshots: unasked,
    createSnapshot: unasked,
  };
  const input = { cache: 'events', plan: 'jobs', slot: parseSlot('20261121T060000Z') };
  const world = { elasticache, kmsKeys: [], servers: ['events'], now: () => new Date() };
  await expect(run(input, world)).rejects.toMatchObject({
    code: 'SnapshotUnsupported',
    message: expect.stringContaining('events is also the name of a server in the configuration'),
  });
});
