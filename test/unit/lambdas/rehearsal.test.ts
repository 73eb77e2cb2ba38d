import { expect, test } from 'vitest';
import { landingKeys } from '../../../core/model/keys.ts';
import { snapshotNameOf } from '../../../core/model/names.ts';
import { REHEARSAL_CACHE, REHEARSAL_PLAN } from '../../../core/model/rehearsal.ts';
import { parseSlot } from '../../../core/model/slot.ts';
import { run as findExports } from '../../../lambdas/find-exports.ts';
import { run as raiseAlert } from '../../../lambdas/raise-alert.ts';
import { Catalogue } from '../../../vault/catalogue.ts';
import { SealedExports } from '../../../vault/sealed-exports.ts';
import { MemoryStore } from '../adapters/memory-store.ts';
import { NO_SERVERS, pointOf, sealOf } from '../core/facts.ts';
import { MemoryMetrics, MemoryWorkflows } from './memory-world.ts';

const SLOT = parseSlot('20261121T060000Z');
const SNAPSHOT = snapshotNameOf(REHEARSAL_CACHE, SLOT);

async function alertsOf(cache: string): Promise<number> {
  let published = 0;
  const failure = { Error: 'SourceNotAvailable', Cause: '' };
  const request = { workflow: 'backup', execution: 'e', cache, slot: SLOT, failure } as const;
  await raiseAlert(request, {
    alerts: {
      publish: async () => {
        published++;
      },
    },
  });
  return published;
}

test('a failed execution of a rehearsal sends no alert; one of a cache does', async () => {
  expect(await alertsOf('orders')).toBe(1);
  expect(await alertsOf(REHEARSAL_CACHE)).toBe(0);
});

test('the copy of a rehearsal earns no tier, and the watch does not wait for it', async () => {
  const [landing, staging] = [new MemoryStore('landing'), new MemoryStore('staging')];
  const seal = { ...sealOf([{}], SLOT), cache: REHEARSAL_CACHE, plan: REHEARSAL_PLAN, snapshot: SNAPSHOT };
  await landing.write(landingKeys.seal(SNAPSHOT), JSON.stringify(seal));
  const workflows = new MemoryWorkflows();
  await findExports(
    {},
    {
      landing,
      exports: new SealedExports(landing, NO_SERVERS),
      servers: NO_SERVERS.servers,
      staging,
      workflows,
      catalogue: new Catalogue(new MemoryStore()),
      metrics: new MemoryMetrics(),
      stateMachine: 'machine',
      now: () => new Date('2026-11-21T06:10:00Z'),
      shardsAtOnce: 4,
      lambdas: async () => 1000,
    },
  );
  expect(workflows.started).toMatchObject([{ input: { cache: REHEARSAL_CACHE, tier: 'hourly' } }]);
  const sight = await staging.read('watch/source.json');
  expect(JSON.parse(new TextDecoder().decode(sight?.body))).toMatchObject({ waiting: [] });
});

test('the vault’s registry, which the watch, status, the fleet page and the drills read, leaves it out', async () => {
  const catalogue = new Catalogue(new MemoryStore());
  for (const cache of ['orders', REHEARSAL_CACHE])
    await catalogue.enter(pointOf({ cache, slot: SLOT, snapshot: snapshotNameOf(cache, SLOT) }));
  expect((await catalogue.registered()).map(({ cache }) => cache)).toEqual(['orders']);
  expect((await catalogue.registry()).lost).toEqual([]);
});
