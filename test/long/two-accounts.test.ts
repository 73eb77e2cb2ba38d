import type { PolicyDocument, ReplayableDecision } from '@redrill/local-aws';
import { evaluate, listOf, replayDecisions, withoutAction } from '@redrill/local-aws';
import { beforeAll, describe, expect, test } from 'vitest';
import { instantOf, slotAt } from '../../core/model/slot.ts';
import { SOURCE_STACK } from '../../lib/app.ts';
import { Assemblies } from '../e2e/deployments/assemblies.ts';
import { runRedrill } from '../e2e/redrill.ts';
import { HOUR_MS, MIDNIGHT, World } from '../e2e/world.ts';

/*
 * The source and the vault in two accounts, as docs/deploy.md advises, with the policies that were synthesised for it. At the
 * end the source account is gone.
 */

const SOURCE = '111122223333';
const VAULT = '444455556666';
const PLANS = { orders: 'event-log', sessions: 'session-store' };

let world: World;
let configFile: string;

beforeAll(async () => {
  const assemblies = new Assemblies();
  const deployed = assemblies.of((config) => ({
    ...config,
    account: SOURCE,
    vault: { ...config.vault, account: VAULT },
  }));
  configFile = deployed.file;
  world = await World.start({ deployed: deployed });
  await world.create([{ id: 'orders', clusterMode: 'on', shards: 2 }, { id: 'sessions' }]);
  for (const id of Object.keys(PLANS)) await world.fill(id, 100);
  // The snapshot of the first slot is pruned at the last one, once its copy is marked as verified.
  for (const hours of [0, 6, 30]) {
    const slot = slotAt(new Date(instantOf(MIDNIGHT).getTime() + hours * HOUR_MS));
    for (const plan of Object.values(PLANS)) await world.runSlot(plan, slot);
    for (const watch of ['watch-source', 'watch-vault', 'publish-fleet']) await world.deliver(watch);
  }
  for (const plan of Object.values(PLANS)) await world.deliver(`drill-${plan}`);
  await world.startDrill('orders');
  await world.pass(0);
  for (const last of ['sweep-drills', 'watch-vault', 'watch-source']) await world.deliver(last);
  return async () => {
    await world.close();
    await assemblies.remove();
  };
});

describe('with the vault in another account', () => {
  test('backups, ingests, drills and both watches do what they do in one', async () => {
    expect(world.demo.source.account).toBe(SOURCE);
    expect(world.demo.vault.account).toBe(VAULT);
    expect(world.ends.filter((end) => !end.endsWith(' SUCCEEDED'))).toEqual([]);
    expect(world.ends.filter((end) => end.startsWith('drill'))).not.toEqual([]);
    for (const cache of Object.keys(PLANS)) {
      const points = await world.points(cache);
      expect(points.map(({ verdict }) => verdict)).toEqual(['verified', 'verified', 'verified']);
    }
    expect(world.refusals).toEqual([]);
    expect(world.alerts.filter(({ severity }) => severity !== 'alarm')).toEqual([]);
    expect(world.demo.heartbeats.pings.at(-1)).toMatchObject({ kind: 'success' });
  });

  test('each side reaches of the other only what is named here', () => {
    const crossing = new Set(
      crossings().map(({ principal, action }) => `${nameOf(principal.arn)} ${action}`),
    );
    expect([...crossing].sort()).toEqual([
      'redrill-admit-recovery-point-eu-central-1 s3:GetObject',
      'redrill-admit-recovery-point-eu-central-1 s3:PutObject',
      'redrill-copy-shard-eu-central-1 s3:GetObject',
      'redrill-find-exports-eu-central-1 s3:GetObject',
      'redrill-find-exports-eu-central-1 s3:ListBucket',
      'redrill-watch-source-eu-west-1 sns:ListSubscriptionsByTopic',
      'redrill-watch-vault-eu-central-1 s3:GetObject',
      'redrill-watch-vault-eu-central-1 sns:ListSubscriptionsByTopic',
    ]);
  });

  test('nothing of the source can reach the vault’s bucket or key', () => {
    const vaults = crossings().filter(({ principal }) => principal.account === SOURCE);
    expect(vaults.filter(({ action }) => /^(s3|kms):/.test(action))).toEqual([]);
  });

  test('every permission that lets a role across is needed: in its own policies', () => {
    const { roles } = world.aws.fabric;
    const unneeded = crossings().flatMap((decision) => {
      const without = roles.altered((policy, role) =>
        role.arn === decision.principal.arn
          ? withoutEvery(policy.document, decision.action)
          : policy.document,
      );
      const lost = replayDecisions([decision], without).some((replayed) => replayed.lost);
      return lost ? [] : [`${nameOf(decision.principal.arn)} ${decision.action}`];
    });
    expect(unneeded).toEqual([]);
  });
});

describe('the command', () => {
  const as = (account: string, region: string) => ({ environment: world.aws.environment(region, account) });

  test('answers with the vault’s credentials', async () => {
    const status = await redrill('status');
    expect(status.out).toContain('orders');
    expect(`${status.out}${status.err}${status.status}`).toMatch(/0$/);
    const verified = await redrill('verify', 'orders/latest');
    expect(verified.out).toContain('the content matches what was recorded when it entered the vault');
    expect(verified.status).toBe(0);
  });

  test('with the source’s orders a backup, and is refused the vault', async () => {
    const { source } = world.demo;
    const before = world.executions('backup').length;
    const ordered = await runRedrill(
      world,
      ['backup', 'orders', '--no-follow', '--config', configFile],
      as(SOURCE, source.region),
    );
    expect(`${ordered.err}${ordered.status}`).toMatch(/0$/);
    expect(world.executions('backup')).toHaveLength(before + 1);
    await world.pass(0);
    const refused = await runRedrill(
      world,
      ['points', 'orders', '--config', configFile],
      as(SOURCE, source.region),
    );
    expect(refused.status).toBe(2);
    expect(refused.err).toMatch(/not authorized|AccessDenied|not allowed/i);
  });
});

test('every permission that lets the other account in is needed, by a role or by the command', () => {
  const allowed = allowedAcross();
  const documents = new Map(
    allowed.flatMap(({ resourcePolicy }) =>
      resourcePolicy === undefined ? [] : [[JSON.stringify(resourcePolicy), resourcePolicy] as const],
    ),
  );
  const granted = [...documents.values()].flatMap((document) =>
    document.Statement.flatMap((statement, index) =>
      statement.Effect === 'Allow' && isForOtherAccount(statement)
        ? listOf(statement.Action).map((action) => ({ document, index, action, sid: statement.Sid }))
        : [],
    ),
  );
  expect([...new Set(granted.map(({ sid, action }) => `${sid} ${action}`))].sort()).toEqual([
    'OtherSideLooks sns:ListSubscriptionsByTopic',
    'VaultAccountLists s3:ListBucket',
    'VaultAccountLooks s3:GetObject',
    'VaultMarksVerified s3:PutObject',
    'VaultPulls s3:GetObject',
  ]);
  const unneeded = granted.filter(({ document, index, action }) => {
    const without = withoutAction(document, index, action);
    return !allowed.some((each) => each.resourcePolicy === document && isLost(each, without));
  });
  expect(unneeded.map(({ sid, action }) => `${sid} ${action}`)).toEqual([]);
});

test('when the source account is gone, a point is verified, drilled and restored with the vault’s credentials', async () => {
  await world.deliver('find-exports');
  await world.aws.stacks.destroy(SOURCE_STACK);
  world.aws.fabric.setRegionDown(world.demo.source.region, true);
  expect((await redrill('verify', 'orders/latest')).status).toBe(0);
  const { execution } = await world.startDrill('orders');
  await world.pass(0);
  expect(execution.status).toBe('SUCCEEDED');
  const restored = await redrill('restore', 'orders/latest', '--to', 'orders-restored', '--apply');
  expect(restored.out).toContain('all match the record');
  expect(restored.status).toBe(0);
  expect(world.statusOf('orders-restored', world.demo.vault)).toBe('available');
});

/** With the vault's credentials. */
const redrill = (...words: readonly string[]) => runRedrill(world, [...words, '--config', configFile]);

/** Allowed calls to what belongs to the other account. */
function allowedAcross(): readonly ReplayableDecision[] {
  return world.aws.fabric.decisions.filter(
    ({ allowed, principal, resourceAccount }) =>
      allowed && principal.kind !== 'service' && resourceAccount !== principal.account,
  );
}

/** Those of roles. */
function crossings(): readonly ReplayableDecision[] {
  return allowedAcross().filter(({ principal }) => principal.kind === 'role');
}

function nameOf(roleArn: string): string {
  return roleArn.split('/').at(-1) ?? roleArn;
}

function withoutEvery(document: PolicyDocument, action: string): PolicyDocument {
  const Statement = document.Statement.flatMap((statement) => {
    if (statement.Effect === 'Deny') return [statement];
    const Action = listOf(statement.Action).filter((each) => each !== action);
    return Action.length === 0 ? [] : [{ ...statement, Action }];
  });
  return { ...document, Statement };
}

function isForOtherAccount({ Principal }: PolicyDocument['Statement'][number]): boolean {
  const text = JSON.stringify(Principal ?? '');
  return text.includes(SOURCE) || text.includes(VAULT);
}

/** Whether a call that was allowed would be refused under another policy of what it reaches. */
function isLost(decision: ReplayableDecision, resourcePolicy: PolicyDocument): boolean {
  const { principal, action, resource, resourceAccount, conditions } = decision;
  const identityPolicies = world.aws.fabric.roles.identityPolicies(principal);
  const request = { principal, action, resource, resourceAccount, context: conditions };
  return !evaluate(request, { identityPolicies, resourcePolicy }).allowed;
}
