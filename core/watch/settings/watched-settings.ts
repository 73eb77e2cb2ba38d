import type {
  BucketSetting,
  ChannelPart,
  ExpectedSettings,
  RoleSetting,
  SettingDocument,
} from '../../contracts/settings.ts';

/** One setting that is watched, and what it should be. */
export type WatchedSetting = { readonly id: string; readonly expected: SettingDocument } & (
  | { readonly kind: 'bucket'; readonly bucket: string; readonly setting: BucketSetting }
  | { readonly kind: 'key' | 'keyPolicy'; readonly key: string; readonly of: 'vault' | 'alerts' }
  | { readonly kind: 'role'; readonly role: string; readonly policies: readonly string[] }
  | { readonly kind: 'schedule'; readonly group: string; readonly name: string }
  | { readonly kind: 'alarm'; readonly name: string }
  | {
      readonly kind: 'subscription';
      readonly topic: string;
      readonly protocol: string;
      readonly endpoint: string;
    }
  | { readonly kind: 'audience'; readonly topic: string }
  | { readonly kind: 'channel'; readonly part: ChannelPart; readonly name: string }
);

/** What looking at one setting has shown. */
export type Reading =
  | { readonly state: 'read'; readonly found: SettingDocument | undefined }
  | {
      readonly state: 'unreadable';
      readonly code: string;
      readonly message: string;
      readonly passing: boolean;
    };

/** What has to be looked at, one by one. */
export function watchedSettings(expected: ExpectedSettings): readonly WatchedSetting[] {
  return [
    ...expected.buckets.flatMap(bucketSettings),
    ...expected.keys.flatMap(({ arn: key, of, policy }): readonly WatchedSetting[] => [
      { kind: 'key', id: `key ${key}`, key, of, expected: { KeyState: 'Enabled' } },
      ...(policy === undefined
        ? []
        : [{ kind: 'keyPolicy', id: `policy of key ${key}`, key, of, expected: policy } as const]),
    ]),
    ...expected.roles.map(roleSetting),
    ...expected.schedules.map(
      ({ group, name, setting }): WatchedSetting => ({
        kind: 'schedule',
        id: `schedule ${group}/${name}`,
        group,
        name,
        expected: setting,
      }),
    ),
    ...expected.alarms.map(
      ({ name, setting }): WatchedSetting => ({
        kind: 'alarm',
        id: `alarm ${name}`,
        name,
        expected: setting,
      }),
    ),
    ...expected.topics.flatMap(audienceSettings),
    ...expected.channels.map(
      ({ part, name, setting }): WatchedSetting => ({
        kind: 'channel',
        id: `${part} ${name}`,
        part,
        name,
        expected: setting,
      }),
    ),
  ];
}

function bucketSettings({ name, settings }: ExpectedSettings['buckets'][number]): readonly WatchedSetting[] {
  return Object.entries(settings).map(([setting, expected]) => ({
    kind: 'bucket',
    id: `bucket ${name} ${setting}`,
    bucket: name,
    setting: setting as BucketSetting,
    expected,
  }));
}

/** No role of Redrill's has managed policies. */
function roleSetting({ name, trust, policies, boundary }: RoleSetting): WatchedSetting {
  const expected = {
    Trust: trust,
    Policies: policies,
    Attached: [],
    ...(boundary === undefined ? {} : { Boundary: boundary }),
  };
  return { kind: 'role', id: `role ${name}`, role: name, policies: Object.keys(policies), expected };
}

/** Without anybody configured, people subscribe by hand: then it is enough that somebody does. */
function audienceSettings({
  arn: topic,
  subscriptions,
}: ExpectedSettings['topics'][number]): readonly WatchedSetting[] {
  const expected = { Status: 'confirmed' };
  if (subscriptions.length === 0) return [{ kind: 'audience', id: `audience ${topic}`, topic, expected }];
  return subscriptions.map(({ protocol, endpoint, filter = {}, raw = false }) => ({
    kind: 'subscription',
    id: `subscription ${topic} ${protocol} ${endpoint}`,
    topic,
    protocol,
    endpoint,
    expected: {
      ...expected,
      FilterPolicy: filter,
      FilterPolicyScope: 'MessageAttributes',
      RawMessageDelivery: String(raw),
    },
  }));
}
