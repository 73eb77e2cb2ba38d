import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DeleteBucketLifecycleCommand, S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient, UpdateScheduleCommand } from '@aws-sdk/client-scheduler';
import { SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import { withoutAction } from '@redrill/local-aws';
import { beforeAll, describe, expect, test } from 'vitest';
import { CANARY_CODE } from '../../core/contracts/resources.ts';
import { BREAK_GLASS_ROLE } from '../../lib/storage/vault.ts';
import { chatForm } from '../channels/chat-form.ts';
import { PAGERDUTY_KEY, type PagerDutyServer, startPagerDuty } from '../channels/pager-duty-server.ts';
import { commandsIn, runCommand } from '../e2e/alert-commands.ts';
import { CHANNEL_ATTACKS, PAGER_KEY_PARAMETER } from '../e2e/attacks/channels.ts';
import {
  confirm,
  type Deployed,
  ON_CALL,
  readSchedule,
  type SettingAttack,
  subscriptionArn,
  topicArn,
  vaultBucket,
} from '../e2e/attacks/deployed.ts';
import { RESOURCE_POLICY_ATTACKS, ROLE_ATTACKS } from '../e2e/attacks/policies.ts';
import { SOURCE_ATTACKS } from '../e2e/attacks/source.ts';
import { STORAGE_ATTACKS } from '../e2e/attacks/storage.ts';
import { WATCHING_ATTACKS } from '../e2e/attacks/watching.ts';
import { Assemblies, withEveryChannel } from '../e2e/deployments/assemblies.ts';
import { HOUR_MS, MINUTE_MS, World } from '../e2e/world.ts';

/*
 * What protects the vault is changed, by the API that somebody would change it with. The next look of
 * watch-vault tells of it; the command in its message puts it back; the look after that says that it is over.
 */

const QUARTER_MS = 15 * MINUTE_MS;

let world: World;
let assemblies: Assemblies;
let pagerDuty: PagerDutyServer;
let on: Deployed;

beforeAll(async () => {
  assemblies = new Assemblies();
  world = await World.start({
    deployed: assemblies.of(withEveryChannel),
    hosts: async (tls) => {
      pagerDuty = await startPagerDuty(tls);
      return { 'events.eu.pagerduty.com': { address: '203.0.113.11', port: pagerDuty.port } };
    },
  });
  await storeKey(PAGERDUTY_KEY);
  const options = clientOptions();
  on = {
    world,
    s3: new S3Client({ ...options, forcePathStyle: true }),
    cloudwatch: new CloudWatchClient(options),
    scheduler: new SchedulerClient(options),
    sns: new SNSClient(options),
    breakGlass,
  };
  return async () => {
    await world.close();
    await Promise.all([pagerDuty.close(), assemblies.remove()]);
  };
});

async function storeKey(Value: string): Promise<void> {
  const input = { Name: PAGER_KEY_PARAMETER, Type: 'SecureString', Overwrite: true, Value };
  for (const { region } of [world.demo.source, world.demo.vault])
    await world.demo.call('ssm', 'PutParameter', region, input);
}

function breakGlass(service: string, operation: string, input: object): Promise<unknown> {
  const { account, region } = world.demo.vault;
  const arn = `arn:aws:iam::${account}:role/${BREAK_GLASS_ROLE}`;
  const principal = { kind: 'administrator', arn, account } as const;
  return world.aws.fabric.call({ service, operation, region, principal, input });
}

function clientOptions() {
  const { region } = world.demo.vault;
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = world.aws.environment(region);
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  return { region, endpoint: world.aws.url, credentials };
}

interface Told {
  readonly code: string;
  readonly severity: string;
  readonly subject: string;
  readonly text: string;
}

/** One look of watch-vault. @returns what people were told of settings */
async function look(
  watch: 'watch-vault' | 'watch-source' = 'watch-vault',
  afterMs = QUARTER_MS,
): Promise<readonly Told[]> {
  const before = world.aws.sns.messages.length;
  await world.pass(afterMs);
  await world.deliver(watch);
  return world.aws.sns.messages
    .slice(before)
    .filter(({ topicArn }) => topicArn.endsWith('redrill-alerts'))
    .filter(({ attributes }) => attributes.code?.startsWith('SettingsDrifted'))
    .map(({ subject = '', message, attributes }) => ({
      code: attributes.code ?? '',
      severity: attributes.severity ?? '',
      subject,
      text: message,
    }));
}

/** Of each kind of attack every other one; `npm run prove-drift` tries all. */
function tested(...kinds: readonly (readonly SettingAttack[])[]): readonly SettingAttack[] {
  const all = process.env.REDRILL_DRIFT === 'all';
  return kinds.flatMap((kind) => kind.filter((_, at) => all || at % 2 === 0));
}

interface Watching {
  readonly watch: 'watch-vault' | 'watch-source';
  readonly stack: string;
}

/** The next look reports the attack and nothing else, its commands put things back, and the look after that says so. */
async function expectReported(each: SettingAttack, { watch, stack }: Watching): Promise<void> {
  // A fault that was over a moment ago is not said to be over again.
  await world.pass(HOUR_MS);
  await each.attack(on);
  const reported: Told[] = [];
  for (let minutes = 0; minutes < each.withinMinutes && reported.length === 0; minutes += 15) {
    // On the quarters of the hour, as the schedule has it: of the roles each look reads a part.
    await world.passUntil((Math.floor(world.now / QUARTER_MS) + 1) * QUARTER_MS);
    reported.push(...(await look(watch, 0)));
  }
  const [alert, ...others] = reported;
  expect(others).toEqual([]);
  expect(each.tells).toEqual({ alerts: [alert?.code] });
  expect(alert).toMatchObject({
    severity: 'page',
    subject: `[Redrill] ${each.subject(on)}`.slice(0, 99),
  });
  for (const pattern of each.says) expect(alert?.text).toMatch(pattern);
  expect(alert?.text).toContain(`npx cdk deploy ${stack} --revert-drift`);
  expect(alert?.text).toContain(
    '&prefix=reports/_runbooks/settings-drifted.html\nOffline: npx redrill open settings-drifted',
  );
  const commands = commandsIn(alert?.text ?? '');
  if (each.also === undefined) expect(commands).not.toEqual([]);
  for (const command of commands) await runCommand(command, world);
  await each.also?.(on);
  expect(await look(watch)).toMatchObject([{ code: 'SettingsDriftedResolved', severity: 'ticket' }]);
}

describe('every channel', () => {
  /** What the topics of the vault’s region took since, by the end of their names, and to whom it was delivered. */
  const publishedSince = (before: number) =>
    world.aws.sns.messages
      .slice(before)
      .flatMap(({ topicArn, region, message, attributes, deliveredTo, subject }) =>
        region !== world.demo.vault.region
          ? []
          : [
              {
                topic: topicArn.split(':').at(-1),
                code: attributes.code ?? /"(redrill-[\w-]+)"/.exec(subject ?? '')?.[1],
                message,
                deliveredTo,
              },
            ],
      );
  const ENDPOINTS = ['on-call@example.com', 'https://example.com/all', 'https://example.com/pages'];

  test('the test message goes through each, with the lowest severity, and is over', async () => {
    const [before, events] = [world.aws.sns.messages.length, pagerDuty.events.length];
    await world.deliver('canary-vault');
    const canaries = publishedSince(before).filter(({ code }) => code === CANARY_CODE);
    const [mail, ...chat] = canaries;
    expect(mail).toMatchObject({ topic: 'redrill-alerts' });
    expect([...(mail?.deliveredTo ?? [])].sort()).toEqual([...ENDPOINTS].sort());
    expect(chat.map(({ topic }) => topic)).toEqual(['redrill-chat', 'redrill-chat']);
    for (const { deliveredTo } of chat)
      expect(deliveredTo).toEqual([expect.stringContaining('chatbot.amazonaws.com')]);
    const shown = chat.map(({ message }) => chatForm.parse(JSON.parse(message)));
    expect(shown.map(({ content }) => content.keywords?.[0])).toEqual(['test', 'resolved']);
    expect(new Set(shown.map(({ metadata }) => metadata?.threadId)).size).toBe(1);
    const put = world.aws.events.accepted.at(-1);
    expect(put?.detail).toMatchObject({ code: CANARY_CODE, state: 'test', severity: 'none' });
    const paged = pagerDuty.events.slice(events);
    expect(paged).toMatchObject([
      { event_action: 'trigger', payload: { severity: 'info', class: CANARY_CODE } },
      { event_action: 'resolve', dedup_key: paged[0]?.dedup_key },
    ]);
    expect(pagerDuty.open).not.toContain(paged[0]?.dedup_key);
  });

  test('a key that PagerDuty refuses: an alarm says so through the topics', async () => {
    await storeKey('f'.repeat(32));
    const before = world.aws.sns.messages.length;
    await world.deliver('canary-vault');
    await world.pass(QUARTER_MS);
    const alarms = publishedSince(before).filter(({ code }) => code === 'redrill-page-undelivered');
    expect(alarms.map(({ topic }) => topic)).toEqual(['redrill-alerts', 'redrill-chat']);
    expect(alarms[0]?.deliveredTo).toContain('on-call@example.com');
    await storeKey(PAGERDUTY_KEY);
  });

  test('an endpoint that takes nothing: an alarm says so to the other addresses, in chat and to PagerDuty', async () => {
    world.aws.sns.unreachable.add('https://example.com/all');
    const before = world.aws.sns.messages.length;
    await world.deliver('canary-vault');
    await world.pass(2 * QUARTER_MS);
    const alarms = publishedSince(before).filter(({ code }) => code === 'redrill-alerts-undelivered');
    expect(alarms.map(({ topic, deliveredTo }) => [topic, deliveredTo])).toEqual([
      ['redrill-alerts', ['on-call@example.com']],
      ['redrill-chat', [expect.stringContaining('chatbot.amazonaws.com')]],
    ]);
    expect(pagerDuty.open).toContainEqual(expect.stringContaining('/alarm redrill-alerts-undelivered'));
    world.aws.sns.unreachable.clear();
  });

  test('endpoints alone, none of which takes anything: the heartbeat fails and says why', async () => {
    await on.sns.send(new UnsubscribeCommand({ SubscriptionArn: await subscriptionArn(on) }));
    for (const each of [...ENDPOINTS, 'https://global.sns-api.chatbot.amazonaws.com'])
      world.aws.sns.unreachable.add(each);
    await world.deliver('canary-vault');
    await world.pass(QUARTER_MS);
    await world.deliver('watch-vault');
    expect(world.demo.heartbeats.pings.at(-1)).toMatchObject({
      kind: 'fail',
      body: expect.stringMatching(/^Redrill: alerts have no recipient: SNS cannot deliver to the endpoints/),
    });
    world.aws.sns.unreachable.clear();
    await on.sns.send(new SubscribeCommand({ TopicArn: topicArn(on), Protocol: 'email', Endpoint: ON_CALL }));
    await confirm(on);
    await look();
  });
});

describe('drift', () => {
  test('there is none in what was just deployed', async () => {
    expect(await look()).toEqual([]);
  });

  for (const each of tested(
    STORAGE_ATTACKS,
    WATCHING_ATTACKS,
    CHANNEL_ATTACKS,
    RESOURCE_POLICY_ATTACKS,
    ROLE_ATTACKS,
  ))
    test(`${each.name}: reported in time, put back by the commands, and over`, () =>
      expectReported(each, { watch: 'watch-vault', stack: 'redrill-vault' }));

  for (const each of tested(SOURCE_ATTACKS))
    test(`${each.name}: reported in time, put back by the commands, and over`, () =>
      expectReported(each, { watch: 'watch-source', stack: 'redrill-source' }));

  test('one that lasts is told again after an hour, and another one of the kind at once', async () => {
    const disable = async (name: string) =>
      on.scheduler.send(new UpdateScheduleCommand({ ...(await readSchedule(on, name)), State: 'DISABLED' }));
    await disable('redrill-find-exports');
    const toldAt: number[] = [];
    const start = world.now;
    while (world.now < start + 1.5 * HOUR_MS) if ((await look()).length > 0) toldAt.push(world.now);
    expect(toldAt).toHaveLength(2);
    // A look in every quarter of an hour, and what starting a Lambda takes besides.
    const [first = 0, again = 0] = toldAt;
    expect(again - first).toBeGreaterThan(HOUR_MS - QUARTER_MS);
    await disable('redrill-sweep-drills');
    const [alert] = await look();
    expect(alert?.text).toMatch(/redrill-find-exports:[\s\S]*redrill-sweep-drills:/);
    for (const command of commandsIn(alert?.text ?? '')) await runCommand(command, world);
    expect(await look()).toMatchObject([{ code: 'SettingsDriftedResolved' }]);
  });
});

test('a watch that does not run any more: an alarm says so within an hour', async () => {
  const silent = () => world.allAlerts.filter(({ code }) => code === 'redrill-watch-silent').length;
  for (let looks = 0; looks < 4; looks++) await look();
  const before = silent();
  await look();
  expect(silent()).toBe(before);
  await world.pass(HOUR_MS);
  // Through both topics.
  expect(silent()).toBe(before + 2);
});

describe('a setting that cannot be read', () => {
  /** How often people were told that a cache has no recent copy. */
  const missed = () => world.allAlerts.filter(({ code }) => code === 'RpoMissed').length;

  test('AccessDenied: told, not taken for sound, and the ages of the copies are watched all the same', async () => {
    const { call, vault } = world.demo;
    const { name: RoleName, policies } = world.aws.fabric.roles.get(await world.roleOf('watch-vault', vault));
    const [{ name: PolicyName, document } = { name: '', document: { Statement: [] } }] = policies;
    const put = (policy: object) =>
      call('iam', 'PutRolePolicy', vault.region, {
        RoleName,
        PolicyName,
        PolicyDocument: JSON.stringify(policy),
      });
    const action = 's3:GetLifecycleConfiguration';
    await put(document.Statement.reduceRight((policy, _, at) => withoutAction(policy, at, action), document));
    await on.s3.send(new DeleteBucketLifecycleCommand({ Bucket: vaultBucket(on) }));
    await world.pass(4 * HOUR_MS);
    const before = missed();
    const told = (await look()).filter(({ subject }) => !subject.includes('policies of role'));
    expect(told).toMatchObject([
      { code: 'SettingsDrifted', severity: 'page', subject: expect.stringContaining('cannot be read') },
      { code: 'SettingsDrifted', severity: 'page', subject: expect.stringContaining('cannot be read') },
    ]);
    expect(told[0]?.text).toMatch(/Redrill could not read it[\s\S]*AccessDenied/);
    expect(missed()).toBeGreaterThan(before);
    await put(document);
    const then = (await look()).filter(({ subject }) => !subject.includes('policies of role'));
    expect(then.map(({ code, subject }) => `${code} ${subject}`)).toEqual([
      expect.stringContaining(`SettingsDrifted [Redrill] lifecycle rules of ${vaultBucket(on)}`),
      expect.stringContaining(`SettingsDriftedResolved [Redrill] resolved: drift: lifecycle rules of`),
    ]);
    for (const command of commandsIn(then[0]?.text ?? '')) await runCommand(command, world);
    expect(await look()).toMatchObject([{ code: 'SettingsDriftedResolved' }]);
  });

  test('throttled: told as a ticket, and over with the next look', async () => {
    const error = { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 };
    // Of two parts of the look, each of which tries three times.
    world.aws.faults.arm({
      kind: 'error',
      service: 'monitoring',
      operation: 'DescribeAlarms',
      times: 6,
      error,
    });
    const [alert, ...others] = await look();
    expect(others).toEqual([]);
    expect(alert).toMatchObject({
      severity: 'ticket',
      subject: '[Redrill] alarms: cannot be read',
      text: expect.stringContaining('Rate exceeded'),
    });
    expect(await look()).toMatchObject([{ code: 'SettingsDriftedResolved' }]);
  });
});
