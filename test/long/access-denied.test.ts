import type { Execution } from '@redrill/local-aws';
import { withoutAction } from '@redrill/local-aws';
import { beforeAll, describe, expect, test } from 'vitest';
import { executionNameOf } from '../../core/model/names.ts';
import { slotAt } from '../../core/model/slot.ts';
import type { Place } from '../../demo/demo.ts';
import { HOUR_MS, MIDNIGHT, MINUTE_MS, type ToldAlert, World } from '../e2e/world.ts';

/*
 * What permissions.test.ts asks of records, asked of the running stacks for a handful: one action is taken from one
 * role over IAM's API, and what happens next is refused, told and cleaned up.
 */

const CACHE = 'sessions';

let world: World;

const OF_SILENCE = ['redrill-rpo-missed', 'redrill-source-watch-silent', 'redrill-watch-silent'];

beforeAll(async () => {
  world = await World.start();
  await world.create([{ id: CACHE }]);
  await world.fill(CACHE, 50);
  await world.runSlot('session-store', MIDNIGHT);
  expect((await world.points(CACHE)).map(({ verdict }) => verdict)).toEqual(['verified']);
  // No schedule runs here, so the alarms on silence fire, and stay; what comes after them is of what a test does.
  await world.pass(3 * HOUR_MS);
  expect(world.alerts.map(({ code }) => code).sort()).toEqual(OF_SILENCE);
  return () => world.close();
});

/** Does something while a role lacks an action. @returns what people were told meanwhile, and what IAM has refused */
async function lacking(
  { lambda, place, action }: { readonly lambda: string; readonly place: Place; readonly action: string },
  work: () => Promise<unknown>,
) {
  const { call } = world.demo;
  const { name: RoleName, policies } = world.aws.fabric.roles.get(await world.roleOf(lambda, place));
  const [{ name: PolicyName, document } = { name: '', document: { Statement: [] } }] = policies;
  const put = (policy: object) =>
    call('iam', 'PutRolePolicy', place.region, {
      RoleName,
      PolicyName,
      PolicyDocument: JSON.stringify(policy),
    });
  const less = document.Statement.reduceRight((policy, _, at) => withoutAction(policy, at, action), document);
  expect(less).not.toEqual(document);
  const before = { told: world.alerts.length, refused: world.refusals.length };
  await put(less);
  try {
    await work();
  } finally {
    await put(document);
  }
  return {
    told: world.alerts.slice(before.told),
    refused: world.refusals.slice(before.refused),
  };
}

/** One backup, outside its plan's slots. */
async function backUp(): Promise<Execution> {
  await world.pass(2 * MINUTE_MS);
  const { call, machines, source } = world.demo;
  const slot = slotAt(new Date(world.now));
  const name = executionNameOf(CACHE, slot);
  const input = JSON.stringify({ cache: CACHE, plan: 'session-store', slot });
  await call('states', 'StartExecution', source.region, { stateMachineArn: machines.backup, name, input });
  await world.pass(0);
  const execution = world.executions('backup').find((each) => each.name === name);
  if (execution === undefined) throw new Error(`${name} was not started`);
  return execution;
}

async function drill(): Promise<Execution> {
  await world.pass(2 * MINUTE_MS);
  const { execution } = await world.startDrill(CACHE);
  await world.pass(0);
  return execution;
}

const deniedTo = (severity: string): ToldAlert => ({ code: 'AccessDenied', cache: CACHE, severity });

describe('a role that lacks', () => {
  test.each([
    ['create-snapshot', 'elasticache:CreateSnapshot'],
    ['create-snapshot', 'elasticache:DescribeReplicationGroups'],
    ['export-snapshot', 'elasticache:CopySnapshot'],
    ['seal-export', 's3:PutObject'],
  ])('%s: %s fails the backup', async (lambda, action) => {
    const { told, refused } = await lacking({ lambda, action, place: world.demo.source }, async () => {
      expect((await backUp()).status).toBe('FAILED');
    });
    expect(told).toEqual([deniedTo('page')]);
    expect(new Set(refused.map((each) => each.split(' ')[1]))).toEqual(new Set([action]));
  });

  test.each([
    ['copy-shard', 'kms:GenerateDataKey'],
    ['verify-shard', 's3:GetObject'],
    ['admit-recovery-point', 's3:PutObject'],
  ])('%s: %s fails the ingest, and the next one makes up for it', async (lambda, action) => {
    await backUp();
    const before = (await world.points(CACHE)).length;
    const { told, refused } = await lacking({ lambda, action, place: world.demo.vault }, () =>
      world.deliver('find-exports'),
    );
    expect(told).toEqual([deniedTo('ticket')]);
    expect(new Set(refused.map((each) => each.split(' ')[1]))).toEqual(new Set([action]));
    expect(await world.points(CACHE)).toHaveLength(before);
    await ingestAll();
    expect((await world.points(CACHE)).length).toBeGreaterThan(before);
  });

  test.each([
    ['stage-shard', 's3:PutObject'],
    ['create-drill-cluster', 'elasticache:CreateReplicationGroup'],
    // Dependent actions of a creation from files: ElastiCache asks them of its caller.
    ['create-drill-cluster', 'ec2:DescribeSubnets'],
    ['create-drill-cluster', 's3:GetObject'],
    ['verify-restore', 's3:GetObject'],
  ])('%s: %s fails the drill, which is torn down', async (lambda, action) => {
    const { told, refused } = await lacking({ lambda, action, place: world.demo.vault }, async () => {
      expect((await drill()).status).toBe('FAILED');
    });
    expect(told).toEqual([deniedTo('page')]);
    expect(new Set(refused.map((each) => each.split(' ')[1]))).toEqual(new Set([action]));
    expect(world.drillClusters).toEqual([]);
  });

  test('raise-alert: sns:Publish is told by the alarms of the function and of its channels', async () => {
    const { told } = await lacking(
      { lambda: 'raise-alert', action: 'sns:Publish', place: world.demo.source },
      async () => {
        const input = JSON.stringify({
          cache: 'nobodys',
          plan: 'session-store',
          slot: slotAt(new Date(world.now)),
        });
        const { call, machines, source } = world.demo;
        const name = `nobodys-${world.now}`;
        await call('states', 'StartExecution', source.region, {
          stateMachineArn: machines.backup,
          name,
          input,
        });
        await world.pass(10 * MINUTE_MS);
      },
    );
    expect(told).toEqual(
      ['redrill-raise-alert-errors', 'redrill-channel-failing'].map((code) => ({
        code,
        cache: '',
        severity: 'alarm',
      })),
    );
  });
});

/** Looks for exports until none is left: one a cache and look, and a failed one not at once again. */
async function ingestAll(): Promise<void> {
  for (let look = 0; look < 6; look++) {
    await world.pass(30 * MINUTE_MS);
    await world.deliver('find-exports');
  }
}
