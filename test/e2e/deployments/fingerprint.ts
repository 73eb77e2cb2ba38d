import type { LocalAws } from '@redrill/local-aws';
import { administratorOf } from '@redrill/local-aws';
import type { Place } from '../../../demo/demo.ts';

/** What AWS shows of everything that a deployment makes in some regions; without dates, and what carries them. */
export async function fingerprint(
  aws: LocalAws,
  places: readonly Place[],
): Promise<Readonly<Record<string, unknown>>> {
  const seen = await Promise.all(places.map((place) => regional(aws, place)));
  return { roles: rolesOf(aws), alarms: alarmsOf(aws), logGroups: sorted(aws.logs.groups), regions: seen };
}

/** What lists answer with: whatever they list, it has one of these names. */
type Listed = Readonly<Record<'Name' | 'GroupName' | 'stateMachineArn' | 'TopicArn', string>>;

async function regional({ fabric, s3 }: LocalAws, { account, region }: Place): Promise<object> {
  const principal = administratorOf(account);
  const call = async (service: string, operation: string, input: object = {}) =>
    (await fabric.call({ service, operation, region, principal, input })) as Record<string, Listed[]>;
  const each = <Item>(items: readonly Item[] | undefined, read: (item: Item) => unknown) =>
    Promise.all((items ?? []).map(read));
  const { Buckets: buckets } = await call('s3', 'ListBuckets');
  const { Functions: functions } = await call('lambda', 'ListFunctions');
  const { Schedules: schedules } = await call('scheduler', 'ListSchedules');
  const { stateMachines: machines } = await call('states', 'ListStateMachines');
  const { Topics: topics } = await call('sns', 'ListTopics');
  const here = (buckets ?? [])
    .map(({ Name }) => s3.admin.bucket(Name))
    .filter((bucket) => bucket.region === region);
  return {
    buckets: here.map(({ name, configuration, policy }) => ({ name, configuration, policy })),
    functions: sorted(functions),
    schedules: await each(schedules, ({ Name, GroupName }) =>
      call('scheduler', 'GetSchedule', { Name, GroupName }),
    ),
    machines: await each(machines, ({ stateMachineArn }) =>
      call('states', 'DescribeStateMachine', { stateMachineArn }),
    ),
    topics: await each(topics, async ({ TopicArn }) => ({
      ...(await call('sns', 'GetTopicAttributes', { TopicArn })),
      ...(await call('sns', 'ListSubscriptionsByTopic', { TopicArn })),
    })),
    subnetGroups: await call('elasticache', 'DescribeCacheSubnetGroups'),
    aliases: (await call('kms', 'ListAliases')).Aliases,
  };
}

const rolesOf = ({ fabric }: LocalAws) =>
  sorted(fabric.roles.all().map(({ name, trustPolicy, policies }) => ({ name, trustPolicy, policies })));

const alarmsOf = ({ cloudwatch }: LocalAws) =>
  sorted(
    cloudwatch.alarms.all.map(
      ({ configuration: { createdAt: _, statistic: __, ...configuration } }) => configuration,
    ),
  );

/** Dates and ids of keys and networks differ between two deployments of the same; the order of creation means nothing. */
export function normalised(seen: unknown): unknown {
  const text = JSON.stringify(seen, (member, value) =>
    /date|createdAt|modified|revision/i.test(member) ? undefined : value,
  );
  const plain = text
    .replaceAll(/[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}/g, '<id>')
    .replaceAll(/\b(vpc|subnet|sg|vpce)-[\da-f]{17}\b/g, '$1-<id>')
    .replaceAll(/-[A-Z\d]{12}\b/g, '-<suffix>');
  return inOrder(JSON.parse(plain));
}

function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return sorted(value.map(inOrder));
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, each]) => [name, inOrder(each)]),
  );
}

function sorted<Item>(items: readonly Item[] | undefined): readonly Item[] {
  return [...(items ?? [])].sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}
