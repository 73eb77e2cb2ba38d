import type { StackEvent } from '@redrill/local-aws/cloudformation';
import { parseTemplate } from '@redrill/local-aws/cloudformation';
import { beforeAll, expect, test } from 'vitest';
import { instantOf, type Slot, slotAt } from '../../../core/model/slot.ts';
import { type Deployable, HOUR_MS, MIDNIGHT, MINUTE_MS, type StartedDrill, World } from '../world.ts';
import { Assemblies, withVault } from './assemblies.ts';
import { CHANGES, EVERYTHING_CHANGED } from './changes.ts';

/*
 * The configuration is changed and deployed while a backup of one cache, an ingest of another and a drill are under way, and
 * a second passes before each resource that the deployment changes. `npm run prove-deployments` tries each kind of change;
 * here all of them come at once, and the drill's network.
 */

const EACH = process.env.REDRILL_DEPLOYMENTS === 'all';
const SIX_HOURS_MS = 6 * HOUR_MS;
const STEP_MS = 1000;
/** The cache that one change adds: from then on people are rightly told when it is not in the configuration. */
const ADDED = 'carts';

let world: World;
let assemblies: Assemblies;
let before: Deployable;
let slot: Slot = MIDNIGHT;

beforeAll(async () => {
  assemblies = new Assemblies();
  before = assemblies.of();
  world = await World.start({ deployed: before });
  await world.createWithConfigured([{ id: ADDED }]);
  for (const plan of ['event-log', 'session-store']) await world.runSlot(plan, slot);
  return async () => {
    await world.close();
    await assemblies.remove();
  };
}, 180_000);

const nextSlot = (): Slot => slotAt(new Date(instantOf(slot).getTime() + SIX_HOURS_MS));

const running = () => new Set(world.aws.states.running.map(({ settings }) => settings.machine.name));

/** Begins a drill, a backup of sessions and the ingest of an export of orders, and returns when all three are under way. */
async function beginWork(): Promise<StartedDrill> {
  slot = nextSlot();
  const at = instantOf(slot).getTime();
  await world.passUntil(at);
  await world.deliver('backup-event-log', at);
  await world.deliver('watch-source');
  const drill = await world.startDrill('orders');
  await begin('backup-session-store', 'redrill-backup');
  // Busy for half a minute: what was copied before the deployment is verified and admitted after it.
  const error = { code: 'TooManyRequestsException', message: 'Rate Exceeded.', status: 429 };
  const invoke = { service: 'lambda', operation: 'Invoke', resource: 'redrill-verify-shard' };
  world.aws.faults.arm({ kind: 'error', ...invoke, times: 5, error });
  await begin('find-exports', 'redrill-ingest');
  expect([...running()].sort()).toEqual(['redrill-backup', 'redrill-drill', 'redrill-ingest']);
  return drill;
}

async function begin(schedule: string, machine: string): Promise<void> {
  const at =
    schedule === 'find-exports' ? Math.floor(world.now / MINUTE_MS) * MINUTE_MS : instantOf(slot).getTime();
  await world.aws.scheduler.deliverAgain(`redrill-${schedule}`, at);
  await world.until(`${machine} runs`, () => running().has(machine));
}

/** Deploys while time passes. @returns what the deployment did to the stacks */
async function deployMeanwhile({ folder }: Deployable): Promise<readonly StackEvent[]> {
  const earlier = new Map(world.aws.stacks.all.map(({ name, events }) => [name, events.length]));
  let deployed = false;
  const deploying = world.aws.deploy(folder, { pause: () => world.aws.clock.sleep(STEP_MS) }).finally(() => {
    deployed = true;
  });
  await Promise.all([deploying, world.until('the stacks are deployed', () => deployed)]);
  return world.aws.stacks.all.flatMap(({ name, events }) => events.slice(earlier.get(name) ?? 0));
}

async function whileWorkIsUnderWay(after: Deployable) {
  const alerts = world.allAlerts.length;
  const started = await beginWork();
  const events = await deployMeanwhile(after);
  await world.pass(0);
  await world.deliver('find-exports');
  for (const watch of ['watch-vault', 'watch-source', 'sweep-drills']) await world.deliver(watch);
  return { started, events, told: world.allAlerts.slice(alerts) };
}

/** What must be so after any change. */
async function expectNothingLost({ started, events }: Awaited<ReturnType<typeof whileWorkIsUnderWay>>) {
  expect(events.filter(({ status }) => status.endsWith('_FAILED'))).toEqual([]);
  expect(world.ends.filter((end) => !end.endsWith(' SUCCEEDED'))).toEqual([]);
  expect(started.execution.status).toBe('SUCCEEDED');
  for (const cache of ['orders', 'sessions']) {
    const points = await world.points(cache);
    expect(points.at(-1), `the newest point of ${cache}`).toMatchObject({ slot, verdict: 'verified' });
  }
  expect(world.drillClusters).toEqual([]);
  const drills = (await world.stagedKeys()).filter(
    (key) => key.startsWith('drills/') && key.endsWith('.rdb'),
  );
  expect(drills).toEqual([]);
  expect(world.refusals).toEqual([]);
}

/** Alarms say what they say when the schedules do not run; what is asked is whether people were told of anything else. */
const withoutAlarms = (told: readonly { code: string; severity: string; cache: string }[]) =>
  told
    .filter(({ severity, cache }) => severity !== 'alarm' && cache !== ADDED)
    .map(({ code, cache }) => `${code} ${cache}`.trim());

/** Nothing is subscribed to the new topic until somebody connects the chat: both halves say so, and over both topics. */
const WITH_CAUSE: Readonly<Record<string, readonly string[]>> = {
  chat: Array.from({ length: 4 }, () => 'SettingsDrifted subscriptions'),
};

const tried = EACH ? Object.keys(CHANGES) : [];

test.each(tried)('%s', async (name) => {
  const change = CHANGES[name as keyof typeof CHANGES];
  const result = await whileWorkIsUnderWay(assemblies.of(change));
  await expectNothingLost(result);
  expect(withoutAlarms(result.told)).toEqual(WITH_CAUSE[name] ?? []);
  const back = await deployMeanwhile(before);
  expect(back.filter(({ status }) => status.endsWith('_FAILED'))).toEqual([]);
  for (const watch of ['watch-vault', 'watch-source']) await world.deliver(watch);
});

test('everything at once', async () => {
  const result = await whileWorkIsUnderWay(assemblies.of(EVERYTHING_CHANGED));
  await expectNothingLost(result);
  expect(withoutAlarms(result.told)).toEqual([]);
  const back = await deployMeanwhile(before);
  expect(back.filter(({ status }) => status.endsWith('_FAILED'))).toEqual([]);
});

test('the drill’s network: the drill that runs fails and is torn down, people are told, and what it held is named', async () => {
  const network = await existingNetwork();
  const result = await whileWorkIsUnderWay(assemblies.of(withVault({ drillNetwork: network })));
  // The reader is in the new network and cannot reach a cluster in the old one.
  expect(result.started.execution.status).toBe('FAILED');
  expect(withoutAlarms(result.told)).toEqual(['RestoreUnreachable orders']);
  expect(world.drillClusters).toEqual([]);
  const left = result.events.filter(({ status }) => status === 'DELETE_FAILED');
  expect(left.map(({ type }) => type)).toContain('AWS::ElastiCache::SubnetGroup');
  for (const cache of ['orders', 'sessions'])
    expect((await world.points(cache)).at(-1)).toMatchObject({ slot, verdict: 'verified' });
  const { execution } = await world.startDrill('sessions');
  await world.pass(0);
  expect(execution.status).toBe('SUCCEEDED');
});

/** A VPC that somebody made, with two subnets and a route to S3. */
async function existingNetwork() {
  const { region, account } = world.demo.vault;
  const subnet = (index: number) => ({
    Type: 'AWS::EC2::Subnet',
    Properties: {
      VpcId: { Ref: 'Vpc' },
      CidrBlock: `10.9.${index}.0/24`,
      AvailabilityZone: `${region}${'ab'[index]}`,
    },
  });
  const template = parseTemplate(
    {
      Resources: {
        Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.9.0.0/16' } },
        First: subnet(0),
        Second: subnet(1),
        S3: {
          Type: 'AWS::EC2::VPCEndpoint',
          Properties: { VpcId: { Ref: 'Vpc' }, ServiceName: `com.amazonaws.${region}.s3` },
        },
      },
    },
    'network',
  );
  const artifact = { name: 'network', account, region, template, assets: new Map(), dependsOn: [] };
  const [stack] = await world.aws.stacks.deploy({ folder: '', stacks: [artifact] });
  const refOf = (id: string) => stack?.resources.find(({ logicalId }) => logicalId === id)?.ref ?? '';
  return {
    vpcId: refOf('Vpc'),
    subnetIds: [refOf('First'), refOf('Second')],
    availabilityZones: [`${region}a`, `${region}b`],
  };
}
