import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Slot, slotAt } from '../../core/model/slot.ts';
import type { Place } from '../../demo/demo.ts';
import { redrill } from '../e2e/redrill.ts';
import { HOUR_MS, MIDNIGHT, MINUTE_MS, World } from '../e2e/world.ts';

/*
 * Each half looks at the other: whether its region answers, and whether its alerts reach anyone. What a region cannot say
 * itself, the other one says within a quarter of an hour, over a topic of its own.
 */

const QUARTER_MS = 15 * MINUTE_MS;
const CACHES = { orders: 'event-log', sessions: 'session-store' };

let world: World;

beforeAll(async () => {
  world = await World.start();
  await world.create(Object.keys(CACHES).map((id) => ({ id })));
  for (const id of Object.keys(CACHES)) await world.fill(id, 40);
  await backUp(MIDNIGHT);
  await world.deliver('watch-source');
});
afterAll(() => world.close());

async function backUp(slot: Slot): Promise<void> {
  for (const plan of Object.values(CACHES)) await world.runSlot(plan, slot);
}

const topicOf = ({ region, account }: Place) => `arn:aws:sns:${region}:${account}:redrill-alerts`;

interface Told {
  readonly code: string;
  readonly region: string;
  readonly subject: string;
  readonly text: string;
  readonly deliveredTo: readonly string[];
}

/** A look of both halves, a quarter of an hour after the last. @returns what the topics took */
async function looks(...watches: readonly ('watch-vault' | 'watch-source')[]): Promise<readonly Told[]> {
  const before = world.aws.sns.messages.length;
  await world.pass(QUARTER_MS);
  for (const watch of watches) await world.deliver(watch);
  return world.aws.sns.messages
    .slice(before)
    .map(({ attributes, region, subject = '', message: text, deliveredTo }) => ({
      code: attributes.code ?? '',
      region,
      subject,
      text,
      deliveredTo,
    }))
    .filter(({ code }) => /^(RegionDown|Alerts)/.test(code));
}

const pings = () => world.demo.heartbeats.pings.at(-1);

async function subscribe({ region, account }: Place): Promise<void> {
  const TopicArn = topicOf({ region, account });
  const input = { TopicArn, Protocol: 'email', Endpoint: 'on-call@example.com' };
  await world.demo.call('sns', 'Subscribe', region, input);
  const { token: Token } = world.aws.sns.confirmations.at(-1) ?? {};
  await world.demo.call('sns', 'ConfirmSubscription', region, { TopicArn, Token });
}

async function unsubscribe({ region, account }: Place): Promise<void> {
  const { Subscriptions } = (await world.demo.call('sns', 'ListSubscriptionsByTopic', region, {
    TopicArn: topicOf({ region, account }),
  })) as { Subscriptions: readonly { SubscriptionArn: string }[] };
  for (const { SubscriptionArn } of Subscriptions)
    await world.demo.call('sns', 'Unsubscribe', region, { SubscriptionArn });
}

test('both halves well: nothing is told of the other, and the heartbeat is a success', async () => {
  expect(await looks('watch-source', 'watch-vault')).toEqual([]);
  expect(pings()).toMatchObject({ kind: 'success' });
});

describe('the only e-mail address of the vault’s region is unsubscribed', () => {
  test('the heartbeat fails and says why, and the source’s topic reaches people within a quarter of an hour', async () => {
    await unsubscribe(world.demo.vault);
    const told = await looks('watch-source', 'watch-vault');
    expect(told).toMatchObject([
      {
        code: 'AlertsReachNobody',
        region: world.demo.source.region,
        subject: `[Redrill] alerts of ${world.demo.vault.region} reach nobody`,
        text: expect.stringContaining('the topic redrill-alerts has no subscription that gets alerts'),
        deliveredTo: ['on-call@example.com'],
      },
    ]);
    expect(pings()).toMatchObject({
      kind: 'fail',
      body: expect.stringMatching(
        /^Redrill: alerts have no recipient: the topic redrill-alerts has no subscription/,
      ),
    });
  });

  test('a pending subscription changes nothing: the heartbeat goes on failing', async () => {
    await world.demo.call('sns', 'Subscribe', world.demo.vault.region, {
      TopicArn: topicOf(world.demo.vault),
      Protocol: 'email',
      Endpoint: 'on-call@example.com',
    });
    await looks('watch-source', 'watch-vault');
    expect(pings()).toMatchObject({
      kind: 'fail',
      body: expect.stringContaining('waiting for confirmation: on-call@example.com'),
    });
  });

  test('subscribed again: it is over on both', async () => {
    await subscribe(world.demo.vault);
    expect(await looks('watch-source', 'watch-vault')).toMatchObject([{ code: 'AlertsReachNobodyResolved' }]);
    expect(pings()).toMatchObject({ kind: 'success' });
  });
});

test('the source’s only address is unsubscribed: the vault’s topic reaches people', async () => {
  await unsubscribe(world.demo.source);
  expect(await looks('watch-vault')).toMatchObject([
    {
      code: 'AlertsReachNobody',
      region: world.demo.vault.region,
      subject: `[Redrill] alerts of ${world.demo.source.region} reach nobody`,
      deliveredTo: ['on-call@example.com'],
    },
  ]);
  await subscribe(world.demo.source);
  expect(await looks('watch-vault')).toMatchObject([{ code: 'AlertsReachNobodyResolved' }]);
});

describe('a region that is down', () => {
  afterEach(() => {
    for (const { region } of [world.demo.source, world.demo.vault])
      world.aws.fabric.setRegionDown(region, false);
  });

  test('the source’s: the vault says so with its first alert, status says so, and it is over when it is back', async () => {
    const { region } = world.demo.source;
    world.aws.fabric.setRegionDown(region, true);
    const before = world.allAlerts.length;
    const told = await looks('watch-vault');
    expect(world.allAlerts.slice(before).map(({ code }) => code)[0]).toBe('RegionDown');
    expect(told).toMatchObject([
      {
        code: 'RegionDown',
        subject: `[Redrill] ${region} does not answer: the source region may be down`,
        text: expect.stringMatching(
          /Amazon SNS and Amazon S3 failed[\s\S]*Runbook: https:\/\/\S+region-lost\.html/,
        ),
      },
    ]);
    const status = await redrill(world, 'status');
    expect(status.status).toBe(1);
    expect(status.out).toContain(`The source region ${region} does not answer`);
    world.aws.fabric.setRegionDown(region, false);
    expect(await looks('watch-vault')).toMatchObject([{ code: 'RegionDownResolved' }]);
  });

  test('the vault’s: the source says so, and status names the region', async () => {
    const { region } = world.demo.vault;
    world.aws.fabric.setRegionDown(region, true);
    expect(await looks('watch-source')).toMatchObject([
      {
        code: 'RegionDown',
        region: world.demo.source.region,
        subject: `[Redrill] ${region} does not answer: the vault region may be down`,
        text: expect.stringContaining('exports wait in the landing bucket'),
      },
    ]);
    const status = await redrill(world, 'status');
    expect(status.status).toBe(2);
    expect(status.err).toContain(`the vault region ${region} does not answer`);
    world.aws.fabric.setRegionDown(region, false);
    expect(await looks('watch-source')).toMatchObject([{ code: 'RegionDownResolved' }]);
  });

  test('one service of it that fails is not called a region that is down', async () => {
    const error = { code: 'ServiceUnavailable', message: 'Slow', status: 503 };
    world.aws.faults.arm({
      kind: 'error',
      service: 'sns',
      operation: 'ListSubscriptionsByTopic',
      times: 3,
      error,
    });
    expect((await looks('watch-source')).map(({ code }) => code)).not.toContain('RegionDown');
    await looks('watch-source');
  });
});

test('the key of the source’s alerts is disabled, which its own watch alone sees: the vault’s topic tells', async () => {
  const { region } = world.demo.source;
  const { Attributes } = (await world.demo.call('sns', 'GetTopicAttributes', region, {
    TopicArn: topicOf(world.demo.source),
  })) as { Attributes: { KmsMasterKeyId: string } };
  const kms = (operation: string) =>
    world.demo.call('kms', operation, region, { KeyId: Attributes.KmsMasterKeyId });
  await kms('DisableKey');
  const told = (await looks('watch-source', 'watch-vault')).filter(
    (each) => each.region === world.demo.vault.region,
  );
  expect(told).toMatchObject([
    { code: 'AlertsReachNobody', text: expect.stringContaining('the key of the alerts is Disabled') },
  ]);
  await kms('EnableKey');
  expect((await looks('watch-source', 'watch-vault')).map(({ code }) => code)).toContain(
    'AlertsReachNobodyResolved',
  );
});

test('the key of the alerts is disabled: the heartbeat fails and says why', async () => {
  await backUp(slotAt(new Date(Math.ceil(world.now / (12 * HOUR_MS)) * 12 * HOUR_MS)));
  const kms = (operation: string, input: object) =>
    world.demo.call('kms', operation, world.demo.vault.region, input);
  const { Attributes } = (await world.demo.call('sns', 'GetTopicAttributes', world.demo.vault.region, {
    TopicArn: topicOf(world.demo.vault),
  })) as { Attributes: { KmsMasterKeyId: string } };
  const KeyId = Attributes.KmsMasterKeyId;
  await looks('watch-vault');
  expect(pings()).toMatchObject({ kind: 'success' });
  await kms('DisableKey', { KeyId });
  await looks('watch-vault');
  expect(pings()).toMatchObject({
    kind: 'fail',
    body: expect.stringMatching(/^Redrill: alerts have no recipient: the key of the alerts is Disabled\n/),
  });
  await kms('EnableKey', { KeyId });
  await looks('watch-vault');
  expect(pings()).toMatchObject({ kind: 'success' });
});

test('the topic of the vault’s region is deleted: the heartbeat fails, the source’s topic tells', async () => {
  await world.demo.call('sns', 'DeleteTopic', world.demo.vault.region, {
    TopicArn: topicOf(world.demo.vault),
  });
  const told = await looks('watch-source', 'watch-vault');
  expect(told).toMatchObject([
    {
      code: 'AlertsReachNobody',
      region: world.demo.source.region,
      text: expect.stringContaining('the topic redrill-alerts does not exist'),
    },
  ]);
  const fails = world.demo.heartbeats.pings
    .slice(-2)
    .map(({ kind, body }) => `${kind} ${body.split('\n')[0]}`);
  expect(fails.join('\n')).toContain(
    'fail Redrill: alerts have no recipient: the topic redrill-alerts does not exist',
  );
  // For an hour nothing is repeated; then it is.
  await world.pass(HOUR_MS);
  expect(await looks('watch-source')).toMatchObject([{ code: 'AlertsReachNobody' }]);
});
