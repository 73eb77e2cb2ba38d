import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../core/contracts/parse-config.ts';
import { presets } from '../../../../core/contracts/presets.ts';
import { BASE, problemsOf, withPlan, withVault } from './config-fixture.ts';

const DURATION = 'write 15m, 6h or 30d';
const { keep } = presets.jobQueue;
const DRILL = presets.jobQueue.drill;

describe('parseConfig refuses', () => {
  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'the configuration: it is missing; give an object'],
    ['null', null, 'the configuration: null is not an object'],
    ['a text', 'eu-west-1', "the configuration: 'eu-west-1' is not an object"],
    ['a missing part', { ...BASE, source: undefined }, 'source: it is missing; give an object'],
    [
      'a wrong field',
      { ...BASE, regions: 2 },
      "the configuration: 'regions' is not a field; remove it or correct its spelling",
    ],
    [
      'a typo, where it is',
      withVault({ lock: { mode: 'governance', days: 1, dayz: 2 } }),
      "vault.lock: 'dayz' is not a field; remove it or correct its spelling",
    ],
    [
      'a region that is none',
      { ...BASE, source: { region: 'Ireland' } },
      "source.region: 'Ireland' is not a region; write it as eu-west-1",
    ],
    [
      'the same region twice',
      { ...BASE, vault: { region: 'eu-west-1' } },
      "vault.region: 'eu-west-1' is the source's region too; choose another, or losing one region loses both",
    ],
    [
      'an alias that is the id itself',
      { ...BASE, source: { region: 'eu-west-1', aliases: { carts: { id: 'carts', kind: 'serverless' } } } },
      'source.aliases.carts: it is the id itself; choose another name, such as carts-2',
    ],
    [
      'two aliases of one cache',
      {
        ...BASE,
        source: {
          region: 'eu-west-1',
          aliases: { one: { id: 'carts', kind: 'cluster' }, two: { id: 'carts', kind: 'cluster' } },
        },
      },
      'source.aliases.two: one already stands for the cluster carts; keep one of the two',
    ],
    [
      'an account as a number: leading zeros would be lost',
      { ...BASE, account: 111122223333 },
      'account: 111122223333 is not an account id; write its 12 digits as a string',
    ],
    [
      'an account that is too short',
      withVault({ account: '1234' }),
      "vault.account: '1234' is not an account id; write its 12 digits as a string",
    ],
    [
      'a key that is not named by its ARN',
      withVault({ kmsKeyArn: 'alias/redrill-vault' }),
      "vault.kmsKeyArn: 'alias/redrill-vault' is not the ARN of a KMS key; write it as arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    ],
    [
      'a key of another region',
      withVault({ kmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd' }),
      "vault.kmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd' is a key of eu-west-1; use one of vault.region, eu-central-1",
    ],
    [
      'a key of a cache that is not named by its ARN',
      { ...BASE, source: { region: 'eu-west-1', kmsKeys: ['alias/caches'] } },
      "source.kmsKeys.0: 'alias/caches' is not the ARN of a KMS key; write it as arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    ],
    [
      'a key of a cache in another region',
      { ...BASE, source: { region: 'eu-west-1', kmsKeys: ['arn:aws:kms:eu-central-1:111122223333:key/1'] } },
      "source.kmsKeys: 'arn:aws:kms:eu-central-1:111122223333:key/1' is not a key of source.region, eu-west-1",
    ],
    [
      'a key of caches twice',
      {
        ...BASE,
        source: {
          region: 'eu-west-1',
          kmsKeys: ['arn:aws:kms:eu-west-1:111122223333:key/1', 'arn:aws:kms:eu-west-1:111122223333:key/1'],
        },
      },
      "source.kmsKeys: 'arn:aws:kms:eu-west-1:111122223333:key/1' is given twice; name each key once",
    ],
    [
      'a key of another account',
      withVault({
        account: '444455556666',
        kmsKeyArn: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd',
      }),
      "vault.kmsKeyArn: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd' is a key of the account 111122223333; use one of the vault's, 444455556666",
    ],
    [
      'an unknown lock mode',
      withVault({ lock: { mode: 'soft', days: 1 } }),
      "vault.lock.mode: 'soft' is not one of 'governance', 'compliance'",
    ],
    [
      'no lock mode',
      withVault({ lock: { days: 1 } }),
      "vault.lock.mode: it is missing; use 'governance', 'compliance'",
    ],
    [
      'half a day of lock',
      withVault({ lock: { mode: 'governance', days: 0.5 } }),
      'vault.lock.days: 0.5 is not a whole number',
    ],
    [
      'a lock of more than a century',
      withVault({ lock: { mode: 'governance', days: 40_000 } }),
      'vault.lock.days: 40000 is too large; use at most 36500',
    ],
    [
      'a VPC that is none',
      withVault({ drillNetwork: { vpcId: 'main', subnetIds: ['subnet-0'], availabilityZones: ['a'] } }),
      "vault.drillNetwork.vpcId: 'main' is not a VPC id; write it as vpc-0123456789abcdef0",
    ],
    [
      'a subnet that is none',
      withVault({ drillNetwork: { vpcId: 'vpc-0', subnetIds: ['a'], availabilityZones: ['a'] } }),
      "vault.drillNetwork.subnetIds.0: 'a' is not a subnet id; write it as subnet-0123456789abcdef0",
    ],
    [
      'no subnets',
      withVault({ drillNetwork: { vpcId: 'vpc-0', subnetIds: [], availabilityZones: ['a'] } }),
      'vault.drillNetwork.subnetIds: it has too few entries; give at least 1',
    ],
    [
      'no shard at once',
      withVault({ shardsAtOnce: 0 }),
      'vault.shardsAtOnce: 0 is too small; use at least 1',
    ],
    [
      'more shards at once than a Map takes',
      withVault({ shardsAtOnce: 41 }),
      'vault.shardsAtOnce: 41 is too large; use at most 40',
    ],
    [
      'a drill zone that is none',
      withVault({ drillZones: ['a'] }),
      "vault.drillZones.0: 'a' is not an availability zone; write it as eu-central-1a",
    ],
    [
      'a drill zone of another region',
      withVault({ drillZones: ['eu-central-1a', 'eu-west-1b'] }),
      "vault.drillZones: 'eu-west-1b' is not a zone of vault.region, eu-central-1",
    ],
    [
      'a drill zone twice',
      withVault({ drillZones: ['eu-central-1a', 'eu-central-1a'] }),
      "vault.drillZones: 'eu-central-1a' is given twice; name each zone once",
    ],
    [
      'drill zones besides a network that has its own',
      withVault({
        drillZones: ['eu-central-1a'],
        drillNetwork: { vpcId: 'vpc-0', subnetIds: ['subnet-0'], availabilityZones: ['eu-central-1a'] },
      }),
      'vault.drillZones: the VPC of vault.drillNetwork has zones of its own; omit one of the two',
    ],
    [
      'a bad e-mail address',
      { ...BASE, alerts: { emails: ['ops@example.com', 'ops'] } },
      "alerts.emails.1: 'ops' is not an e-mail address; write it as name@example.com",
    ],
    [
      'an endpoint without https',
      { ...BASE, alerts: { endpoints: [{ url: 'http://example.com/redrill' }] } },
      "alerts.endpoints.0.url: 'http://example.com/redrill' is not an https URL; write it as https://example.com/redrill",
    ],
    [
      'the key of PagerDuty instead of a parameter',
      { ...BASE, alerts: { pagerDuty: { parameter: '0123456789abcdef' } } },
      "alerts.pagerDuty.parameter: '0123456789abcdef' is not the name of an SSM parameter; write it as /redrill/pagerduty-key",
    ],
    [
      'an event bus of AWS’s own',
      { ...BASE, alerts: { eventBus: 'aws.partner/example' } },
      "alerts.eventBus: 'aws.partner/example' is not the name of an event bus; write it as default, or as your own bus is called",
    ],
    [
      'the name of a Slack channel instead of its id',
      { ...BASE, alerts: { slack: [{ workspaceId: 'T0123ABCDEF', channelId: '#redrill' }] } },
      "alerts.slack.0.channelId: '#redrill' is not the id of a Slack channel; write it as C0123ABCDEF; the channel’s details show it",
    ],
    [
      'a Slack channel without its workspace',
      { ...BASE, alerts: { slack: [{ channelId: 'C0123ABCDEF' }] } },
      'alerts.slack.0.workspaceId: it is missing; write it as T0123ABCDEF',
    ],
    [
      'a link to a Teams channel instead of its id',
      {
        ...BASE,
        alerts: {
          teams: [
            {
              tenantId: '12345678-abcd-1234-abcd-1234567890ab',
              teamId: '12345678-abcd-1234-abcd-1234567890ac',
              channelId: 'https://teams.microsoft.com/l/channel/19:b6ef@thread.tacv2',
            },
          ],
        },
      },
      "alerts.teams.0.channelId: 'https://teams.microsoft.com/l/channel/19:b6ef@thread.tacv2' is not the id of a Microsoft Teams channel; write it as it is in the link to the channel: 19%3a…%40thread.tacv2",
    ],
    [
      'a heartbeat that is a URL instead of a parameter',
      { ...BASE, heartbeat: { parameter: 'https://example.com' } },
      "heartbeat.parameter: 'https://example.com' is not the name of an SSM parameter; write it as /redrill/heartbeat",
    ],
    [
      'a heartbeat convention that there is not',
      { ...BASE, heartbeat: { parameter: '/x', convention: 'cronitor' } },
      "heartbeat.convention: 'cronitor' is not one of 'plain', 'healthchecks'",
    ],
    [
      'the ending of a heartbeat that is another host',
      { ...BASE, heartbeat: { parameter: '/x', convention: { fail: '@evil.example' } } },
      "heartbeat.convention.fail: '@evil.example' is not the ending of a URL; write it as /fail",
    ],
    [
      'the name of a plan with capitals',
      { ...BASE, plans: { Jobs: presets.jobQueue } },
      "plans.Jobs: 'Jobs' is not a plan name; use at most 32 lower-case letters, digits and hyphens",
    ],
    [
      'a cache id with two hyphens',
      { ...BASE, caches: { 'a--b': 'jobs' } },
      "caches.a--b: 'a--b' is not a cache id; use at most 50 lower-case letters, digits and single hyphens, the first a letter",
    ],
    [
      'the unknown plan of a cache',
      { ...BASE, caches: { orders: 'job' } },
      "caches.orders: there is no plan 'job'; use one of jobs",
    ],
    [
      'a plan that only JavaScript knows',
      { ...BASE, caches: { orders: 'constructor' } },
      "caches.orders: there is no plan 'constructor'; use one of jobs",
    ],
    [
      'a cache on a plan where there are none',
      { ...BASE, plans: {}, caches: { orders: 'job' } },
      "caches.orders: there is no plan 'job'; use one of the plans you define",
    ],
    ['a plan that is a cadence', { ...BASE, plans: { jobs: '2h' } }, "plans.jobs: '2h' is not an object"],
    [
      'an unprotected plan without a reason',
      { ...BASE, plans: { none: { unprotected: '' } } },
      "plans.none.unprotected: '' is not a reason; say why caches on this plan need no backups",
    ],
    [
      'an unprotected plan with a switch for a reason',
      { ...BASE, plans: { none: { unprotected: true } } },
      'plans.none.unprotected: true is not a reason; say why caches on this plan need no backups',
    ],
    [
      'an unprotected plan with a cadence',
      { ...BASE, plans: { none: { unprotected: 'a cache', every: '2h' } } },
      "plans.none: 'every' is not a field; remove it or correct its spelling",
    ],
  ])('%s', (_what, input, problem) => expect(problemsOf(input)).toEqual([problem]));

  it.each<[string, object, string]>([
    ['a typo', { evry: '2h' }, "plans.jobs: 'evry' is not a field; remove it or correct its spelling"],
    ['no cadence', { every: undefined }, `plans.jobs.every: it is missing; ${DURATION}`],
    ['a number as cadence', { every: 2 }, `plans.jobs.every: 2 is not a duration; ${DURATION}`],
    ['a duration of nothing', { rto: '0h' }, `plans.jobs.rto: '0h' is not a duration; ${DURATION}`],
    ['a duration in words', { rpo: '3 hours' }, `plans.jobs.rpo: '3 hours' is not a duration; ${DURATION}`],
    [
      'a cadence that drifts through the day',
      { every: '5h', rpo: '6h' },
      "plans.jobs.every: '5h' does not divide a day evenly; use for example 1h, 2h, 3h, 4h, 6h, 8h, 12h or 24h",
    ],
    [
      'a cadence of more than a day',
      { every: '2d', rpo: '3d' },
      "plans.jobs.every: '2d' does not divide a day evenly; use for example 1h, 2h, 3h, 4h, 6h, 8h, 12h or 24h",
    ],
    [
      'an hourly backup of one node: AWS allows 20 a day',
      { every: '1h' },
      "plans.jobs.every: '1h' takes 24 manual snapshots per node in 24 h; ElastiCache allows 20, of which Redrill leaves 2 to you; " +
        "use '2h' or longer, or set nodesPerCache if every cache on this plan has cluster mode off and more nodes",
    ],
    [
      'what AWS would allow and leaves nothing to people',
      { every: '72m' },
      "plans.jobs.every: '72m' takes 20 manual snapshots per node in 24 h; ElastiCache allows 20, of which Redrill leaves 2 to you; " +
        "use '2h' or longer, or set nodesPerCache if every cache on this plan has cluster mode off and more nodes",
    ],
    [
      'too often for three nodes, with the shortest cadence that three nodes can do',
      { every: '15m', nodesPerCache: 3 },
      "plans.jobs.every: '15m' takes 32 manual snapshots per node in 24 h; ElastiCache allows 20, of which Redrill leaves 2 to you; " +
        "use '30m' or longer, or set nodesPerCache if every cache on this plan has cluster mode off and more nodes",
    ],
    [
      'an rpo that equals the cadence',
      { rpo: '2h' },
      "plans.jobs.rpo: '2h' cannot be met by a backup every 2h: the newest copy is up to 2h old before the next one starts; " +
        'raise rpo above 2 h 00 min or shorten every',
    ],
    [
      'tiers out of order',
      { keep: { ...keep, daily: '400d' } },
      "plans.jobs.keep.weekly: '364d' is shorter than keep.daily '400d'; tiers are kept longer from hourly to monthly",
    ],
    [
      'hours of retention that are no days',
      { keep: { ...keep, hourly: '36h' } },
      "plans.jobs.keep.hourly: '36h' is not whole days, and S3 expires by the day; write for example 2d",
    ],
    [
      'a tier without retention',
      { keep: { ...keep, daily: undefined } },
      `plans.jobs.keep.daily: it is missing; ${DURATION}`,
    ],
    [
      'hourly copies for ever',
      { keep: { ...keep, hourly: 'forever' } },
      `plans.jobs.keep.hourly: 'forever' is not a duration; ${DURATION}`,
    ],
    [
      'monthly copies for years',
      { keep: { ...keep, monthly: '7y' } },
      "plans.jobs.keep.monthly: '7y' is not a duration; write 30d, 364d or forever",
    ],
    [
      'no retention of monthly copies',
      { keep: { ...keep, monthly: undefined } },
      'plans.jobs.keep.monthly: it is missing; write 30d, 364d or forever',
    ],
    [
      'a drill schedule that does not exist',
      { drill: { ...DRILL, schedule: 'hourly' } },
      "plans.jobs.drill.schedule: 'hourly' is not one of 'daily', 'weekly', 'monthly'",
    ],
    [
      'a drill without a node type',
      { drill: { schedule: 'daily' } },
      'plans.jobs.drill.nodeType: it is missing; write it as cache.t4g.medium',
    ],
    [
      'a drill node that is too small, naming one that fits',
      { largestShardGib: 5, drill: { ...DRILL, fallbackNodeTypes: [] } },
      "plans.jobs.drill.nodeType: 'cache.t4g.medium' has 3.09 GiB, of which a quarter stays reserved, and a shard holds " +
        "up to 5 GiB; use 'cache.m6g.xlarge' or larger",
    ],
    [
      'a shard that no node holds',
      { largestShardGib: 400, drill: { ...DRILL, fallbackNodeTypes: [] } },
      "plans.jobs.drill.nodeType: 'cache.t4g.medium' has 3.09 GiB, of which a quarter stays reserved, and a shard holds " +
        'up to 400 GiB; no node type holds it: use more shards',
    ],
    [
      'another drill node that is too small',
      {
        largestShardGib: 2,
        drill: { ...DRILL, fallbackNodeTypes: ['cache.r7g.large', 'cache.t4g.small'] },
      },
      "plans.jobs.drill.fallbackNodeTypes.1: 'cache.t4g.small' has 1.37 GiB, of which a quarter stays reserved, and a shard holds " +
        "up to 2 GiB; use 'cache.t4g.medium' or larger",
    ],
    [
      'a window that no recovery point can lie in',
      { drill: { ...DRILL, window: '30m' } },
      "plans.jobs.drill.window: '30m' is shorter than the time between two backups, 2h; use '2h' or longer",
    ],
    [
      'a way to choose that does not exist',
      { drill: { ...DRILL, choose: 'oldest' } },
      "plans.jobs.drill.choose: 'oldest' is not one of 'latest', 'random'",
    ],
    [
      'no redundancy',
      { minimumRedundancy: 0 },
      'plans.jobs.minimumRedundancy: 0 is too small; use at least 1',
    ],
    [
      'more nodes than there can be',
      { nodesPerCache: 7 },
      'plans.jobs.nodesPerCache: 7 is too large; use at most 6',
    ],
    [
      'a shard of nothing',
      { largestShardGib: 0 },
      'plans.jobs.largestShardGib: 0 is too small; use more than 0',
    ],
  ])('%s', (_what, changed, problem) => expect(problemsOf(withPlan(changed))).toEqual([problem]));

  it('a drill node that it does not know, listing those that it knows', () => {
    const [problem, ...others] = problemsOf(withPlan({ drill: { ...DRILL, nodeType: 'r7g.large' } }));
    expect(others).toEqual([]);
    expect(problem).toMatch(
      /^plans\.jobs\.drill\.nodeType: 'r7g\.large' is not a node type that Redrill knows; use one of cache\.t3\.micro, .*, cache\.r7g\.16xlarge$/,
    );
  });

  it('all problems at once, with the name of the file', () => {
    const refused = () => parseConfig({ ...BASE, foo: 1, source: { region: 1 } }, '/etc/redrill.ts');
    expect(refused).toThrow(
      '/etc/redrill.ts cannot be used:\n' +
        '  - source.region: 1 is not a region; write it as eu-west-1\n' +
        "  - the configuration: 'foo' is not a field; remove it or correct its spelling",
    );
  });

  it('a plan without anything by its missing fields, and does not speak of unprotected plans', () => {
    expect(problemsOf({ ...BASE, plans: { jobs: {} } })).toEqual([
      `plans.jobs.every: it is missing; ${DURATION}`,
      `plans.jobs.rpo: it is missing; ${DURATION}`,
      `plans.jobs.rto: it is missing; ${DURATION}`,
      'plans.jobs.drill: it is missing; give an object',
    ]);
  });

  it('nothing in the words of the library that parses it', () => {
    const inputs = [undefined, 1, {}, { ...BASE, plans: [] }, withPlan({ keep: 1, drill: [], every: {} })];
    for (const input of inputs) {
      for (const problem of problemsOf(input)) expect(problem).not.toMatch(/invalid|expected|received|zod/i);
    }
  });
});
