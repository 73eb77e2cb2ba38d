import type { ExpectedSettings } from '../../core/contracts/settings.ts';
import type { Settings } from '../../core/ports.ts';

/** An AWS in which everything is as it was synthesised. */
export function settingsAs({ buckets, keys, schedules, alarms, topics, roles }: ExpectedSettings): Settings {
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
      topics
        .find(({ arn }) => arn === topic)
        ?.subscriptions.map((subscription) => ({ ...subscription, confirmed: true })),
  };
}
