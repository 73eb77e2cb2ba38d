import { inParallel } from '../adapters/in-parallel.ts';
import { once } from '../adapters/once.ts';
import type { SettingDocument } from '../core/contracts/settings.ts';
import { AppError } from '../core/model/errors.ts';
import type { Settings, Subscription } from '../core/ports.ts';
import type { Reading, WatchedSetting } from '../core/watch/settings/watched-settings.ts';

type Of<Kind extends WatchedSetting['kind']> = Extract<WatchedSetting, { readonly kind: Kind }>;

/** Looks at each of the settings. What cannot be read is said to be so; nothing that AWS does makes this fail. */
export async function readSettings(
  watched: readonly WatchedSetting[],
  settings: Settings,
): Promise<ReadonlyMap<string, Reading>> {
  const alarms = once(() =>
    settings.ofAlarms(watched.flatMap((each) => (each.kind === 'alarm' ? each.name : []))),
  );
  const topics = new Map<string, () => Promise<readonly Subscription[] | undefined>>();
  const subscriptions = (topic: string) => {
    const known = topics.get(topic) ?? once(() => settings.subscriptionsOf(topic));
    topics.set(topic, known);
    return known();
  };
  const find = async (setting: WatchedSetting): Promise<SettingDocument | undefined> => {
    switch (setting.kind) {
      case 'bucket':
        return settings.ofBucket(setting.bucket, setting.setting);
      case 'key':
        return settings.ofKey(setting.key);
      case 'keyPolicy':
        return settings.ofKeyPolicy(setting.key);
      case 'role':
        return settings.ofRole(setting.role, setting.policies);
      case 'schedule':
        return settings.ofSchedule(setting.group, setting.name);
      case 'alarm':
        return (await alarms()).get(setting.name);
      case 'subscription':
        return subscriptionOf(setting, (await subscriptions(setting.topic)) ?? [], settings);
      case 'audience':
        return audienceOf((await subscriptions(setting.topic)) ?? []);
      case 'channel':
        return settings.ofChannel(setting.part, setting.name);
    }
  };
  return new Map(
    await inParallel(watched, async (setting) => [setting.id, await readingOf(() => find(setting))] as const),
  );
}

async function readingOf(find: () => Promise<SettingDocument | undefined>): Promise<Reading> {
  try {
    return { state: 'read', found: await find() };
  } catch (error) {
    const known = error instanceof AppError ? error : new AppError('NotCompared', String(error));
    const { code, message, kind } = known;
    return { state: 'unreadable', code, message, passing: kind === 'transient' };
  }
}

/**
 * A second subscription of the same address that waits for its confirmation does no harm. SNS shows no filter of one that
 * waits: what is wrong with it is that it waits.
 */
async function subscriptionOf(
  { protocol, endpoint, expected }: Of<'subscription'>,
  there: readonly Subscription[],
  { ofSubscription }: Pick<Settings, 'ofSubscription'>,
): Promise<SettingDocument | undefined> {
  const own = there.filter((each) => each.protocol === protocol && each.endpoint === endpoint);
  if (own.length === 0) return undefined;
  const arn = own.find(({ confirmed }) => confirmed)?.arn;
  if (arn === undefined) return { ...expected, ...audienceOf(own) };
  const attributes = await ofSubscription(arn);
  return attributes && { Status: 'confirmed', Arn: arn, ...attributes };
}

function audienceOf(there: readonly Subscription[]): SettingDocument | undefined {
  if (there.length === 0) return undefined;
  return { Status: there.some(({ confirmed }) => confirmed) ? 'confirmed' : 'pending confirmation' };
}
