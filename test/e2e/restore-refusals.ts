import { parsePolicy } from '@redrill/local-aws';
import { beforeAll, describe, expect, test } from 'vitest';
import { read } from '../docs/markdown.ts';
import { keysOf, restore, stagedForRestores, WITH_TOKEN } from './restore-world.ts';
import type { World } from './world.ts';

let world: World;

/** What is said of a restore that is refused; exit status 2, and nothing was made. */
async function refused(...words: readonly string[]): Promise<string> {
  const before = world.aws.elasticache.groupIds.length;
  const { out, err, status } = await restore(world, [...words, '--apply']);
  expect({ out, status }).toEqual({ out: '', status: 2 });
  expect(world.aws.elasticache.groupIds).toHaveLength(before);
  expect(await stagedForRestores(world)).toEqual([]);
  return err;
}

/** The policy in docs/cli.md, with the account and the regions of this world. */
async function documentedPolicy(): Promise<object> {
  const [, json = ''] = /```json redrill-restore-policy\n([\s\S]*?)```/.exec(read('docs/cli.md')) ?? [];
  const { account, source, vault } = world.demo;
  const text = json
    .replaceAll('111122223333', account)
    .replaceAll('eu-central-1', vault.region)
    .replaceAll('eu-west-1', source.region)
    .replaceAll('arn:aws:kms:REGION:ACCOUNT:key/OF-THE-VAULT', await world.vaultKeyArn());
  return JSON.parse(text);
}

/** Part of restore.test.ts, whose world it uses while both regions are there. */
export function refusals(started: () => World): void {
  beforeAll(async () => {
    world = started();
    await world.create([{ id: 'payments' }], world.demo.vault);
  });

  describe('refused before anything is made:', () => {
    test('an id that a foreign cluster has', async () => {
      expect(await refused('orders', '--to', 'payments')).toBe(
        "there is a cluster 'payments' in eu-central-1 already, which Redrill did not restore; choose another id with --to\nNothing was changed. Restore to another id with --to.\n",
      );
    });

    test('a user group that the region lacks', async () => {
      const said = await refused('orders', '--to', 'orders-new', '--user-group', 'app-users');
      expect(said).toContain("users: there is no active user group 'app-users' in eu-central-1");
      expect(said).toContain('aws elasticache create-user-group');
    });

    test('a token that was not given', async () => {
      expect(await refused('sessions', '--to', 'sessions-new')).toContain('--auth-token-from env:<NAME>');
    });

    test('a token in a variable that is not set', async () => {
      const words = ['sessions', '--to', 'sessions-new', '--auth-token-from', 'env:NO_SUCH'];
      expect(await refused(...words)).toContain('--auth-token-from env:NO_SUCH: it is not set, or empty');
    });

    test('a token on the command line', async () => {
      const words = ['sessions', '--to', 'sessions-new', '--auth-token-from', 'hunter2hunter2hunter2'];
      expect(await refused(...words)).toContain('do not pass the secret itself');
    });

    test('cluster mode on to off, with the way round', async () => {
      expect(await refused('orders', '--to', 'orders-new', '--cluster-mode', 'off')).toMatch(
        /ElastiCache cannot make a cache without cluster mode from 3 shards .* npx redrill recover orders\/\d+T\d+Z --into/,
      );
    });

    test('a parameter group that the region lacks', async () => {
      expect(await refused('orders', '--to', 'orders-new', '--parameter-group', 'tuned')).toContain(
        "there is no parameter group 'tuned' in eu-central-1",
      );
    });

    test('a subnet group that the region lacks', async () => {
      expect(await refused('orders', '--to', 'orders-new', '--subnet-group', 'apps')).toContain(
        "there is no subnet group 'apps' in eu-central-1; name one with --subnet-group: default",
      );
    });

    test('a version that cannot be made, or goes back', async () => {
      const words = ['orders', '--to', 'orders-new', '--engine-version'];
      expect(await refused(...words, '6.0')).toContain('it offers');
      expect(await refused(...words, '7.2')).toContain('an engine cannot go back from 8.0.1 to 7.2');
    });

    test('the id of a drill’s cluster', async () => {
      expect(await refused('orders', '--to', 'redrill-drill-mine')).toContain('deleted after hours');
    });

    test('an id that is none', async () => {
      expect(await refused('orders', '--to', 'Orders!')).toContain("'Orders!' is not a replication group id");
      const tooLong = 'a'.repeat(41);
      expect(await refused('orders', '--to', tooLong)).toContain(
        'is not a replication group id; use at most 40',
      );
    });

    test('a region that Redrill has no bucket in', async () => {
      expect(await refused('orders', '--to', 'orders-new', '--region', 'eu-north-1')).toContain(
        'Redrill has no bucket in eu-north-1; name one there that ElastiCache may read, with --staging-bucket',
      );
    });

    test('--plan and --apply at once, a user group and a token at once', async () => {
      expect(await refused('orders', '--to', 'orders-new', '--plan')).toContain('exclude each other');
      expect(await refused('orders', '--to', 'orders-new', '--user-group', 'a', ...WITH_TOKEN)).toContain(
        'exclude each other',
      );
    });
  });

  test('a plan for people says what it makes, what differs and what is missing', async () => {
    const words = ['sessions', '--to', 'sessions-new', '--node-type', 'cache.t4g.micro', '--replicas', '0'];
    const { out, status } = await restore(world, words);
    expect(out).toContain('restore sessions-new in eu-central-1, from the');
    expect(out).toContain('  cluster       1 × cache.t4g.micro, 0 replicas each, valkey 8.0');
    expect(out).toContain('  - node type: cache.t4g.small → cache.t4g.micro (--node-type)');
    expect(out).toContain('Missing before it can be created\n  - access: ');
    expect(status).toBe(1);
  });

  describe('with no more than the documented permissions', () => {
    test('a restore goes all the way, in the vault region and in the source region', async () => {
      const { account, source, vault } = world.demo;
      const { fabric } = world.aws;
      const arn = `arn:aws:iam::${account}:role/on-call`;
      const document = parsePolicy(await documentedPolicy(), 'identity', 'docs/cli.md');
      const trustPolicy = { Version: '2012-10-17', Statement: [] } as const;
      fabric.roles.create({ arn, name: 'on-call', account, trustPolicy });
      fabric.roles.attach(arn, { name: 'restore', source: 'inline', document });
      const key = fabric.issueAccessKey({ kind: 'role', arn, account });
      const environment = {
        AWS_ACCESS_KEY_ID: key.accessKeyId,
        AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
      };
      for (const { region } of [vault, source]) {
        const words = ['orders', '--to', `orders-${region}`, '--region', region, '--apply'];
        const { out, err, status } = await restore(world, words, { environment });
        expect(err).toBe('  stage\n  create cluster\n  compare\n');
        expect(out).toContain('all match the record');
        expect(status).toBe(0);
      }
      expect(await keysOf(world, `orders-${vault.region}`)).toBeGreaterThan(0);
      expect(world.refusals).toEqual([]);
      expect(
        (await world.keysIn(world.demo.landingBucket, source.region)).filter((each) =>
          each.startsWith('restores/'),
        ),
      ).toEqual([]);
    });
  });
}
