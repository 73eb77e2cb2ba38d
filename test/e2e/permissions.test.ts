import type { PolicyDocument, PolicyStatement, ReplayableDecision, Role, Roles } from '@redrill/local-aws';
import { replayDecisions, withoutAction } from '@redrill/local-aws';
import { DEFAULT_ACCOUNT } from '@redrill/local-aws/cloudformation';
import { beforeAll, describe, expect, test } from 'vitest';
import { objectStore } from '../../adapters/aws/object-store.ts';
import { shardCopier } from '../../adapters/aws/shard-copier.ts';
import { DRILL_TIMEOUT_SECONDS } from '../../core/contracts/drill.ts';
import { landingKeys, stagingKeys } from '../../core/model/keys.ts';
import { snapshotNameOf } from '../../core/model/names.ts';
import { instantOf, slotAt } from '../../core/model/slot.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { ProgressStore } from '../../live/comparison-progress.ts';
import demo from '../../redrill.config.ts';
import { Assemblies } from './deployments/assemblies.ts';
import { HOUR_MS, MIDNIGHT, MINUTE_MS, type StartedDrill, World } from './world.ts';

/*
 * One life of the stacks in which everything happens that a role is there for. Then each allowed action is taken away
 * in turn, and the recorded decisions are made again: a permission that nobody misses is one too many.
 */

/** Keys of the source's owner; the configuration lists the first. */
const [LISTED, UNLISTED] = ['listed', 'unlisted'].map(
  (id) => `arn:aws:kms:${demo.source.region}:${DEFAULT_ACCOUNT}:key/${id}`,
) as [string, string];

/** The caches that redrill.config.ts names, one with cluster mode off and one with it on; and a serverless one, by its tag. */
const CACHES = [
  {
    id: 'sessions',
    authToken: 'not-a-secret-of-anyone',
    replicas: 1,
    // With more databases than a server has by itself, so that its drills need a parameter group.
    parameters: { databases: '32' },
    kmsKeyId: LISTED,
  },
  // Its nodes carry its tag too, so that who lists tagged caches has to describe clusters.
  { id: 'orders', clusterMode: 'on', shards: 2, tags: { [PLAN_TAG]: 'event-log' } },
  { id: 'carts', serverless: true, tags: { [PLAN_TAG]: 'session-store' } },
] as const;

const slotAfter = (hours: number) => slotAt(new Date(instantOf(MIDNIGHT).getTime() + hours * HOUR_MS));

let world: World;

beforeAll(async () => {
  const assemblies = new Assemblies();
  world = await World.start({
    deployed: assemblies.of((config) => ({ ...config, source: { ...config.source, kmsKeys: [LISTED] } })),
  });
  for (const id of ['listed', 'unlisted']) world.aws.kms.addKey({ id, ...world.demo.source });
  await world.create(CACHES);
  // More than one piece, so that the reading of one is interrupted.
  for (const { id } of CACHES) await world.fill(id, id === 'sessions' ? 2_000 : 50);
  await backUpAndDrill();
  await copyInParts();
  await releaseAndPrune();
  await loseAShard();
  await failOnBothSides();
  await interruptAComparison();
  await loseATokenAndADrill();
  await loseAFileOfADrill();
  await meetAKeyThatIsNotListed();
  await disableTheKey();
  await loseEverySchedule();
  return async () => {
    await world.close();
    await assemblies.remove();
  };
});

/** The first reading is short of time: it is saved, and gone on with. */
async function backUpAndDrill(): Promise<void> {
  const reading = { service: 'lambda', operation: 'Invoke', resource: 'redrill-verify-shard' };
  world.aws.faults.arm({ kind: 'hurry', ...reading, timeLeftMs: 0 });
  await world.runSlot('session-store', MIDNIGHT);
  await world.deliver('backup-event-log', instantOf(MIDNIGHT).getTime());
  await world.deliver('find-exports');
  await raise('redrill-rpo-missed', world.demo.vault.region);
  await world.deliver('watch-vault');
  await silenceAnAlarm();
  await raise('redrill-backup-aborted', world.demo.source.region);
  await world.deliver('watch-source');
  for (const plan of ['session-store', 'event-log']) await world.deliver(`drill-${plan}`);
  await world.deliver('publish-fleet');
}

/** An alarm that is in ALARM when the watch first sees a confirmed subscription: it is sent again. */
async function raise(AlarmName: string, region: string): Promise<void> {
  const input = { AlarmName, StateValue: 'ALARM', StateReason: 'a test' };
  await world.demo.call('monitoring', 'SetAlarmState', region, input);
}

/** Somebody turns off an alarm's actions, and watch-source tells. */
async function silenceAnAlarm(): Promise<void> {
  const AlarmNames = ['redrill-backup-aborted'];
  await world.demo.call('monitoring', 'DisableAlarmActions', world.demo.source.region, { AlarmNames });
}

/**
 * What the Lambdas do with a file of more than 5 GiB, which nobody wants to wait for: their own copier, with their own
 * role, and with limits that a small file exceeds. The last part fails, and the upload is given up.
 */
async function copyInParts(): Promise<void> {
  const { account, landingBucket, source, vault, vaultBucket } = world.demo;
  const file = (await world.keysIn(landingBucket, source.region)).find((key) => key.endsWith('.rdb')) ?? '';
  const stored = (await world.vaultKeys()).find((key) => key.endsWith('.rdb')) ?? '';
  const kmsKeyArn = await world.vaultKeyArn();
  const copies = [
    {
      lambda: 'copy-shard',
      from: { bucket: landingBucket, key: file, region: source.region },
      to: { bucket: vaultBucket, key: 'hourly/large/20261104T000000Z/shard-0001.rdb' },
      encryption: { kmsKeyArn },
    },
    {
      lambda: 'stage-shard',
      from: { bucket: vaultBucket, key: stored, region: vault.region },
      to: { bucket: world.stagingBucket, key: 'drills/large/20261104T000000Z/shard-0001.rdb' },
      encryption: 'sse-s3',
    },
  ] as const;
  for (const { lambda, ...order } of copies) {
    const principal = { kind: 'role', arn: await world.roleOf(lambda, vault), account } as const;
    const doomed = { ...order, to: { ...order.to, key: order.to.key.replace('0001', '0002') } };
    const error = { code: 'InvalidRequest', message: 'This part is one too many', status: 400 };
    const armed = { kind: 'error', service: 's3', operation: 'UploadPartCopy', times: 3, error } as const;
    world.aws.faults.arm({ ...armed, resource: doomed.to.key });
    await world.actingAs(principal, vault.region, async () => {
      const copier = shardCopier({ singleCopyBytes: 0, partBytes: 5 * 1024 ** 2 });
      expect(await copier.copy(order)).toBe('copied');
      await expect(copier.copy(doomed)).rejects.toMatchObject({ code: 'RefusedByAws' });
    });
  }
}

/** The third verified point releases the first; the first snapshot is 30 hours old at the last of these slots. */
async function releaseAndPrune(): Promise<void> {
  for (const hours of [6, 12, 30]) await world.runSlot('session-store', slotAfter(hours));
  // The second drill at random looks at what the first one proved.
  await world.deliver('drill-event-log');
}

async function loseAShard(): Promise<void> {
  const { call, landingBucket, source } = world.demo;
  const slot = slotAfter(36);
  await world.passUntil(instantOf(slot).getTime());
  await world.deliver('backup-session-store', instantOf(slot).getTime());
  const Key = landingKeys.shard(snapshotNameOf('sessions', slot), 1);
  await call('s3', 'DeleteObject', source.region, { Bucket: landingBucket, Key });
  await world.deliver('find-exports');
}

/** A backup of a cache that nobody has; and nobody inside their RPO. */
async function failOnBothSides(): Promise<void> {
  const { call, machines, source } = world.demo;
  const backup = { cache: 'nobodys', plan: 'event-log', slot: slotAt(new Date(world.now)) };
  const input = { stateMachineArn: machines.backup, name: 'nobodys', input: JSON.stringify(backup) };
  await call('states', 'StartExecution', source.region, input);
  await world.pass(4 * HOUR_MS);
  await world.deliver('watch-vault');
  for (const of of ['source', 'vault']) await world.deliver(`canary-${of}`);
}

async function meetAKeyThatIsNotListed(): Promise<void> {
  await world.create([{ id: 'elsewhere', kmsKeyId: UNLISTED }]);
  const { call, machines, source } = world.demo;
  const backup = { cache: 'elsewhere', plan: 'event-log', slot: slotAt(new Date(world.now)) };
  const input = { stateMachineArn: machines.backup, name: 'elsewhere', input: JSON.stringify(backup) };
  await call('states', 'StartExecution', source.region, input);
  await world.until('it was reported', () => world.alerts.some(({ cache }) => cache === 'elsewhere'));
}

async function disableTheKey(): Promise<void> {
  const { call, source } = world.demo;
  await call('kms', 'DisableKey', source.region, { KeyId: LISTED });
  await world.deliver('backup-session-store', world.now);
  await world.until('it was reported', () =>
    world.alerts.some(({ cache, code }) => cache === 'sessions' && code === 'SourceKeyUnusable'),
  );
}

/** Somebody tidies the staging bucket during one drill, and stops another. */
/** What verify-restore does with a cache that one invocation is not enough for: it saves how far it has come. */
async function interruptAComparison(): Promise<void> {
  const { account, vault } = world.demo;
  const principal = { kind: 'role', arn: await world.roleOf('verify-restore', vault), account } as const;
  await world.actingAs(principal, vault.region, async () => {
    const key = stagingKeys.comparison('large', MIDNIGHT);
    const store = new ProgressStore(objectStore({ bucket: world.stagingBucket }), key);
    const nothing = { invocations: 1, seconds: 1, pass: 0, inPieces: 0, places: {} };
    await store.save({ ...nothing, digest: new Uint8Array(), seen: new Uint8Array() });
    expect(await store.load()).toMatchObject(nothing);
  });
}

async function loseATokenAndADrill(): Promise<void> {
  const { call, vault } = world.demo;
  const ordered = async ({ clusterId }: StartedDrill) =>
    world.until('the cluster is ordered', () => world.statusOf(clusterId, vault) !== undefined);
  const tokenless = await world.startDrill('sessions');
  await ordered(tokenless);
  const Key = stagingKeys.authToken('sessions', tokenless.drill);
  await call('s3', 'DeleteObject', vault.region, { Bucket: world.stagingBucket, Key });
  await world.pass(0);
  const startedAt = world.now;
  for (const cache of ['sessions', 'carts']) {
    const stopped = await world.startDrill(cache);
    await ordered(stopped);
    await call('states', 'StopExecution', vault.region, { executionArn: stopped.execution.arn });
  }
  // Swept in vain for an hour, so that people are told, and then for good.
  const error = { code: 'InvalidReplicationGroupState', message: 'Not now', status: 400 };
  const deleting = { service: 'elasticache', operation: 'DeleteReplicationGroup', times: 1 } as const;
  world.aws.faults.arm({ kind: 'error', ...deleting, error });
  await world.passUntil(startedAt + 5 * HOUR_MS + 5 * MINUTE_MS);
  await world.deliver('sweep-drills');
  await world.deliver('sweep-drills');
  // Its parameter group goes once no drill can need it.
  await world.passUntil(startedAt + DRILL_TIMEOUT_SECONDS * 1_000 + 5 * MINUTE_MS);
  await world.deliver('sweep-drills');
}

/** A file of the vault is hidden when one drill begins; what another has staged is replaced before its cluster is made. */
async function loseAFileOfADrill(): Promise<void> {
  const { call, vault, vaultBucket: Bucket } = world.demo;
  const Key = (await world.vaultKeys()).findLast((key) => /\/orders\/.*\.rdb$/.test(key)) ?? '';
  const CopySource = await versionOf(Key);
  await call('s3', 'DeleteObject', vault.region, { Bucket, Key });
  const isOver = (drill: StartedDrill) =>
    world.until('it is over', () => drill.execution.status !== 'RUNNING');
  await isOver(await world.startDrill('orders'));
  await call('s3', 'CopyObject', vault.region, { Bucket, Key, CopySource });
  await writeDigestBack(Key.replace('/shard-', '/digest-').replace('.rdb', '.bin'));
  await world.pass(MINUTE_MS);
  const error = { code: 'Throttling', message: 'Rate exceeded', status: 400 };
  const creating = { service: 'elasticache', operation: 'CreateReplicationGroup', times: 3 } as const;
  world.aws.faults.arm({ kind: 'error', ...creating, error });
  const before = world.struck.length;
  const drill = await world.startDrill('sessions');
  await world.until('its cluster was refused', () => world.struck.length === before + 3);
  const staged = { Bucket: world.stagingBucket, Key: stagingKeys.shard('sessions', drill.drill, 1) };
  await call('s3', 'PutObject', vault.region, { ...staged, Body: Buffer.from('no RDB file') });
  await isOver(drill);
}

/** The watch reads both versions of a digest, and the checksum of a shard's file, to see that they were written back. */
async function writeDigestBack(Key: string): Promise<void> {
  const { call, vault, vaultBucket: Bucket } = world.demo;
  await call('s3', 'CopyObject', vault.region, { Bucket, Key, CopySource: await versionOf(Key) });
  await world.deliver('watch-vault');
}

/** The current version of an object of the vault, as a source of copies. */
async function versionOf(Key: string): Promise<string> {
  const { call, vault, vaultBucket: Bucket } = world.demo;
  const head = await call('s3', 'HeadObject', vault.region, { Bucket, Key });
  return `${Bucket}/${Key}?versionId=${(head as { readonly VersionId: string }).VersionId}`;
}

/** Every schedule meets a Lambda that is gone, once: its event goes to the queue of what could not be delivered. */
async function loseEverySchedule(): Promise<void> {
  const error = { code: 'ResourceNotFoundException', message: 'Function not found', status: 404 };
  for (const schedule of [
    'backup-event-log',
    'find-exports',
    'drill-event-log',
    'watch-vault',
    'watch-source',
    'publish-fleet',
    'sweep-drills',
    'canary-source',
    'canary-vault',
  ]) {
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
function decisionsByRole(
  decisions: readonly ReplayableDecision[],
): ReadonlyMap<string, readonly ReplayableDecision[]> {
  const distinct = new Map(
    decisions.map((decision) => {
      const { principal, action, resource, conditions } = decision;
      return [JSON.stringify([principal.arn, action, resource, conditions]), decision] as const;
    }),
  );
  return Map.groupBy(distinct.values(), ({ principal }) => principal.arn);
}

/** What AWS does by itself with a role, and the local AWS does not model: `packages/local-aws/README.md` says so. */
const NOT_MODELLED: readonly { readonly role: RegExp; readonly actions: readonly string[] }[] = [
  {
    // Global Datastores: the local AWS has none, so that no primary is looked up.
    role: /^redrill-(?:create-snapshot|prune-snapshots|seal-export|watch-source)-/,
    actions: ['elasticache:DescribeGlobalReplicationGroups'],
  },
  {
    // VPC flow logs: the local network keeps no record of its traffic.
    role: /^redrill-flow-logs-/,
    actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
  },
];

function isModelled({ role, action }: Allowance): boolean {
  return !NOT_MODELLED.some((each) => each.role.test(role.name) && each.actions.includes(action));
}

describe('every permission of every role', () => {
  test('is needed by something that happens', () => {
    const { roles, decisions } = world.aws.fabric;
    const byRole = decisionsByRole(decisions);
    const unused = allowances(roles).filter(
      ({ role, without }) => !replayDecisions(byRole.get(role.arn) ?? [], without).some(({ lost }) => lost),
    );
    expect(
      unused
        .filter(isModelled)
        .map(({ role, action, statement }) => `${role.name}: ${action} on ${String(statement.Resource)}`),
    ).toEqual([]);
    expect(unused.filter((each) => !isModelled(each))).toHaveLength(7);
  });

  test('suffices for what happens', () => {
    expect(world.refusals).toEqual([]);
  });
});

describe('the life that they were needed in', () => {
  test('had successes, failures, an abort, a sweep and events that were lost', () => {
    const statuses = new Set(world.ends.map((end) => `${end.split(' ')[0]} ${end.split(' ').at(-1)}`));
    expect(statuses).toEqual(
      new Set([
        'backup SUCCEEDED',
        'backup FAILED',
        'ingest SUCCEEDED',
        'ingest FAILED',
        'drill SUCCEEDED',
        'drill FAILED',
        'drill ABORTED',
      ]),
    );
    const codes = new Set(world.alerts.map(({ code }) => code));
    const told = [
      'UnknownCache',
      'RecoveryPointCorrupt',
      'NotFound',
      'DrillLeftOver',
      'RpoMissed',
      'SettingsDrifted',
    ];
    expect(told.filter((code) => !codes.has(code))).toEqual([]);
    expect(world.demo.heartbeats.pings.length).toBeGreaterThan(0);
    expect(world.aws.scheduler.deliveries.filter(({ outcome }) => outcome === 'dead-lettered')).toHaveLength(
      9,
    );
    expect(world.leaks).toEqual([]);
  });
});

describe('a source with its own KMS key', () => {
  test('has the roles that take and export snapshots allow a grant, and no other', () => {
    const granting = world.aws.fabric.decisions.filter(
      ({ action, principal }) => action === 'kms:CreateGrant' && principal.kind === 'role',
    );
    const { region } = world.demo.source;
    expect(new Set(granting.map(({ principal }) => principal.arn.split('/')[1]))).toEqual(
      new Set([`redrill-create-snapshot-${region}`, `redrill-export-snapshot-${region}`]),
    );
    expect(new Set(granting.map(({ resource }) => resource))).toEqual(new Set([LISTED]));
  });

  test('whose key is not listed is refused before ElastiCache is asked for a snapshot', () => {
    const told = world.aws.sns.messages.find(({ attributes }) => attributes.cache === 'elsewhere');
    expect(told?.attributes).toMatchObject({ code: 'SourceKeyUnusable' });
    expect(told?.message).toContain(`${UNLISTED}, which source.kmsKeys in the configuration does not list`);
    const asked = world.aws.fabric.decisions.filter(
      ({ action, resource }) => action === 'elasticache:CreateSnapshot' && resource.includes('elsewhere'),
    );
    expect(asked).toEqual([]);
  });

  test('whose key is disabled is reported under the same code, in ElastiCache’s words', () => {
    const told = world.aws.sns.messages.filter(({ attributes }) => attributes.code === 'SourceKeyUnusable');
    expect(told.at(-1)?.attributes).toMatchObject({ cache: 'sessions' });
    expect(told.at(-1)?.message).toContain(`${LISTED} is disabled.`);
  });
});
