import { expect, test } from 'vitest';
import { type SeenOfId, whyNotASecondary, whyNotBackedUp } from '../../../../core/backup/which-cache.ts';

const redis = { engine: 'redis', group: undefined };

test.each<[string, SeenOfId, string | undefined]>([
  ['a replication group', { isGroup: true }, undefined],
  ['a cluster outside a group', { isGroup: false, cluster: redis }, undefined],
  [
    'a cluster whose engine is not told',
    { isGroup: false, cluster: { ...redis, engine: undefined } },
    undefined,
  ],
  ['a group whose primary has its id', { isGroup: true, cluster: { ...redis, group: 'x' } }, undefined],
  [
    'a node of a group',
    { isGroup: false, cluster: { ...redis, group: 'jobs' } },
    'x is a node of the replication group jobs; name jobs instead',
  ],
  [
    'Memcached',
    { isGroup: false, cluster: { ...redis, engine: 'memcached' } },
    'x is a Memcached cluster, and',
  ],
  [
    'a group and a cluster outside it',
    { isGroup: true, cluster: redis },
    'x is the id of a replication group and of a cluster outside it',
  ],
  ['a serverless cache', { isGroup: false, isServerless: true }, undefined],
  [
    'a group and a serverless cache',
    { isGroup: true, isServerless: true, cluster: { ...redis, group: 'x' } },
    'x is the id of a replication group and of a serverless cache, and Redrill',
  ],
  [
    'a cluster and a serverless cache',
    { isGroup: false, isServerless: true, cluster: redis },
    'x is the id of a cluster and of a serverless cache, and Redrill',
  ],
])('%s', (_, seen, refusal) => {
  const found = whyNotBackedUp('x', seen);
  if (refusal === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(refusal);
});

test('a secondary of a Global Datastore is refused with its primary, if that is known', () => {
  const primary = { id: 'orders-eu', region: 'eu-west-1' };
  expect(whyNotASecondary('orders', { datastore: 'ldgnf-orders', primary })).toBe(
    'orders is a secondary of the Global Datastore ldgnf-orders; protect its primary, orders-eu in eu-west-1, instead',
  );
  expect(whyNotASecondary('orders', { datastore: 'ldgnf-orders' })).toContain(
    '; protect its primary instead',
  );
});
