import { beforeAll, describe, expect, test } from 'vitest';
import { instantOf, slotAt } from '../../core/model/slot.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { SOURCE_STACK, VAULT_STACK } from '../../lib/app.ts';
import { chatForm } from '../channels/chat-form.ts';
import { Assemblies, withChat, withVault } from '../e2e/deployments/assemblies.ts';
import { redrill } from '../e2e/redrill.ts';
import { type Deployable, HOUR_MS, MIDNIGHT, World } from '../e2e/world.ts';

/*
 * Both stacks are destroyed with a verified recovery point in the vault, and deployed again. In between nobody runs
 * anything, and the vault must protect itself. The configuration has chat and published runbooks.
 */

const RUNBOOKS = 'https://wiki.example.com/redrill/runbooks';
const CHAT = withChat(RUNBOOKS);

const ROOT = 'arn:aws:iam::111122223333:root';
const NEXT_SLOT = slotAt(new Date(instantOf(MIDNIGHT).getTime() + 12 * HOUR_MS));

let world: World;
let assemblies: Assemblies;
let first: Deployable;
let keyArn: string;

beforeAll(async () => {
  assemblies = new Assemblies();
  first = assemblies.of(CHAT);
  world = await World.start({ deployed: first });
  await subscribeChannel(world.demo.vault.region);
  await world.create([{ id: 'orders', tags: { [PLAN_TAG]: 'event-log' } }]);
  await world.fill('orders', 200);
  await world.runSlot('event-log', MIDNIGHT);
  await world.deliver('watch-vault');
  keyArn = await world.vaultKeyArn();
  return async () => {
    await world.close();
    await assemblies.remove();
  };
});

const inVault = (service: string, operation: string, input: object) =>
  world.demo.call(service, operation, world.demo.vault.region, input);

/** As a channel configuration does; AWS would deliver to Amazon Q over HTTPS, which is not modelled. */
async function subscribeChannel(region: string): Promise<void> {
  const TopicArn = `arn:aws:sns:${region}:${world.demo.account}:redrill-chat`;
  const input = { TopicArn, Protocol: 'email', Endpoint: 'channel@example.com' };
  await world.demo.call('sns', 'Subscribe', region, input);
  const { token: Token } = world.aws.sns.confirmations.at(-1) ?? {};
  await world.demo.call('sns', 'ConfirmSubscription', region, { TopicArn, Token });
}

/** Of our Lambdas, not the alarms of CloudWatch, which has a form of its own that Amazon Q shows as well. */
const messages = (since: number) =>
  world.aws.sns.messages
    .slice(since)
    .filter(({ attributes }) => attributes.code !== undefined)
    .map(({ topicArn, attributes, message }) => ({
      topic: topicArn.split(':').at(-1),
      code: attributes.code,
      message,
    }));

const inChat = () =>
  messages(0)
    .filter(({ topic }) => topic === 'redrill-chat')
    .map(({ message }) => chatForm.parse(JSON.parse(message)));

/** What the watch says to each topic, a quarter of an hour after something was done. */
async function toldOnce(work: () => Promise<unknown>) {
  const before = world.aws.sns.messages.length;
  await work();
  await world.pass(15 * 60_000);
  await world.deliver('watch-vault');
  const told = messages(before).filter(({ code }) => code?.startsWith('SettingsDrifted'));
  expect(told).toHaveLength(2);
  return told.sort((one, other) => (one.topic ?? '').localeCompare(other.topic ?? ''));
}

describe('a vault whose stack is destroyed', () => {
  test('goes on refusing what only the break-glass role may do, and everything public', async () => {
    const keys = await world.vaultKeys();
    for (const stack of [SOURCE_STACK, VAULT_STACK]) {
      const { status } = await world.aws.stacks.destroy(stack);
      expect(status).toBe('DELETE_COMPLETE');
    }
    const Bucket = world.demo.vaultBucket;
    expect(await world.vaultKeys()).toEqual(keys);
    const { Versions = [] } = (await inVault('s3', 'ListObjectVersions', { Bucket })) as {
      Versions?: readonly { Key: string; VersionId: string }[];
    };
    const [{ Key, VersionId } = {}] = Versions;
    await expect(inVault('s3', 'DeleteObject', { Bucket, Key, VersionId })).rejects.toThrow('explicit deny');
    await expect(inVault('kms', 'ScheduleKeyDeletion', { KeyId: keyArn })).rejects.toThrow('explicit deny');
    expect(await inVault('s3', 'GetObjectLockConfiguration', { Bucket })).toMatchObject({
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Days: 1 } } },
    });
    expect(await inVault('s3', 'GetPublicAccessBlock', { Bucket })).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicPolicy: true, RestrictPublicBuckets: true },
    });
    const { Policy } = (await inVault('s3', 'GetBucketPolicy', { Bucket })) as { Policy: string };
    expect(Policy).toContain('aws:SecureTransport');
  });

  test('leaves no role, function, schedule or alarm behind', () => {
    const { aws } = world;
    expect(aws.stacks.all).toEqual([]);
    expect(aws.fabric.roles.all().map(({ name }) => name)).toEqual([]);
    expect(aws.cloudwatch.alarms.all).toEqual([]);
    expect(aws.logs.groups).toEqual([]);
  });

  test('is verified and read without any stack', async () => {
    const verified = await redrill(world, 'verify', `orders/${MIDNIGHT}`);
    expect(verified.out).toContain('the content matches what was recorded when it entered the vault');
    expect(verified.status).toBe(0);
  });
});

describe('deploying again', () => {
  test('without an import stops at the buckets that are there, and leaves them as they are', async () => {
    const keys = await world.vaultKeys();
    await expect(world.aws.deploy(first.folder, { stacks: [VAULT_STACK] })).rejects.toThrow('exists already');
    expect(world.aws.stacks.get(VAULT_STACK).status).toBe('ROLLBACK_COMPLETE');
    expect(await world.vaultKeys()).toEqual(keys);
    await expect(inVault('kms', 'ScheduleKeyDeletion', { KeyId: keyArn })).rejects.toThrow('explicit deny');
  });

  test('adopts the vault: its buckets and their policies are imported, its key is the earlier one', async () => {
    const again = assemblies.of((config) => withVault({ kmsKeyArn: keyArn })(CHAT(config)));
    const stacks = await world.aws.deploy(again.folder, { importExistingResources: true });
    expect(stacks.map(({ status }) => status)).toEqual(['CREATE_COMPLETE', 'CREATE_COMPLETE']);
    const imported = stacks.flatMap(({ events }) =>
      events.filter(({ status }) => status === 'IMPORT_COMPLETE'),
    );
    expect(imported.map(({ type, physicalId }) => `${type} ${physicalId}`).sort()).toEqual(
      ['logs-111122223333-eu-west-1', 'landing-111122223333-eu-west-1']
        .concat(['logs', 'vault', 'staging'].map((what) => `${what}-111122223333-eu-central-1`))
        .flatMap((name) => [`AWS::S3::Bucket redrill-${name}-an`, `AWS::S3::BucketPolicy redrill-${name}-an`])
        .sort(),
    );
    expect((await inVault('kms', 'ListAliases', {})) as object).toMatchObject({
      Aliases: [{ AliasName: 'alias/redrill-vault', TargetKeyId: keyArn.split('/')[1] }],
    });
  });

  test('the watch finds every setting as it was deployed, the earlier key’s policy too', async () => {
    for (const { region } of [world.demo.source, world.demo.vault]) await subscribeChannel(region);
    const before = world.allAlerts.length;
    for (const half of ['watch-vault', 'watch-source']) await world.deliver(half);
    const told = world.allAlerts.slice(before).filter(({ severity }) => severity !== 'alarm');
    expect(told.filter(({ code }) => code.startsWith('SettingsDrifted'))).toEqual([]);
    expect(world.refusals).toEqual([]);
  });

  describe('somebody replaces the key’s policy', () => {
    const policy = { KeyId: '', PolicyName: 'default', Policy: '' };

    beforeAll(async () => {
      const KeyId = keyArn;
      Object.assign(policy, await inVault('kms', 'GetKeyPolicy', { KeyId }), { KeyId });
    });

    test('the e-mail topic gets the alert as text, the chat topic as a message that Amazon Q shows', async () => {
      const Statement = [{ Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'kms:*', Resource: '*' }];
      const replaced = JSON.stringify({ Version: '2012-10-17', Statement });
      const [mail, chat] = await toldOnce(() =>
        inVault('kms', 'PutKeyPolicy', { ...policy, Policy: replaced }),
      );
      expect(mail).toMatchObject({
        topic: 'redrill-alerts',
        code: 'SettingsDrifted',
        message: expect.stringMatching(/^In eu-central-1, policy of the vault key: not as deployed\.\n/),
      });
      expect(mail?.message).toMatch(new RegExp(`^Runbook: ${RUNBOOKS}/settings-drifted\\.md$`, 'm'));
      expect(chat).toMatchObject({ topic: 'redrill-chat', code: 'SettingsDrifted' });
      const shown = chatForm.parse(JSON.parse(chat?.message ?? ''));
      expect(shown.content.title).toContain('policy of the vault key: not as deployed');
      expect(shown.content.nextSteps).toEqual([
        'Run: npx cdk drift',
        `Follow the runbook: ${RUNBOOKS}/settings-drifted.md`,
      ]);
      expect(shown.content.keywords).toEqual(['page', 'SettingsDrifted', 'eu-central-1']);
    });

    test('and puts it back: both get the resolution, in chat in the thread of the alert', async () => {
      const [alert] = inChat().slice(-1);
      const [mail, chat] = await toldOnce(() => inVault('kms', 'PutKeyPolicy', policy));
      expect(mail).toMatchObject({ topic: 'redrill-alerts', code: 'SettingsDriftedResolved' });
      expect(mail?.message).not.toMatch(/^[{[]/);
      expect(chat).toMatchObject({ topic: 'redrill-chat', code: 'SettingsDriftedResolved' });
      const shown = chatForm.parse(JSON.parse(chat?.message ?? ''));
      expect(shown.metadata?.threadId).toBe(alert?.metadata?.threadId);
      expect(shown.metadata?.threadId).toContain('eu-central-1');
    });

    test('every alert has gone to both topics, and every link of chat is absolute and below the base', () => {
      const alerts = messages(0);
      const of = (name: string) => alerts.filter(({ topic }) => topic === name).map(({ code }) => code);
      expect(of('redrill-chat')).toEqual(of('redrill-alerts'));
      const links = inChat().flatMap(({ content }) => JSON.stringify(content).match(/\S+\.md\S*/g) ?? []);
      expect(links.length).toBeGreaterThan(0);
      for (const link of links) expect(link).toMatch(new RegExp(`^${RUNBOOKS}/[a-z-]+\\.md`));
    });
  });

  test('an old recovery point is listed, verified and drilled', async () => {
    const points = await redrill(world, 'points', 'orders');
    expect(points.out).toContain('verified');
    expect((await redrill(world, 'verify', `orders/${MIDNIGHT}`)).status).toBe(0);
    const { execution } = await world.startDrill('orders');
    await world.pass(0);
    expect(execution.status).toBe('SUCCEEDED');
    expect(world.drillClusters).toEqual([]);
  });

  test('the next backup goes into the same vault, under the same key', async () => {
    await world.runSlot('event-log', NEXT_SLOT);
    const points = await world.points('orders');
    expect(points.map(({ slot, verdict }) => `${slot} ${verdict}`)).toEqual([
      `${MIDNIGHT} verified`,
      `${NEXT_SLOT} verified`,
    ]);
    expect(await world.vaultKeyArn()).toBe(keyArn);
    expect(world.ends.filter((end) => !end.endsWith('SUCCEEDED'))).toEqual([]);
  });
});
