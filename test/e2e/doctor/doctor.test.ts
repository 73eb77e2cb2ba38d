import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { type DoctorOutput, doctorOutput } from '../../../cli/doctor/contract.ts';
import {
  HEARTBEAT_ADDRESS,
  HEARTBEAT_HOST,
  type HeartbeatReceiver,
  startHeartbeatReceiver,
} from '../../../local/demo/heartbeat-receiver.ts';
import { administratorOf } from '../../../local/iam/roles.ts';
import { type LocalAws, startLocalAws } from '../../../local/local-aws.ts';
import { createCache } from '../../../local/model/elasticache/create-cache.ts';
import { runHere } from '../../unit/cli/run-here.ts';

/*
 * redrill doctor in an account in which nothing is deployed, and then in the same account with both stacks: what is wrong is
 * planted, found with its id and the next command, and put right.
 */

const ACCOUNT = '111122223333';
const [SOURCE, VAULT] = ['eu-west-1', 'eu-central-1'];
const MINUTE_MS = 60_000;
const BOOTSTRAP = '/cdk-bootstrap/hnb659fds/version';
const OTHER_ACCOUNT = '444455556666';

let aws: LocalAws;
let receiver: HeartbeatReceiver;

beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'redrill-doctor-'));
  const internet: Record<string, { address: string; port: number }> = {};
  aws = await startLocalAws({ dataDir, startsAt: Date.parse('2026-11-03T22:20:00Z'), internet });
  receiver = await startHeartbeatReceiver(await aws.elasticache.tls());
  internet[HEARTBEAT_HOST] = { address: HEARTBEAT_ADDRESS, port: receiver.port };
  return async () => {
    await Promise.all([aws.close(), receiver.close()]);
    await rm(dataDir, { recursive: true, force: true });
  };
});

const call = (service: string, operation: string, region: string, input: object) =>
  aws.fabric.call({ service, operation, region, principal: administratorOf(ACCOUNT), input });

async function run(account = ACCOUNT, ...options: readonly string[]) {
  const { caFile } = await aws.elasticache.tls();
  const env = { ...process.env, ...aws.environment(VAULT, account), NODE_EXTRA_CA_CERTS: caFile };
  const { status, stdout, stderr } = await runHere(['doctor', '--assembly', inject('assembly'), ...options], {
    env,
  });
  return { status: status ?? Number.NaN, stdout, stderr };
}

async function doctor(
  account = ACCOUNT,
  ...options: readonly string[]
): Promise<DoctorOutput & { readonly status: number }> {
  const { status, stdout, stderr } = await run(account, '--json', ...options);
  expect(stderr).toBe('');
  return { ...doctorOutput.parse(JSON.parse(stdout)), status };
}

const of = (found: DoctorOutput, state: DoctorOutput['findings'][number]['state']) =>
  found.findings.filter((each) => each.state === state).map(({ id, subject }) => `${id} ${subject}`);

async function order(id: string): Promise<void> {
  await createCache(aws.fabric, { id, account: ACCOUNT, region: SOURCE });
  const done = () => aws.elasticache.statusOf(ACCOUNT, SOURCE, id) === 'available';
  expect(await aws.clock.run({ until: aws.clock.now() + 60 * MINUTE_MS, done })).toBe(true);
}

/** A run of watch-vault. */
async function watch(): Promise<void> {
  await aws.scheduler.deliverAgain(
    'redrill-watch-vault',
    Math.floor(aws.clock.now() / MINUTE_MS) * MINUTE_MS,
  );
  await aws.clock.run({ until: aws.clock.now() + 2 * MINUTE_MS });
}

const setBootstrap = (region: string, Value: string) =>
  call('ssm', 'PutParameter', region, { Name: BOOTSTRAP, Type: 'String', Value, Overwrite: true });

async function bootstrap(region: string): Promise<void> {
  await call('ssm', 'PutParameter', region, {
    Name: BOOTSTRAP,
    Type: 'String',
    Value: '30',
    Overwrite: true,
  });
  const RoleName = `cdk-hnb659fds-cfn-exec-role-${ACCOUNT}-${region}`;
  const trust = {
    Effect: 'Allow',
    Principal: { Service: 'cloudformation.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  await call('iam', 'CreateRole', region, { RoleName, AssumeRolePolicyDocument });
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await call('iam', 'AttachRolePolicy', region, { RoleName, PolicyArn });
}

describe('before the deployment', () => {
  test('finds that nothing is prepared, with what to type', async () => {
    const found = await doctor();
    expect(found).toMatchObject({ status: 1, deployed: 'no', outcome: 'problems', account: ACCOUNT });
    expect(of(found, 'problem')).toEqual([
      `bootstrap-missing ${ACCOUNT} ${SOURCE}`,
      `bootstrap-missing ${ACCOUNT} ${VAULT}`,
      `service-linked-role-missing ${ACCOUNT}`,
      'cache-missing sessions',
      'cache-missing orders',
    ]);
    expect(found.findings.map(({ next }) => next[0])).toContain(
      `npx cdk bootstrap aws://${ACCOUNT}/${VAULT}`,
    );
    const { stdout } = await run();
    expect(stdout).toMatch(/^5 problems, 2 not checked {2}account 111122223333, before the deployment\n/);
    expect(stdout.indexOf('bootstrap-missing')).toBeLessThan(stdout.indexOf('ok  '));
  });

  test('finds a bootstrap stack that is too old', async () => {
    await order('sessions');
    await order('orders');
    await bootstrap(SOURCE);
    await bootstrap(VAULT);
    await setBootstrap(VAULT, '5');
    expect(of(await doctor(), 'problem')).toEqual([`bootstrap-old ${ACCOUNT} ${VAULT}`]);
    await setBootstrap(VAULT, '30');
  });

  test('finds a bucket that an earlier deployment left, with the command that adopts it', async () => {
    const Bucket = `redrill-vault-${OTHER_ACCOUNT}-${VAULT}-an`;
    const CreateBucketConfiguration = { LocationConstraint: VAULT };
    const input = { Bucket, CreateBucketConfiguration, BucketNamespace: 'account-regional' };
    const principal = administratorOf(OTHER_ACCOUNT);
    await aws.fabric.call({ service: 's3', operation: 'CreateBucket', region: VAULT, principal, input });
    const found = await doctor(OTHER_ACCOUNT);
    expect(of(found, 'problem')).toContain(`name-taken ${Bucket}`);
    expect(found.findings.find(({ id }) => id === 'name-taken')?.next).toEqual([
      'npx cdk deploy --all --import-existing-resources',
    ]);
  });

  test('finds what the organisation denies, as far as the simulator shows', async () => {
    await call('ssm', 'PutParameter', VAULT, {
      Name: BOOTSTRAP,
      Type: 'String',
      Value: '30',
      Overwrite: true,
    });
    aws.fabric.roles.setOrganisationPolicies(ACCOUNT, {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        {
          Effect: 'Deny',
          Action: 'kms:CreateKey',
          Resource: '*',
          Condition: { StringEquals: { 'aws:RequestedRegion': VAULT } },
        },
      ],
    });
    const found = await doctor();
    aws.fabric.roles.setOrganisationPolicies(ACCOUNT);
    const denied = found.findings.filter(({ id }) => id === 'denied-by-organisation');
    expect(denied).toMatchObject([
      { subject: `${ACCOUNT} ${VAULT}`, text: expect.stringContaining('denies kms:CreateKey') },
    ]);
  });

  test('what it may not see is not checked, with the permission that it needs: never well', async () => {
    const error = { code: 'AccessDeniedException', message: 'not yours', status: 403 };
    aws.faults.arm({
      kind: 'error',
      service: 'ssm',
      operation: 'GetParameter',
      region: SOURCE,
      times: 3,
      error,
    });
    const found = await doctor();
    expect(of(found, 'unknown')).toContain(`bootstrap-unchecked ${ACCOUNT} ${SOURCE}`);
    expect(found.findings.find(({ id }) => id === 'bootstrap-unchecked')?.text).toBe(
      'Not checked: needs ssm:GetParameter.',
    );
    expect(found.outcome).not.toBe('well');
  });
});

describe('after the deployment', () => {
  beforeAll(async () => {
    await aws.deploy(inject('assembly'));
    const Value = `https://${HEARTBEAT_HOST}/ping/doctor`;
    await call('ssm', 'PutParameter', VAULT, { Name: '/redrill/heartbeat-url', Type: 'SecureString', Value });
    await watch();
  }, 120_000);

  test('all is well', async () => {
    const found = await doctor();
    expect(found.findings.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(found).toMatchObject({ status: 0, deployed: 'yes', outcome: 'well' });
    expect(of(found, 'ok')).toEqual(
      expect.arrayContaining([
        `settings ${VAULT}`,
        `roles ${SOURCE}`,
        `alerts ${VAULT}`,
        'heartbeat /redrill/heartbeat-url',
      ]),
    );
  });

  test('finds a policy that was taken from a role', async () => {
    const RoleName = `redrill-copy-shard-${VAULT}`;
    const { PolicyNames: [PolicyName] = [] } = (await call('iam', 'ListRolePolicies', VAULT, {
      RoleName,
    })) as {
      PolicyNames?: string[];
    };
    const before = (await call('iam', 'GetRolePolicy', VAULT, { RoleName, PolicyName })) as {
      PolicyDocument: string;
    };
    await call('iam', 'DeleteRolePolicy', VAULT, { RoleName, PolicyName });
    const found = await doctor();
    const PolicyDocument = decodeURIComponent(before.PolicyDocument);
    await call('iam', 'PutRolePolicy', VAULT, { RoleName, PolicyName, PolicyDocument });
    expect(found.status).toBe(1);
    expect(of(found, 'problem')).toEqual([`role-changed role ${RoleName}`, `role-denied ${RoleName}`]);
    expect(found.findings[1]?.text).toMatch(/s3:PutObject/);
    expect(found.findings[1]?.next).toEqual(['npx cdk deploy redrill-vault --revert-drift']);
  });

  test('finds what the organisation denies to the roles', async () => {
    const all = { Effect: 'Allow', Action: '*', Resource: '*' } as const;
    const deny = { Effect: 'Deny', Action: 'elasticache:CopySnapshot', Resource: '*' } as const;
    aws.fabric.roles.setOrganisationPolicies(ACCOUNT, { Version: '2012-10-17', Statement: [all, deny] });
    const found = await doctor();
    aws.fabric.roles.setOrganisationPolicies(ACCOUNT);
    expect(of(found, 'problem')).toEqual([`denied-by-organisation redrill-export-snapshot-${SOURCE}`]);
    expect(found.findings[0]?.text).toContain('denies elasticache:CopySnapshot');
  });

  test('finds an alarm without its action', async () => {
    const AlarmNames = ['redrill-watch-silent'];
    await call('monitoring', 'DisableAlarmActions', VAULT, { AlarmNames });
    const found = await doctor();
    await call('monitoring', 'EnableAlarmActions', VAULT, { AlarmNames });
    expect(of(found, 'problem')).toEqual(['alarm-changed alarm redrill-watch-silent']);
    expect(found.findings[0]?.next.length).toBeGreaterThan(0);
  });

  test('finds a heartbeat that does not get through', async () => {
    receiver.answer(500);
    await watch();
    expect(of(await doctor(), 'problem')).toEqual(['heartbeat-failed /redrill/heartbeat-url']);
    receiver.answer(200);
  });

  test('finds that nobody hears of alerts', async () => {
    const TopicArn = `arn:aws:sns:${VAULT}:${ACCOUNT}:redrill-alerts`;
    const { Subscriptions } = (await call('sns', 'ListSubscriptionsByTopic', VAULT, { TopicArn })) as {
      Subscriptions: { SubscriptionArn: string; Endpoint: string }[];
    };
    for (const { SubscriptionArn } of Subscriptions)
      await call('sns', 'Unsubscribe', VAULT, { SubscriptionArn });
    const problems = of(await doctor(), 'problem');
    expect(problems).toContain(`alerts-lost ${VAULT}`);
    expect(problems).toContain(`subscription-missing subscription ${TopicArn} email on-call@example.com`);
  });

  test('--page sends a message through every alarm', async () => {
    const before = aws.sns.messages.length;
    const found = await doctor(ACCOUNT, '--page');
    await aws.clock.run({ until: aws.clock.now() + MINUTE_MS });
    expect(of(found, 'ok')).toEqual(expect.arrayContaining([`page-sent ${SOURCE}`, `page-sent ${VAULT}`]));
    const paged = aws.sns.messages.slice(before).map(({ subject = '' }) => subject);
    expect(paged.filter((subject) => subject.startsWith('ALARM: "redrill-watch-silent"'))).toHaveLength(1);
  });
});

test.each([
  [['--page', '--rehearse'], /^--page does not go with --rehearse/],
  [['--yes'], /^--yes is an option of a rehearsal; add --rehearse/],
  [['--assembly'], /^the option '--assembly <folder>' needs a value/],
  [['--pages'], /unknown option '--pages'/],
])('a call with %j is refused with what is wrong', async (words, message) => {
  const { status, stdout, stderr } = await runHere(['doctor', ...words], { env: process.env });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(message);
});
