import { parseTemplate } from '@redrill/local-aws/cloudformation';
import { beforeAll, expect, test } from 'vitest';
import { Assemblies, withVault } from '../e2e/deployments/assemblies.ts';
import { CHANGES, EVERYTHING_CHANGED } from '../e2e/deployments/changes.ts';
import { WorkUnderWay } from '../e2e/deployments/work-under-way.ts';
import { type Deployable, MIDNIGHT, World } from '../e2e/world.ts';

/*
 * The configuration is changed and deployed while a backup of one cache, an ingest of another and a drill are under way, and
 * a second passes before each resource that the deployment changes. `npm run prove-deployments` tries each kind of change;
 * here all of them come at once, and the drill's network.
 */

const EACH = process.env.REDRILL_DEPLOYMENTS === 'all';
/** The cache that one change adds: from then on people are rightly told when it is not in the configuration. */
const ADDED = 'carts';

let world: World;
let assemblies: Assemblies;
let before: Deployable;
let work: WorkUnderWay;

beforeAll(async () => {
  assemblies = new Assemblies();
  before = assemblies.of();
  world = await World.start({ deployed: before });
  await world.createWithConfigured([{ id: ADDED }]);
  for (const plan of ['event-log', 'session-store']) await world.runSlot(plan, MIDNIGHT);
  work = new WorkUnderWay(world, MIDNIGHT);
  return async () => {
    await world.close();
    await assemblies.remove();
  };
});

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
  const result = await work.whileDeploying(assemblies.of(change));
  await work.expectNothingLost(result);
  expect(withoutAlarms(result.told)).toEqual(WITH_CAUSE[name] ?? []);
  const back = await work.deploy(before);
  expect(back.filter(({ status }) => status.endsWith('_FAILED'))).toEqual([]);
  for (const watch of ['watch-vault', 'watch-source']) await world.deliver(watch);
});

test('everything at once', async () => {
  const result = await work.whileDeploying(assemblies.of(EVERYTHING_CHANGED));
  await work.expectNothingLost(result);
  expect(withoutAlarms(result.told)).toEqual([]);
  const back = await work.deploy(before);
  expect(back.filter(({ status }) => status.endsWith('_FAILED'))).toEqual([]);
});

test('the drill’s network: the drill that runs fails and is torn down, people are told, and what it held is named', async () => {
  const network = await existingNetwork();
  const result = await work.whileDeploying(assemblies.of(withVault({ drillNetwork: network })));
  // The reader is in the new network and cannot reach a cluster in the old one.
  expect(result.started.execution.status).toBe('FAILED');
  expect(withoutAlarms(result.told)).toEqual(['RestoreUnreachable orders']);
  expect(world.drillClusters).toEqual([]);
  const left = result.events.filter(({ status }) => status === 'DELETE_FAILED');
  expect(left.map(({ type }) => type)).toContain('AWS::ElastiCache::SubnetGroup');
  for (const cache of ['orders', 'sessions'])
    expect((await world.points(cache)).at(-1)).toMatchObject({ slot: work.slot, verdict: 'verified' });
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
  const artifact = { name: 'network', account, region, template, body: '', assets: new Map(), dependsOn: [] };
  const [stack] = await world.aws.stacks.deploy({ folder: '', stacks: [artifact] });
  const refOf = (id: string) => stack?.resources.find(({ logicalId }) => logicalId === id)?.ref ?? '';
  return {
    vpcId: refOf('Vpc'),
    subnetIds: [refOf('First'), refOf('Second')],
    availabilityZones: [`${region}a`, `${region}b`],
  };
}
