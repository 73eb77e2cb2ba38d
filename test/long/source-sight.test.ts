import { beforeAll, describe, expect, test } from 'vitest';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { redrill } from '../e2e/redrill.ts';
import { HOUR_MS, MIDNIGHT, MINUTE_MS, World } from '../e2e/world.ts';

/*
 * What watch-vault tells of the source region: exports that are not ingested, and caches that backups do not find. One
 * cache, on a plan by its tag alone; the schedules do not run by themselves.
 */

let world: World;

beforeAll(async () => {
  world = await World.start();
  await world.create([{ id: 'carts', tags: { [PLAN_TAG]: 'session-store' } }]);
  await world.fill('carts', 50);
  await world.runSlot('session-store', MIDNIGHT);
  return () => world.close();
});

/** Lambda makes three attempts at an event. */
const NO_INGEST = {
  kind: 'error',
  service: 'states',
  operation: 'StartExecution',
  caller: 'find-exports',
  times: 3,
  error: { code: 'AccessDeniedException', message: 'no', status: 400 },
} as const;

/** What the looks of an hour and a half tell of carts, beside its RPO. */
async function looks(
  ingests: 'possible' | 'refused' = 'possible',
): Promise<readonly { readonly code: string; readonly text: string }[]> {
  const before = world.aws.sns.messages.length;
  for (let quarter = 0; quarter < 6; quarter++) {
    await world.pass(15 * MINUTE_MS);
    if (ingests === 'refused') world.aws.faults.arm(NO_INGEST);
    for (const schedule of ['watch-source', 'find-exports', 'watch-vault']) await world.deliver(schedule);
  }
  return world.aws.sns.messages
    .slice(before)
    .map(({ attributes, message }) => ({
      code: attributes.code ?? '',
      cache: attributes.cache,
      text: message,
    }))
    .filter(({ code, cache }) => cache === 'carts' && /^(Exports|Cache)/.test(code));
}
const codes = (told: Awaited<ReturnType<typeof looks>>) => told.map(({ code }) => code);

const region = () => world.demo.source.region;
const arn = () => `arn:aws:elasticache:${region()}:${world.demo.account}:replicationgroup:carts`;
const inSource = (operation: string, input: object) =>
  world.demo.call('elasticache', operation, region(), input);

describe('a cache', () => {
  test('that is there and on a plan: nobody is told', async () => expect(await looks()).toEqual([]));

  test('that has lost its tag is a page after an hour, with the command that puts it back', async () => {
    await inSource('RemoveTagsFromResource', { ResourceName: arn(), TagKeys: [PLAN_TAG] });
    const [told, ...others] = await looks();
    expect(others).toEqual([]);
    expect(told?.code).toBe('CacheUnplanned');
    expect(told?.text).toContain(
      `  aws elasticache add-tags-to-resource --region ${region()} --resource-name arn:aws:elasticache:${region()}:`,
    );
    expect(told?.text).toContain("  npx redrill forget carts --why '…'\n");
  });

  test('that has it again: that is told once', async () => {
    await inSource('AddTagsToResource', {
      ResourceName: arn(),
      Tags: [{ Key: PLAN_TAG, Value: 'session-store' }],
    });
    expect(codes(await looks())).toEqual(['CacheUnplannedResolved']);
  });
});

describe('an export', () => {
  test('that cannot be ingested is a ticket when half of the RPO is over', async () => {
    const slot = Math.ceil(world.now / (6 * HOUR_MS)) * 6 * HOUR_MS;
    await world.passUntil(slot);
    await world.deliver('backup-session-store', slot);
    const told = [await looks('refused'), await looks('refused'), await looks('refused')].flat();
    expect(codes(told)).toEqual(['ExportsWaiting']);
    expect(told[0]?.text).toContain('An export of carts should be in the vault by now. It is of ');
    expect(told[0]?.text).toContain('  npx redrill status carts\n');
  });

  test('that is in the vault after all: that is told once', async () =>
    expect(codes(await looks())).toEqual(['ExportsWaitingResolved']));
});

describe('a cache that is deleted', () => {
  test('is a page after an hour, with the way to restore it', async () => {
    await inSource('DeleteReplicationGroup', { ReplicationGroupId: 'carts' });
    const [told] = (await looks()).filter(({ code }) => code.startsWith('Cache'));
    expect(told?.code).toBe('CacheGone');
    expect(told?.text).toMatch(
      new RegExp(`^  npx redrill restore carts/\\w+ --to carts --region ${region()}$`, 'm'),
    );
  });

  test('is not told of any more once it is forgotten', async () => {
    expect((await redrill(world, 'forget', 'carts', '--why', 'it was a trial')).status).toBe(0);
    expect(codes(await looks())).toEqual(['CacheGoneResolved']);
  });

  test('nothing was refused', () => expect(world.refusals).toEqual([]));
});
