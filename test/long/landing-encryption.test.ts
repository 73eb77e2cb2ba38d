import { beforeAll, expect, test } from 'vitest';
import { slotAt } from '../../core/model/slot.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { HOUR_MS, MIDNIGHT, type ToldAlert, World } from '../e2e/world.ts';

/*
 * Somebody makes a KMS key the default encryption of the landing bucket, as an organisation's rules may. ElastiCache may not
 * use the key, and neither may Redrill's roles.
 */

const PLAN = 'job-queue';
const CACHE = 'jobs';

let world: World;
let told: readonly ToldAlert[];

beforeAll(async () => {
  world = await World.start();
  await world.create([{ id: CACHE, tags: { [PLAN_TAG]: PLAN } }]);
  await world.fill(CACHE, 20);
  const { call, source, landingBucket: Bucket } = world.demo;
  const { arn } = world.aws.kms.addKey({ id: 'of-somebody', ...source });
  const setDefault = (byDefault: object) =>
    call('s3', 'PutBucketEncryption', source.region, {
      Bucket,
      ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }] },
    });
  await setDefault({ SSEAlgorithm: 'aws:kms', KMSMasterKeyID: arn });
  await world.runSlot(PLAN, MIDNIGHT);
  await world.deliver('watch-source');
  told = world.alerts;
  await setDefault({ SSEAlgorithm: 'AES256' });
  await world.runSlot(PLAN, slotAt(new Date(Math.ceil(world.now / (2 * HOUR_MS)) * 2 * HOUR_MS)));
  return () => world.close();
});

test('the watch reports the setting, for what it writes does not depend on it', () => {
  expect(told.map(({ code }) => code)).toContain('SettingsDrifted');
  expect(world.refusals).toEqual([]);
});

test('no export comes, which is reported', () => {
  expect(told.filter(({ cache }) => cache === CACHE).map(({ code }) => code)).toEqual(['ExportOverdue']);
});

test('when it is put back, the next slot is verified', async () => {
  expect(await world.points(CACHE)).toMatchObject([{ verdict: 'verified' }]);
});
