import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS, World } from '../e2e/world.ts';

test.each(['insufficient-data', 'breaching'])(
  'alarms that are born breaching are sent again to who confirms later, with no data yet read as %s',
  async (reading) => {
    const world = await World.start({ readings: { 'alarm-without-data': reading } });
    try {
      const { call, vault } = world.demo;
      const TopicArn = `arn:aws:sns:${vault.region}:${vault.account}:redrill-alerts`;
      const topic = { TopicArn };
      const { Subscriptions } = (await call('sns', 'ListSubscriptionsByTopic', vault.region, topic)) as {
        Subscriptions: readonly { SubscriptionArn: string }[];
      };
      for (const { SubscriptionArn } of Subscriptions)
        await call('sns', 'Unsubscribe', vault.region, { SubscriptionArn });
      const late = { ...topic, Protocol: 'email', Endpoint: 'late@example.com' };
      await call('sns', 'Subscribe', vault.region, late);
      await world.pass(26 * HOUR_MS);
      await world.deliver('watch-vault');
      const { token: Token } = world.aws.sns.confirmations.at(-1) ?? {};
      await call('sns', 'ConfirmSubscription', vault.region, { ...topic, Token });
      const inAlarm = () =>
        world.aws.cloudwatch.alarms.all
          .filter(({ state, configuration }) => state === 'ALARM' && configuration.region === vault.region)
          .map(({ configuration }) => configuration.name)
          .sort();
      const before = world.aws.sns.messages.length;
      await world.deliver('watch-vault');
      await world.pass(26 * HOUR_MS);
      const sent = world.aws.sns.messages
        .slice(before)
        .filter(({ deliveredTo, subject = '' }) => deliveredTo.length > 0 && subject.startsWith('ALARM: '))
        .map(({ subject = '' }) => /"(.+?)"/.exec(subject)?.[1] ?? '');
      expect(inAlarm().length).toBeGreaterThan(0);
      expect([...new Set(sent)]).toEqual(expect.arrayContaining(inAlarm()));
      const after = world.aws.sns.messages.length;
      await world.deliver('watch-vault');
      await world.pass(MINUTE_MS);
      expect(
        world.aws.sns.messages.slice(after).filter(({ subject = '' }) => subject.startsWith('ALARM')),
      ).toEqual([]);
    } finally {
      await world.close();
    }
  },
);
