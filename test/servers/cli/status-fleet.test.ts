import { expect, it } from 'vitest';
import { objectStore } from '../../../adapters/aws/object-store.ts';
import { writeJson } from '../../../adapters/documents/json-objects.ts';
import { inParallel } from '../../../adapters/in-parallel.ts';
import { statusOutput } from '../../../cli/status/contract.ts';
import { summariseDrill } from '../../../core/drill/summarise-drill.ts';
import {
  landingKeys,
  NOTICE_AREAS,
  SOURCE_NOTICE_AREAS,
  stagingKeys,
  vaultKeys,
} from '../../../core/model/keys.ts';
import { snapshotNameOf } from '../../../core/model/names.ts';
import { instantOf, type Slot, slotAt } from '../../../core/model/slot.ts';
import { enterRecord } from '../../../vault/point-records.ts';
import { REPORT } from '../../unit/core/drills.ts';
import { entryOf, pointOf, summaryOf } from '../../unit/core/facts.ts';
import { storeFiles } from '../../unit/vault/whole-point.ts';
import { at, BUCKET, LANDING, STAGING, type VaultFixture, vaultFixture } from './vault-fixture.ts';

const CACHES = Array.from({ length: 250 }, (_, number) => `cache-${String(number).padStart(3, '0')}`);
const POINTS = 100;
const HELD = CACHES.filter((cache) => cache.endsWith('00')).length;
/** Its newest copy has lost a file. */
const BROKEN = 'cache-123';
const NEWEST = at('20261121T120000Z');

const slotBefore = (number: number): Slot =>
  slotAt(new Date(instantOf(NEWEST).getTime() - number * 6 * 3_600_000));

/** Every file of every point is there; all points of the fleet are one point's bytes under their own names. */
async function enterFleet(vault: VaultFixture): Promise<void> {
  const { catalogue, fixture, enter } = vault;
  const { objects } = fixture.s3.admin.bucket(BUCKET);
  const seed = await enter({ cache: 'seed', slot: NEWEST, tier: 'hourly' });
  const files = (await catalogue.vault.list(vaultKeys.point(seed))).map(({ key }) => objects.current(key));
  for (const cache of CACHES) {
    for (let number = cache === BROKEN ? 2 : 1; number < POINTS; number++) {
      const folder = vaultKeys.point({ cache, slot: slotBefore(number), tier: 'hourly' });
      for (const file of files) {
        if (file !== undefined)
          objects.add({ ...file, key: folder + file.key.slice(vaultKeys.point(seed).length) });
      }
    }
  }
  for (const key of [...objects.keys].filter((each) => each.includes('seed')))
    await catalogue.vault.remove(key);
  await enter({ cache: BROKEN, slot: slotBefore(1), tier: 'hourly' });
  await inParallel(CACHES, (cache) => enterNewest(vault, cache));
}

/** What `status` reads of a cache. */
async function enterNewest({ catalogue: { vault } }: VaultFixture, cache: string): Promise<void> {
  const point = pointOf({ cache, slot: NEWEST, tier: 'hourly', snapshot: snapshotNameOf(cache, NEWEST) });
  await enterRecord(vault, { ...point, shards: await storeFiles(vault, point) });
  const recent = [NEWEST, slotBefore(1), slotBefore(2)].map((slot) => summaryOf(slot, 10));
  const hold = { slot: slotBefore(50), tier: 'hourly' as const, by: 'me', at: NOW, why: 'audit' };
  const holds = cache.endsWith('00') ? [hold] : [];
  await writeJson(vault, vaultKeys.registry(cache), { ...entryOf(recent, cache), holds });
  const drill = { ...summariseDrill(REPORT), drill: slotBefore(1) };
  await writeJson(vault, vaultKeys.history(cache), { version: 1, cache, drills: [drill], findings: [] });
}

const NOW = '2026-11-21T12:30:00.000Z';

it('answers for 250 caches of 100 points each with a number of requests that points do not change', async () => {
  const vault = await vaultFixture(NOW);
  await enterFleet(vault);
  await vault.watched(NOW);
  await vault.catalogue.vault.remove(vaultKeys.shard({ cache: BROKEN, slot: NEWEST, tier: 'hourly' }, 1));
  const memory = { version: 1, faults: {} };
  const staging = objectStore({ bucket: STAGING });
  const landing = objectStore({ bucket: LANDING, region: 'eu-west-1' });
  for (const area of NOTICE_AREAS) await writeJson(staging, stagingKeys.notices(area), memory);
  for (const area of SOURCE_NOTICE_AREAS) await writeJson(landing, stagingKeys.notices(area), memory);
  await writeJson(landing, landingKeys.discovery, {});
  const { calls } = vault.fixture.fabric;
  calls.length = 0;
  const { stdout, stderr } = await vault.redrill('status', '--json');
  expect(stderr).toBe('');
  const output = statusOutput.parse(JSON.parse(stdout));
  expect(output.caches).toHaveLength(CACHES.length);
  expect(output.caches.filter(({ newest }) => newest?.slot === NEWEST)).toHaveLength(CACHES.length - 1);
  expect(output.caches[0]).toMatchObject({ cache: BROKEN, newest: { slot: slotBefore(1) } });
  expect(output.caches.filter(({ held }) => held.length === 1)).toHaveLength(HELD);

  const requests = calls.filter(({ service }) => service === 's3');
  const count = (operation: string) => requests.filter((each) => each.operation === operation).length;
  // Registry entry, history, record and its digest of each cache, one record more of the broken one, and the watch's page.
  // And what the source's watch has seen, which shows that its region answers, and what is remembered of the alerts of each area, in both regions.
  const areas = NOTICE_AREAS.length + SOURCE_NOTICE_AREAS.length;
  expect(count('GetObject')).toBe(4 * CACHES.length + 2 + 1 + 1 + areas);
  // The folder of each cache's newest copy, one more of the broken one, and the tags of its record.
  expect(count('ListObjectVersions')).toBe(CACHES.length + 1);
  expect(count('GetObjectTagging')).toBe(CACHES.length);
  // Four tiers of the caches with a hold; the registry, whose entries are one page, and each tier's folders.
  expect(count('ListObjectsV2')).toBe(4 * HELD + 1 + 4);
  const counted = ['GetObject', 'ListObjectVersions', 'GetObjectTagging', 'ListObjectsV2'];
  expect(requests).toHaveLength(counted.reduce((sum, operation) => sum + count(operation), 0));
}, 240_000);
