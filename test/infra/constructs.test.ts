import { type App, Stack, Stage, Tags } from 'aws-cdk-lib';
import { Alarm, Dashboard, GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { IpAddresses, type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnCacheCluster, CfnReplicationGroup, CfnServerlessCache } from 'aws-cdk-lib/aws-elasticache';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, describe, expect, it, test } from 'vitest';
import type { ConfigInput } from '../../core/contracts/config.ts';
import { Protected, Redrill, type RedrillProps, RedrillSource, RedrillVault } from '../../lib/index.ts';
import demo from '../../redrill.config.ts';
import { Apps, Assembly } from './apps.ts';
import { DEPLOYER, SOURCE_KEY, VAULT_ACCOUNT } from './configurations.ts';
import { resource, resourcesOf, synthesised, type Template } from './synthesised.ts';

/** A configuration is what the constructs take. */
const input: ConfigInput = demo;
const [SOURCE, VAULT] = [demo.source.region, demo.vault.region];

const apps = new Apps();
afterAll(() => apps.remove());
const props: RedrillProps = { ...input, lambdas: apps.lambdas };

/** Both halves in stacks of the user's own. */
function ownStacks(app: App, changed: Partial<RedrillProps> = {}) {
  const near = new Stack(app, 'Near', { env: { region: SOURCE, account: DEPLOYER } });
  const far = new Stack(app, 'Far', { env: { region: VAULT, account: DEPLOYER } });
  return {
    near,
    far,
    source: new RedrillSource(near, 'Backups', { ...props, ...changed }),
    vault: new RedrillVault(far, 'Backups', { ...props, ...changed }),
  };
}

describe('Redrill', () => {
  const assembly = new Assembly(
    (() => {
      const app = apps.app();
      new Redrill(app, 'Redrill', { ...props, deployer: DEPLOYER });
      return app;
    })(),
  );

  it.each([
    ['redrill-source', 'source'],
    ['redrill-vault', 'vault'],
  ] as const)(
    'makes the same resources of %s as the configuration file, without feature flags',
    (stack, half) => {
      expect(assembly.template(stack).Resources).toEqual(synthesised()[half].Resources);
    },
  );

  it('asks AWS nothing at synthesis', () => {
    const app = apps.app();
    new Redrill(app, 'Redrill', { ...props, deployer: DEPLOYER });
    expect(app.synth().manifest.missing).toBeUndefined();
  });

  it('in a stage is in the account of the stage, or of vault.account', () => {
    const app = apps.app();
    const stage = new Stage(app, 'Production', { env: { account: DEPLOYER } });
    const vault = { ...input.vault, account: VAULT_ACCOUNT };
    new Redrill(stage, 'Redrill', { ...props, vault, account: DEPLOYER });
    const { stacks } = app.synth().getNestedAssembly('assembly-Production');
    expect(stacks.map(({ stackName, environment }) => [stackName, environment.account])).toEqual([
      ['redrill-source', DEPLOYER],
      ['redrill-vault', VAULT_ACCOUNT],
    ]);
  });
});

describe('in stacks of one’s own', () => {
  const app = apps.app();
  const { near, far, source, vault } = ownStacks(app);
  source.protect('sessions-2', { plan: 'session-store' });
  vault.protect('sessions-2', { plan: 'session-store' });
  const queue = new Queue(near, 'Alerts');
  source.alertTopic.addSubscription(new SqsSubscription(queue));
  vault.onEvent('DrillEnded', new SqsQueue(new Queue(far, 'Drills')));
  vault.onEvent('DrillEnded', new SqsQueue(new Queue(far, 'MoreDrills')));
  const age = vault.metricRpoUsed('orders');
  new Alarm(far, 'Age', { metric: age, threshold: 0.8, evaluationPeriods: 1 });
  new Dashboard(near, 'Ages', { widgets: [[new GraphWidget({ left: [age] })]] });
  new Bucket(far, 'Others', { enforceSSL: true });
  Tags.of(app).add('owner', 'storage');
  PermissionsBoundary.of(app).apply(ManagedPolicy.fromManagedPolicyName(near, 'Boundary', 'developers'));
  const nag = new AwsSolutionsChecks(app);
  const assembly = new Assembly(app);
  const [nearTemplate, farTemplate] = [assembly.template('Near'), assembly.template('Far')];

  it('synthesis asks AWS nothing', () => expect(app.synth().manifest.missing).toBeUndefined());

  it('the halves have the names that they have in stacks of their own', () => {
    for (const [type, name] of [
      ['AWS::Lambda::Function', 'FunctionName'],
      ['AWS::IAM::Role', 'RoleName'],
      ['AWS::CloudWatch::Alarm', 'AlarmName'],
    ] as const) {
      const namesIn = (template: Template) =>
        resourcesOf(template, type).flatMap(({ Properties }) => Properties[name] ?? []);
      expect(namesIn(farTemplate)).toEqual(namesIn(synthesised().vault));
      expect(namesIn(nearTemplate)).toEqual(namesIn(synthesised().source));
    }
  });

  it('protect adds to what the Lambdas carry, after the constructs are made', () => {
    const configurations = assembly.configurations();
    expect(configurations.length).toBeGreaterThan(2);
    for (const { caches } of configurations)
      expect(caches).toEqual({ ...input.caches, 'sessions-2': 'session-store' });
  });

  it('a permissions boundary of the app is on every role, and the watches expect it', () => {
    const boundary = {
      'Fn::Join': ['', [`arn:`, { Ref: 'AWS::Partition' }, `:iam::${DEPLOYER}:policy/developers`]],
    };
    for (const template of [nearTemplate, farTemplate])
      for (const { Properties } of resourcesOf(template, 'AWS::IAM::Role'))
        expect(Properties.PermissionsBoundary).toEqual(boundary);
    for (const { roles } of assembly.expected())
      expect(new Set(roles.map((role) => role.boundary))).toEqual(
        new Set([`arn:aws:iam::${DEPLOYER}:policy/developers`]),
      );
    expect(assembly.expected()).toHaveLength(2);
  });

  it('tags of the app are on buckets, keys and functions', () => {
    for (const type of ['AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::Lambda::Function'])
      for (const { Properties } of resourcesOf(farTemplate, type))
        expect(Properties.Tags).toContainEqual({ Key: 'owner', Value: 'storage' });
  });

  it('what is not Redrill’s in the stack is left alone', () => {
    const others = resource(farTemplate, 'AWS::S3::Bucket', 'Others');
    expect(others.Properties.BucketNamespace).toBeUndefined();
    expect(resource(farTemplate, 'AWS::S3::BucketPolicy', 'OthersPolicy').DeletionPolicy).toBeUndefined();
    const buckets = assembly.expected().flatMap((each) => each.buckets.map(({ name }) => name));
    expect(buckets.sort()).toEqual(['{LANDING_BUCKET}', '{STAGING_BUCKET}', '{VAULT_BUCKET}']);
  });

  it('a queue that subscribes to the alerts is watched, though only the deployment knows it', () => {
    const watcher = resource(nearTemplate, 'AWS::Lambda::Function', 'BackupsWatch');
    const [known] = Object.keys(watcher.Properties.Environment.Variables).filter((name) =>
      name.startsWith('KNOWN_AT_DEPLOYMENT_'),
    );
    const [topic] = assembly.expected().find(({ stack }) => stack === 'Near')?.topics ?? [];
    expect(topic?.subscriptions).toContainEqual({ protocol: 'sqs', endpoint: `{${known}}` });
    expect(watcher.Properties.Environment.Variables[known ?? '']).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^Alerts/), 'Arn'],
    });
  });

  it('events go to their targets, by rules on the bus', () => {
    const rules = resourcesOf(farTemplate, 'AWS::Events::Rule').map(({ Properties }) => Properties);
    expect(rules.map(({ EventBusName, EventPattern }) => [EventBusName, EventPattern])).toEqual(
      Array(2).fill(['default', { source: ['redrill'], 'detail-type': ['Redrill Drill Ended'] }]),
    );
  });

  it('a metric is of the vault’s region, also on a dashboard elsewhere', () => {
    const alarm = resourcesOf(farTemplate, 'AWS::CloudWatch::Alarm').find(({ id }) => id.startsWith('Age'));
    expect(alarm?.Properties).toMatchObject({
      Namespace: 'Redrill',
      MetricName: 'RpoUsed',
      Dimensions: [{ Name: 'cache', Value: 'orders' }],
      Statistic: 'Maximum',
      Period: 900,
    });
    const { DashboardBody } = resource(nearTemplate, 'AWS::CloudWatch::Dashboard', 'Ages').Properties;
    expect(JSON.stringify(DashboardBody)).toContain(`\\"region\\":\\"${VAULT}\\"`);
  });

  it('cdk-nag finds nothing in them', () => {
    const { violations } = nag.validateScope(app);
    const found = violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
    );
    expect(found.filter((each) => each.includes('Backups'))).toEqual([]);
    expect(found.some((each) => each.includes('Others'))).toBe(true);
  });
});

describe('keys and networks of one’s own', () => {
  const app = apps.app();
  const near = new Stack(app, 'Near', { env: { region: SOURCE, account: DEPLOYER } });
  const keys = new Stack(app, 'Keys', { env: { region: SOURCE, account: DEPLOYER } });
  const far = new Stack(app, 'Far', { env: { region: VAULT, account: DEPLOYER } });
  const vpc = new Vpc(far, 'Vpc', {
    ipAddresses: IpAddresses.cidr('10.1.0.0/20'),
    availabilityZones: [`${VAULT}a`, `${VAULT}b`],
    subnetConfiguration: [{ name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED }],
  });
  const cacheKeys = [new Key(near, 'CacheKey'), new Key(keys, 'OtherCacheKey')];
  const own: RedrillProps = {
    ...props,
    source: { region: SOURCE, kmsKeys: [SOURCE_KEY, ...cacheKeys] },
    vault: { region: VAULT, key: new Key(far, 'VaultKey'), drillNetwork: { vpc: vpc as IVpc } },
  };
  new RedrillSource(near, 'Backups', own);
  new RedrillVault(far, 'Backups', own);
  const assembly = new Assembly(app);
  const [nearTemplate, farTemplate] = [assembly.template('Near'), assembly.template('Far')];
  const expected = (stack: string) => assembly.expected().find((each) => each.stack === stack);

  it('caches’ keys are named in policies, in the Lambda’s variables, and in what is watched', () => {
    const { Variables } = resource(nearTemplate, 'AWS::Lambda::Function', 'BackupsBackupStepsCreateSnapshot')
      .Properties.Environment;
    expect(JSON.stringify(Variables.CACHE_KEY_ARNS)).toMatch(
      /"CacheKey\w+","Arn".*ImportValue.*OtherCacheKey/,
    );
    const policies = JSON.stringify(expected('Near')?.roles);
    expect(policies).toMatch(/KNOWN_AT_DEPLOYMENT_\d+\}","\{KNOWN_AT_DEPLOYMENT_\d+\}"/);
    const watcher = resource(nearTemplate, 'AWS::Lambda::Function', 'BackupsWatch').Properties.Environment
      .Variables;
    for (const [, name = ''] of policies.matchAll(/\{(KNOWN_AT_DEPLOYMENT_\d+)\}/g))
      expect(JSON.stringify(watcher[name])).toMatch(/CacheKey/);
    expect(assembly.configurations().every((each) => JSON.stringify(each).includes(SOURCE_KEY))).toBe(true);
  });

  it('the vault is encrypted under the user’s key, whose policy is not compared', () => {
    const bucket = resource(farTemplate, 'AWS::S3::Bucket', 'BackupsVaultBucket');
    expect(JSON.stringify(bucket.Properties.BucketEncryption)).toMatch(/"VaultKey\w+","Arn"/);
    expect(resourcesOf(farTemplate, 'AWS::KMS::Key').map(({ id }) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual(
      ['VaultKey', 'BackupsAlertsKey'],
    );
    expect(expected('Far')?.keys.map(({ arn, policy }) => [arn, policy !== undefined])).toEqual([
      ['{ALERT_KEY_ARN}', true],
      ['{VAULT_KEY_ARN}', false],
    ]);
  });

  it('drills run in the user’s VPC, in a subnet group of its name', () => {
    expect(resourcesOf(farTemplate, 'AWS::EC2::VPC')).toHaveLength(1);
    const { CacheSubnetGroupName, SubnetIds } = resource(
      farTemplate,
      'AWS::ElastiCache::SubnetGroup',
      'Backups',
    ).Properties;
    expect(CacheSubnetGroupName).toEqual({
      'Fn::Join': ['', ['redrill-drill-', { Ref: expect.stringMatching(/^Vpc/) }]],
    });
    expect(SubnetIds).toHaveLength(2);
    expect(JSON.stringify(expected('Far')?.roles)).toMatch(/subnetgroup:\{KNOWN_AT_DEPLOYMENT_\d+\}/);
  });
});

describe('Protected', () => {
  const cache = (stack: Stack, id = 'Orders') =>
    new CfnReplicationGroup(stack, id, { replicationGroupDescription: 'orders' });

  it('tags a replication group, or all of a stack, with the plan', () => {
    const app = apps.app();
    const stack = new Stack(app, 'Caches');
    cache(stack).with(new Protected({ plan: 'event-log' }));
    const others = new Stack(app, 'Others');
    for (const id of ['One', 'Two']) cache(others, id);
    new CfnServerlessCache(others, 'Serverless', { engine: 'valkey', serverlessCacheName: 's' });
    new Queue(others, 'Queue');
    new CfnCacheCluster(others, 'Alone', {
      engine: 'redis',
      cacheNodeType: 'cache.t4g.small',
      numCacheNodes: 1,
    });
    others.with(new Protected({ plan: 'session-store' }));
    const assembly = new Assembly(app);
    const tagsIn = (name: string, type = 'ReplicationGroup') =>
      resourcesOf(assembly.template(name), `AWS::ElastiCache::${type}`).map(
        ({ Properties }) => Properties.Tags,
      );
    expect(tagsIn('Caches')).toEqual([[{ Key: 'redrill:plan', Value: 'event-log' }]]);
    expect(tagsIn('Others')).toEqual(Array(2).fill([{ Key: 'redrill:plan', Value: 'session-store' }]));
    expect(tagsIn('Others', 'ServerlessCache')).toEqual([[{ Key: 'redrill:plan', Value: 'session-store' }]]);
    expect(tagsIn('Others', 'CacheCluster')).toEqual([[{ Key: 'redrill:plan', Value: 'session-store' }]]);
  });

  it('refuses caches that cannot be backed up, and what is no cache', () => {
    const stack = new Stack(apps.app(), 'Caches');
    const queue = new Queue(stack, 'Queue');
    const memcached = new CfnCacheCluster(stack, 'Memcached', {
      engine: 'memcached',
      cacheNodeType: 'cache.t4g.small',
      numCacheNodes: 1,
    });
    expect(() => memcached.with(new Protected({ plan: 'event-log' }))).toThrow(
      'Caches/Memcached is a Memcached cluster',
    );
    expect(() => new Protected({ plan: 'event-log' }).applyTo(queue)).toThrow(
      'Caches/Queue is not a resource',
    );
  });

  it('fails at synthesis if Redrill of the same app has no such plan', () => {
    const app = apps.app();
    const { near } = ownStacks(app);
    cache(near).with(new Protected({ plan: 'event-logs' }));
    expect(() => app.synth()).toThrow(
      /\[Near\/Orders\] there is no plan 'event-logs' for this cache; use one of .*event-log/,
    );
  });
});

describe('what cannot work is refused, by the name of the property', () => {
  const stack = (region?: string) =>
    new Stack(apps.app(), 'Near', region === undefined ? {} : { env: { region, account: DEPLOYER } });
  const source = (changed: Partial<RedrillProps>, region: string | undefined = SOURCE) => {
    new RedrillSource(stack(region), 'Backups', { ...props, ...changed });
  };

  test('a wrong value', () => {
    expect(() => source({ caches: { orders: 'audit' } })).toThrow(
      /^Near\/Backups cannot be used:\n {2}- caches\.orders: there is no plan 'audit'/,
    );
  });

  test('a value that only the deployment knows', () => {
    const { account } = new Stack();
    expect(() => source({ account, alerts: { emails: [`${account}@example.com`] } })).toThrow(
      /- alerts\.emails\.0: only the deployment knows it.*\n {2}- account: only the deployment knows it/,
    );
  });

  test('a stack in another region, or in none that is known', () => {
    expect(() => source({}, VAULT)).toThrow(
      `source.region is '${SOURCE}', and the stack Near is in '${VAULT}'; give the stack env: { region: '${SOURCE}' }`,
    );
    expect(() => new RedrillSource(stack(), 'Backups', props)).toThrow(
      'in no region that is known at synthesis',
    );
  });

  test('a stack in another account', () => {
    expect(() => source({ account: VAULT_ACCOUNT })).toThrow(
      `the account of the source is ${VAULT_ACCOUNT}, and the stack Near is in ${DEPLOYER}`,
    );
  });

  test('a vault in another account, if the source’s is not known', () => {
    const far = new Stack(apps.app(), 'Far', { env: { region: VAULT, account: VAULT_ACCOUNT } });
    const vault = { ...input.vault, account: VAULT_ACCOUNT };
    expect(() => new RedrillVault(far, 'Backups', { ...props, vault })).toThrow(
      'set account in the configuration',
    );
  });

  test('two keys, or zones of a network that has its own', () => {
    const far = new Stack(apps.app(), 'Far', { env: { region: VAULT, account: DEPLOYER } });
    const vault = {
      region: VAULT,
      key: new Key(far, 'Key'),
      kmsKeyArn: `arn:aws:kms:${VAULT}:${DEPLOYER}:key/1`,
      drillNetwork: { vpc: new Vpc(far, 'Vpc') as IVpc },
      drillZones: [`${VAULT}a`],
    };
    expect(() => new RedrillVault(far, 'Backups', { ...props, vault })).toThrow(
      /vault\.key: vault\.kmsKeyArn names a key too.*\n.*vault\.drillZones: the VPC/,
    );
  });

  test('protect: no such plan, another plan, an id that only the deployment knows', () => {
    const { source: half } = ownStacks(apps.app());
    expect(() => half.protect('audit', { plan: 'audit' })).toThrow("caches.audit: there is no plan 'audit'");
    half.protect('queues', { plan: 'event-log' });
    expect(() => half.protect('queues', { plan: 'session-store' })).toThrow(
      "queues is on plan 'event-log', not 'session-store'; choose one",
    );
    expect(() => half.protect(new Stack().account, { plan: 'event-log' })).toThrow('new Protected({ plan:');
  });

  test('a document that AWS would not take, at synthesis', () => {
    const app = apps.app();
    const parameter = `/redrill/${'p'.repeat(4_000)}`;
    ownStacks(app, { heartbeat: { parameter } });
    expect(() => app.synth()).toThrow(/Lambda environment would have .* shorten heartbeat\.parameter/);
  });
});
