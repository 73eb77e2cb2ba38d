import type { ExpectedSettings } from '../../core/contracts/settings.ts';
import type { Settings } from '../../core/ports.ts';

/** An AWS in which everything is as it was synthesised. */
export function settingsAs(expected: ExpectedSettings): Settings {
  const { buckets, keys, schedules, alarms, topics, roles, channels } = expected;
  const subscriptions = topics.flatMap(({ arn, subscriptions: of }) =>
    of.map((each) => ({ ...each, topic: arn, arn: `${arn} ${each.protocol} ${each.endpoint}` })),
  );
  return {
    ofBucket: async (bucket, setting) => buckets.find(({ name }) => name === bucket)?.settings[setting],
    ofKey: async (key) => (keys.some(({ arn }) => arn === key) ? { KeyState: 'Enabled' } : undefined),
    ofKeyPolicy: async (key) => keys.find(({ arn }) => arn === key)?.policy,
    ofRole: async (role) => {
      const found = roles.find(({ name }) => name === role);
      return found && { Trust: found.trust, Policies: found.policies, Attached: [] };
    },
    ofSchedule: async (group, name) =>
      schedules.find((schedule) => schedule.group === group && schedule.name === name)?.setting,
    ofAlarms: async (names) =>
      new Map(alarms.filter(({ name }) => names.includes(name)).map(({ name, setting }) => [name, setting])),
    alarmsInAlarm: async () => [],
    sendAlarmAgain: async () => undefined,
    subscriptionsOf: async (topic) =>
      topics.some(({ arn }) => arn === topic)
        ? subscriptions.filter((each) => each.topic === topic).map((each) => ({ ...each, confirmed: true }))
        : undefined,
    ofSubscription: async (arn) => {
      const found = subscriptions.find((each) => each.arn === arn);
      return (
        found && {
          FilterPolicy: found.filter ?? {},
          FilterPolicyScope: 'MessageAttributes',
          RawMessageDelivery: String(found.raw ?? false),
        }
      );
    },
    ofChannel: async (part, name) =>
      channels.find((each) => each.part === part && each.name === name)?.setting,
  };
}
