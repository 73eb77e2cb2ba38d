import { beforeAll, describe, expect, test } from 'vitest';
import type { ReplayableDecision } from '../../local/iam/authorizer.ts';
import type { PolicyDocument, PolicyStatement } from '../../local/iam/policy.ts';
import type { Role, Roles } from '../../local/iam/roles.ts';
import { replayDecisions, withoutAction } from '../../local/fabric.ts';
import { slotAt } from '../../core/model/slot.ts';
import { PLAN_TAG } from '../../core/model/tier.ts';
import { BEFORE_MIDNIGHT, HOUR_MS, MIDNIGHT, MINUTE_MS, World } from './world.ts';

/*
 * One life of the stacks in which everything happens that a role is there for. Then each allowed action is taken away
 * in turn, and the recorded decisions are made again: a permission that nobody misses is one too many.
 */

const tags = { [PLAN_TAG]: 'job-queue' };
const CACHES = [
  { id: 'plain', authToken: 'not-a-secret-of-anyone', replicas: 1, tags },
  { id: 'sharded', clusterMode: 'on', shards: 2, tags },
] as const;

let world: World;

beforeAll(async () => {
  world = await World.start();
  await world.create(CACHES);
  for (const { id } of CACHES) await world.fill(id, 50);
  await backUpAndDrill();
  await releaseAndPrune();
  await failOnBothSides();
  await abandonADrill();
  await loseEverySchedule();
  return () => world.close();
}, 120_000);

async function backUpAndDrill(): Promise<void> {
  await world.runSlot('job-queue', MIDNIGHT);
  await world.deliver('watch-vault');
  await world.deliver('drill-job-queue');
}

/** The third verified point releases the first; the first snapshot is 26 hours old at the last of these slots. */
async function releaseAndPrune(): Promise<void> {
  for (const hours of [2, 4, 26]) {
    await world.runSlot('job-queue', slotAt(new Date(BEFORE_MIDNIGHT + 15 * MINUTE_MS + hours * HOUR_MS)));
  }
}

/** An execution for a cache that nobody has, in each region; and nobody inside their RPO. */
async function failOnBothSides(): Promise<void> {
  const { call, machines, source } = world.demo;
  const slot = slotAt(new Date(world.now));
  const backup = { cache: 'nobodys', plan: 'job-queue', slot };
  const input = { stateMachineArn: machines.backup, name: 'nobodys', input: JSON.stringify(backup) };
  await call('states', 'StartExecution', source.region, input);
  await world.startDrill('nobodys');
  await world.pass(4 * HOUR_MS);
  await world.deliver('watch-vault');
}

async function abandonADrill(): Promise<void> {
  const { clusterId, execution } = await world.startDrill('plain');
  await world.until('the restored cluster is there', () => {
    return world.statusOf(clusterId, world.demo.vault) === 'available';
  });
  await world.demo.call('states', 'StopExecution', world.demo.vault.region, { executionArn: execution.arn });
  await world.pass(4 * HOUR_MS);
  await world.deliver('sweep-drills');
}

/** Every schedule meets a Lambda that is gone, once: its event goes to the queue of what could not be delivered. */
async function loseEverySchedule(): Promise<void> {
  const error = { code: 'ResourceNotFoundException', message: 'Function not found', status: 404 };
  for (const schedule of ['backup-job-queue', 'find-exports', 'drill-job-queue', 'watch-vault', 'sweep-drills']) {
    world.aws.faults.arm({ kind: 'error', service: 'lambda', operation: 'Invoke', error });
    await world.deliver(schedule);
  }
}

interface Allowance {
  readonly role: Role;
  readonly statement: PolicyStatement;
  readonly action: string;
  readonly without: Roles;
}

/** Each action that a statement of a role allows, and the roles without it. */
function allowances(roles: Roles): readonly Allowance[] {
  return roles.all().flatMap((role) =>
    role.policies.flatMap(({ name, document }) =>
      document.Statement.flatMap((statement, index) => {
        if (statement.Effect === 'Deny') return [];
        const take = (action: string) => (policy: PolicyDocument) => withoutAction(policy, index, action);
        return actionsOf(statement).map((action) => ({
          role,
          statement,
          action,
          without: roles.altered((policy, owner) =>
            owner.arn === role.arn && policy.name === name ? take(action)(policy.document) : policy.document,
          ),
        }));
      }),
    ),
  );
}

function actionsOf({ Action = [] }: PolicyStatement): readonly string[] {
  return typeof Action === 'string' ? [Action] : Action;
}

/** Recorded decisions by role, the same one once. */
function decisionsByRole(decisions: readonly ReplayableDecision[]): ReadonlyMap<string, readonly ReplayableDecision[]> {
  const distinct = new Map(
    decisions.map((decision) => {
      const { principal, action, resource, conditions } = decision;
      return [JSON.stringify([principal.arn, action, resource, conditions]), decision] as const;
    }),
  );
  return Map.groupBy(distinct.values(), ({ principal }) => principal.arn);
}

describe('every permission of every role', () => {
  test('is needed by something that happens', () => {
    const { roles, decisions } = world.aws.fabric;
    const byRole = decisionsByRole(decisions);
    const unused = allowances(roles).filter(
      ({ role, without }) => !replayDecisions(byRole.get(role.arn) ?? [], without).some(({ lost }) => lost),
    );
    expect(
      unused.map(({ role, action, statement }) => `${role.name} ${action} on ${String(statement.Resource)}`),
    ).toEqual([]);
  });

  test('suffices for what happens', () => {
    expect(world.refusals).toEqual([]);
  });
});

describe('the life that they were needed in', () => {
  test('had successes, failures, an abort, a sweep and events that were lost', () => {
    const statuses = new Set(world.ends.map((end) => `${end.split(' ')[0]} ${end.split(' ').at(-1)}`));
    expect(statuses).toEqual(
      new Set(['backup SUCCEEDED', 'ingest SUCCEEDED', 'drill SUCCEEDED', 'drill ABORTED']),
    );
    const codes = new Set(world.allAlerts.map(({ code }) => code));
    for (const code of ['UnknownCache', 'NoRecoveryPoint', 'DrillLeftOver', 'RpoMissed']) {
      expect(codes).toContain(code);
    }
    expect(world.demo.heartbeats.pings.length).toBeGreaterThan(0);
    expect(world.leaks).toEqual([]);
  });
});
