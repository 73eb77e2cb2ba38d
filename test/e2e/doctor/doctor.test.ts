import { administratorOf } from '@redrill/local-aws';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { parseConfig } from '../../../core/contracts/parse-config.ts';
import { NAMED_TYPES } from '../../../core/ports/doctor.ts';
import {
  HEARTBEAT_ADDRESS,
  HEARTBEAT_HOST,
  type HeartbeatReceiver,
  startHeartbeatReceiver,
} from '../../../demo/heartbeat-receiver.ts';
import config from '../../../redrill.config.ts';
import { runHere } from '../../unit/cli/run-here.ts';
import { ACCOUNT, DoctorWorld, type Internet, of, SOURCE, VAULT } from './doctor-world.ts';

/*
 * redrill doctor in an account in which nothing is deployed, and then in the same account with both stacks: what is wrong is
 * planted, found with its id and the next command, and put right.
 */

const OTHER_ACCOUNT = '444455556666';

let world: DoctorWorld;
let receiver: HeartbeatReceiver;

beforeAll(async () => {
  const internet: Internet = {};
  world = await DoctorWorld.start(internet);
  receiver = await startHeartbeatReceiver(await world.aws.elasticache.tls());
  internet[HEARTBEAT_HOST] = { address: HEARTBEAT_ADDRESS, port: receiver.port };
  return () => Promise.all([world.close(), receiver.close()]);
});

describe('before the deployment', () => {
  test('finds that nothing is prepared, with what to type', async () => {
    const found = await world.doctor();
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
    const { stdout } = await world.run();
    expect(stdout).toMatch(/^5 problems, 2 not checked {2}account 111122223333, before the deployment\n/);
    expect(stdout.indexOf('bootstrap-missing')).toBeLessThan(stdout.indexOf('ok  '));
  });

  test('finds a bootstrap stack that is too old', async () => {
    await world.order('sessions');
    await world.order('orders');
    await world.bootstrap(SOURCE);
    await world.bootstrap(VAULT);
    await world.setBootstrap(VAULT, '5');
    expect(of(await world.doctor(), 'problem')).toEqual([`bootstrap-old ${ACCOUNT} ${VAULT}`]);
    await world.setBootstrap(VAULT, '30');
  });

  test('finds a bucket that an earlier deployment left, with the command that adopts it', async () => {
    const Bucket = `redrill-vault-${OTHER_ACCOUNT}-${VAULT}-an`;
    const CreateBucketConfiguration = { LocationConstraint: VAULT };
    const input = { Bucket, CreateBucketConfiguration, BucketNamespace: 'account-regional' };
    const principal = administratorOf(OTHER_ACCOUNT);
    await world.aws.fabric.call({
      service: 's3',
      operation: 'CreateBucket',
      region: VAULT,
      principal,
      input,
    });
    const found = await world.doctor(OTHER_ACCOUNT);
    expect(of(found, 'problem')).toContain(`name-taken ${Bucket}`);
    expect(found.findings.find(({ id }) => id === 'name-taken')?.next).toEqual([
      'npx redrill deploy --import-existing-resources',
    ]);
  });

  test('finds what the organisation denies, as far as the simulator shows', async () => {
    await world.setBootstrap(VAULT, '30');
    world.aws.fabric.roles.setOrganisationPolicies(ACCOUNT, {
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
    const found = await world.doctor();
    world.aws.fabric.roles.setOrganisationPolicies(ACCOUNT);
    const denied = found.findings.filter(({ id }) => id === 'denied-by-organisation');
    expect(denied).toMatchObject([
      { subject: `${ACCOUNT} ${VAULT}`, text: expect.stringContaining('denies kms:CreateKey') },
    ]);
  });

  test('what it may not see is not checked, with the permission that it needs: never well', async () => {
    const found = await world.doctorWithout('ssm:GetParameter', SOURCE);
    expect(of(found, 'unknown')).toContain(`bootstrap-unchecked ${ACCOUNT} ${SOURCE}`);
    expect(found.findings.find(({ id }) => id === 'bootstrap-unchecked')?.text).toBe(
      'Not checked: needs ssm:GetParameter.',
    );
    expect(found.outcome).not.toBe('well');
  });
});

describe('after the deployment', () => {
  beforeAll(async () => {
    await world.aws.deploy(inject('assembly'));
    const Value = `https://${HEARTBEAT_HOST}/ping/doctor`;
    await world.call('ssm', 'PutParameter', VAULT, {
      Name: '/redrill/heartbeat-url',
      Type: 'SecureString',
      Value,
    });
    await world.watch();
  });

  // On a very busy machine the local AWS may not answer within the ten seconds that doctor waits, and doctor says so.
  test('all is well', { retry: 2 }, async () => {
    const found = await world.doctor();
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

  test('every name that the templates give is found taken', async () => {
    const { types, missing, names } = await world.namesNotFound(parseConfig(config));
    expect(missing).toEqual([]);
    expect(types).toEqual([...NAMED_TYPES].sort());
    expect(names).toBeGreaterThan(100);
  });

  test('finds a policy that was taken from a role', async () => {
    const RoleName = `redrill-copy-shard-${VAULT}`;
    const { PolicyNames: [PolicyName] = [] } = (await world.call('iam', 'ListRolePolicies', VAULT, {
      RoleName,
    })) as {
      PolicyNames?: string[];
    };
    const before = (await world.call('iam', 'GetRolePolicy', VAULT, { RoleName, PolicyName })) as {
      PolicyDocument: string;
    };
    await world.call('iam', 'DeleteRolePolicy', VAULT, { RoleName, PolicyName });
    const found = await world.doctor();
    const PolicyDocument = decodeURIComponent(before.PolicyDocument);
    await world.call('iam', 'PutRolePolicy', VAULT, { RoleName, PolicyName, PolicyDocument });
    expect(found.status).toBe(1);
    expect(of(found, 'problem')).toEqual([`role-changed role ${RoleName}`, `role-denied ${RoleName}`]);
    expect(found.findings[1]?.text).toMatch(/s3:PutObject/);
    expect(found.findings[1]?.next).toEqual(['npx cdk deploy redrill-vault --revert-drift']);
  });

  test('finds what the organisation denies to the roles', async () => {
    const all = { Effect: 'Allow', Action: '*', Resource: '*' } as const;
    const deny = { Effect: 'Deny', Action: 'elasticache:CopySnapshot', Resource: '*' } as const;
    world.aws.fabric.roles.setOrganisationPolicies(ACCOUNT, {
      Version: '2012-10-17',
      Statement: [all, deny],
    });
    const found = await world.doctor();
    world.aws.fabric.roles.setOrganisationPolicies(ACCOUNT);
    expect(of(found, 'problem')).toEqual([`denied-by-organisation redrill-export-snapshot-${SOURCE}`]);
    expect(found.findings[0]?.text).toContain('denies elasticache:CopySnapshot');
  });

  test('finds an alarm without its action', async () => {
    const AlarmNames = ['redrill-watch-silent'];
    await world.call('monitoring', 'DisableAlarmActions', VAULT, { AlarmNames });
    const found = await world.doctor();
    await world.call('monitoring', 'EnableAlarmActions', VAULT, { AlarmNames });
    expect(of(found, 'problem')).toEqual(['alarm-changed alarm redrill-watch-silent']);
    expect(found.findings[0]?.next.length).toBeGreaterThan(0);
  });

  test('finds a heartbeat that does not get through', async () => {
    receiver.answer(500);
    await world.watch();
    expect(of(await world.doctor(), 'problem')).toEqual(['heartbeat-failed /redrill/heartbeat-url']);
    receiver.answer(200);
  });

  describe('the subscription of the vault’s alerts', () => {
    const TopicArn = `arn:aws:sns:${VAULT}:${ACCOUNT}:redrill-alerts`;
    const setting = `subscription ${TopicArn} email on-call@example.com`;

    test('is gone: nobody hears of alerts', async () => {
      const answer = await world.call('sns', 'ListSubscriptionsByTopic', VAULT, { TopicArn });
      const { Subscriptions } = answer as { Subscriptions: { SubscriptionArn: string }[] };
      for (const { SubscriptionArn } of Subscriptions)
        await world.call('sns', 'Unsubscribe', VAULT, { SubscriptionArn });
      const problems = of(await world.doctor(), 'problem');
      expect(problems).toContain(`alerts-lost ${VAULT}`);
      expect(problems).toContain(`subscription-missing ${setting}`);
    });

    test('is not confirmed yet', async () => {
      const Endpoint = 'on-call@example.com';
      await world.call('sns', 'Subscribe', VAULT, { TopicArn, Protocol: 'email', Endpoint });
      const found = await world.doctor();
      expect(of(found, 'problem')).toEqual(
        expect.arrayContaining([`subscription-changed ${setting}`, `alerts-lost ${VAULT}`]),
      );
      const pending = found.findings.find(({ id }) => id === 'subscription-changed');
      expect(pending?.text).toBe('The subscription is not confirmed: SNS delivers no alert to it.');
      expect(pending?.next[0]).toMatch(/^Confirm the subscription in the e-mail/);
    });

    test('is confirmed', async () => {
      const Token = world.aws.sns.confirmations.at(-1)?.token;
      await world.call('sns', 'ConfirmSubscription', VAULT, { TopicArn, Token });
      const found = await world.doctor();
      expect(of(found, 'problem')).toEqual(['heartbeat-failed /redrill/heartbeat-url']);
      expect(of(found, 'ok')).toContain(`alerts ${VAULT}`);
    });
  });

  test('--page sends a message through every alarm', async () => {
    const before = world.aws.sns.messages.length;
    const found = await world.doctor(ACCOUNT, '--page');
    await world.pass(1);
    expect(of(found, 'ok')).toEqual(expect.arrayContaining([`page-sent ${SOURCE}`, `page-sent ${VAULT}`]));
    const paged = world.aws.sns.messages.slice(before).map(({ subject = '' }) => subject);
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
