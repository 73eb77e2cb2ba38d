import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { administratorOf, type LocalAws, startLocalAws } from '@redrill/local-aws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redisCliCommand } from '../../../cli/local/connect.ts';
import { createCaches } from '../../../demo/caches.ts';
import { commandsOf } from '../../../demo/commands.ts';
import { serveControl } from '../../../demo/control.ts';

const PROJECT = join(import.meta.dirname, '../../..');
const account = '111122223333';
const source = { account, region: 'eu-west-1' };
const vault = { account, region: 'eu-central-1' };
const TopicArn = `arn:aws:sns:${vault.region}:${account}:redrill-alerts`;
const run = promisify(execFile);

/** What `redrill local up` keeps running, without the stacks; the commands are those of another terminal. */
describe('redrill local', { shuffle: false }, () => {
  let folder = '';
  let aws: LocalAws;
  let control: { close(): void };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'redrill-local-'));
    aws = await startLocalAws({ dataDir: join(folder, 'aws') });
    await createCaches(aws, source);
    await aws.handlers
      .find(({ type }) => type === 'AWS::SNS::Topic')
      ?.create({
        logicalId: 'Alerts',
        type: 'AWS::SNS::Topic',
        properties: { TopicName: 'redrill-alerts' },
        stack: { name: 'vault', ...vault },
        generatedName: '',
        generatedId: '',
        asset: () => '',
      });
    control = await serveControl(
      join(folder, 'control.sock'),
      commandsOf({ aws, source, vault }, () => undefined),
    );
  });

  afterAll(async () => {
    control.close();
    await aws.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const local = async (...command: string[]) => {
    const env = { ...process.env, REDRILL_LOCAL_DIR: folder };
    return (await run(process.execPath, [join(PROJECT, 'cli/redrill.ts'), 'local', ...command], { env }))
      .stdout;
  };
  const call = (service: string, operation: string, input: object) =>
    aws.fabric.call({ service, operation, region: vault.region, principal: administratorOf(account), input });

  test('alerts: says that there are none', async () => {
    expect(await local('alerts')).toBe('No alert was published.\n');
  });

  test('alerts: lists time, region, severity and subject, and shows one in full', async () => {
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    const MessageAttributes = { severity: text('page'), code: text('RpoBreached'), cache: text('orders') };
    await call('sns', 'Publish', {
      TopicArn,
      Subject: 'orders is late',
      Message: 'Two\nlines',
      MessageAttributes,
    });
    expect(await local('alerts')).toMatch(
      /^1 {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}eu-central-1 {2}page {6}orders is late\n/,
    );
    expect(await local('alerts', '1')).toMatch(
      /To +no confirmed subscription\nSubject +orders is late\n\nTwo\nlines\n$/,
    );
    expect(JSON.parse(await local('alerts', '--json'))).toMatchObject([
      {
        number: 1,
        region: vault.region,
        severity: 'page',
        code: 'RpoBreached',
        cache: 'orders',
        text: 'Two\nlines',
      },
    ]);
    await expect(local('alerts', '2')).rejects.toThrow('there is no alert 2; 1 were published');
  });

  test('advance: takes seconds', async () => {
    const before = aws.clock.now();
    expect(await local('advance', '30s')).toMatch(/^It is now \d{4}-/);
    expect(aws.clock.now() - before).toBeGreaterThanOrEqual(30_000);
    await expect(local('advance', '30')).rejects.toThrow("'30' is not a duration; write 30s, 15m, 6h or 30d");
  });

  test('region: off answers with 503, on answers again', async () => {
    await local('region', 'off', vault.region);
    await expect(call('sns', 'ListTopics', {})).rejects.toMatchObject({ code: 'ServiceUnavailable' });
    await local('region', 'on', vault.region);
    await expect(call('sns', 'ListTopics', {})).resolves.toMatchObject({ Topics: [{ TopicArn }] });
    await expect(local('region', 'off', 'us-east-1')).rejects.toThrow("nothing is deployed in 'us-east-1'");
    await expect(local('region', 'away', vault.region)).rejects.toThrow(
      "<state> 'away' is not one of on, off",
    );
  });

  test('the printed redis-cli command connects, over TLS and with the token where the cache has them', async () => {
    const { caFile } = await aws.elasticache.tls();
    // ElastiCache's own key is in the one node, and in another shard's than the first of the other cache.
    for (const [id, keys] of [
      ['sessions', '1'],
      ['orders', '0'],
    ] as const) {
      const [node] = aws.elasticache.nodesOf(account, source.region, id);
      if (node === undefined) throw new Error(`${id} has no node`);
      const { stdout } = await run('sh', ['-c', `${redisCliCommand(node, caFile)} dbsize`]);
      expect(stdout).toBe(`${keys}\n`);
    }
  });

  test('fail-node: the replica takes over, and the node is down until it is replaced', async () => {
    expect(await local('fail-node', 'sessions')).toContain(
      'Nodes of sessions:\n  sessions-002  primary  up\n  sessions-001  replica  down\n',
    );
    expect(aws.elasticache.statusOf(account, source.region, 'sessions')).toBe('modifying');
    await local('advance', '10m');
    expect(aws.elasticache.statusOf(account, source.region, 'sessions')).toBe('available');
    await expect(local('fail-node', 'carts')).rejects.toThrow('ReplicationGroup carts not found.');
    await expect(local('fail-node', 'sessions', 'sessions-009')).rejects.toThrow('sessions has sessions-00');
  });
});

test('without a local AWS, the commands say how to start one', async () => {
  const env = { ...process.env, REDRILL_LOCAL_DIR: '/nonexistent' };
  await expect(
    run(process.execPath, [join(PROJECT, 'cli/redrill.ts'), 'local', 'alerts'], { env }),
  ).rejects.toThrow(/no local AWS is running.*\n.*npx redrill local up/);
});
