import { describe, expect, it } from 'vitest';
import { settingsAs } from '../../../../../adapters/memory/settings.ts';
import { type ExpectedSettings, expectedSettings } from '../../../../../core/contracts/settings.ts';
import type { Settings } from '../../../../../core/ports.ts';
import { assessDrift } from '../../../../../core/watch/settings/assess-drift.ts';
import { noticesOfDrift } from '../../../../../core/watch/settings/compose-drift.ts';
import { type Reading, watchedSettings } from '../../../../../core/watch/settings/watched-settings.ts';
import { readSettings } from '../../../../../watch/read-settings.ts';

const TAG = { Key: 'redrill-released', Value: 'true' };
const RULE = {
  ID: 'expire-daily',
  Status: 'Enabled',
  Filter: { And: { Prefix: 'daily/', Tags: [TAG, { Key: 'redrill-plan', Value: 'queue' }] } },
  Expiration: { Days: 30 },
};
const SWEEP = { ID: 'sweep', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } };
const SCHEDULE = {
  State: 'ENABLED',
  ScheduleExpression: 'cron(0/5 * * * ? *)',
  Function: 'redrill-find-exports',
  Input: '{}',
};
const KEY_POLICY = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Account',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::111122223333:root' },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
};
const ROLE = {
  name: 'redrill-stage-shard-eu-central-1',
  trust: {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  },
  policies: {
    Permissions: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['s3:GetObject', 's3:ListBucket'],
          Resource: ['arn:aws:s3:::v', 'arn:aws:s3:::v/*'],
        },
      ],
    },
  },
};
const PAGER_RULE = {
  State: 'ENABLED',
  EventPattern: { source: ['redrill'], 'detail-type': ['Redrill Alert'] },
  Functions: ['redrill-page-pagerduty'],
};
const INVOKER = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: 'arn:function',
      Condition: { ArnLike: { 'AWS:SourceArn': 'arn:rule' } },
    },
  ],
};
const SLACK = {
  SnsTopicArns: ['arn:topic:b', 'arn:topic:a'],
  GuardrailPolicyArns: ['arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess'],
  State: 'ENABLED',
  SlackTeamId: 'T0123ABCDEF',
  SlackChannelId: 'C0123ABCDEF',
};
const EXPECTED: ExpectedSettings = expectedSettings.parse({
  version: 1,
  stack: 'redrill-vault',
  region: 'eu-central-1',
  buckets: [
    {
      name: 'vault',
      settings: { versioning: { Status: 'Enabled' }, lifecycle: { Rules: [RULE, SWEEP] } },
    },
  ],
  keys: [{ arn: 'arn:key', of: 'vault', policy: KEY_POLICY }],
  schedules: [{ group: 'redrill', name: 'redrill-find-exports', setting: SCHEDULE }],
  alarms: [{ name: 'redrill-silent', setting: { ActionsEnabled: true, Threshold: 1 } }],
  topics: [
    {
      arn: 'arn:topic',
      subscriptions: [
        { protocol: 'email', endpoint: 'ops@example.com' },
        {
          protocol: 'https',
          endpoint: 'https://example.com/pages',
          filter: { kind: ['page', 'resolved', 'test'] },
          raw: true,
        },
      ],
    },
  ],
  channels: [
    { part: 'bus', name: 'operations', setting: { Name: 'operations' } },
    { part: 'rule', name: 'operations/redrill-pagerduty-alerts', setting: PAGER_RULE },
    { part: 'invoker', name: 'redrill-page-pagerduty', setting: INVOKER },
    { part: 'parameter', name: '/redrill/key', setting: { Name: '/redrill/key' } },
    { part: 'slack', name: 'redrill-slack-C0123ABCDEF', setting: SLACK },
  ],
  roles: [ROLE],
});

const WHOLE = new Map<string, Reading>(
  watchedSettings(EXPECTED).map(({ id, expected }) => [id, { state: 'read', found: expected }]),
);
const drifts = (changes: Readonly<Record<string, Reading>>) =>
  assessDrift(EXPECTED, new Map([...WHOLE, ...Object.entries(changes)]));
const found = (setting: object | undefined): Reading => ({
  state: 'read',
  found: setting as Readonly<Record<string, unknown>> | undefined,
});

describe('assessDrift', () => {
  it('finds nothing where everything is as it was synthesised', async () => {
    expect(drifts({})).toEqual([]);
    const readings = await readSettings(watchedSettings(EXPECTED), settingsAs(EXPECTED));
    expect(assessDrift(EXPECTED, readings)).toEqual([]);
  });

  it('takes what was not looked at for a drift', () => {
    expect(assessDrift(EXPECTED, new Map()).map(({ kind }) => kind)).toEqual(
      Array(watchedSettings(EXPECTED).length).fill('unreadable'),
    );
  });

  it('says what was expected, what was found, and how to put it back', () => {
    expect(drifts({ 'bucket vault versioning': found({}) })).toMatchObject([
      {
        kind: 'differs',
        expected: 'Status "Enabled"',
        found: 'Status nothing',
        repairs: [
          `aws s3api put-bucket-versioning --region eu-central-1 --bucket vault --versioning-configuration '{"Status":"Enabled"}'`,
        ],
      },
    ]);
  });

  it.each<[string, object]>([
    ['the prefix by itself', { ...SWEEP, Filter: undefined, Prefix: '' }],
    ['an empty filter', { ...SWEEP, Filter: {} }],
  ])('knows a lifecycle rule in S3’s other forms: %s', (_form, sweep) => {
    const rule = {
      ...RULE,
      Filter: { And: { Tags: [{ Value: 'queue', Key: 'redrill-plan' }, TAG], Prefix: 'daily/' } },
    };
    expect(drifts({ 'bucket vault lifecycle': found({ Rules: [sweep, rule] }) })).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['shorter', { ...RULE, Expiration: { Days: 3 } }, 'rule expire-daily: Expiration {"Days":3}'],
    ['disabled', { ...RULE, Status: 'Disabled' }, 'rule expire-daily: Status "Disabled"'],
    [
      'wider',
      { ...RULE, Filter: { And: { Prefix: 'daily/', Tags: [TAG] } } },
      '"Prefix":"daily/","Tags":["{',
    ],
    ['on the tag alone', { ...RULE, Filter: { Tag: TAG } }, '"Prefix":""'],
  ])('sees a lifecycle rule that is %s', (_how, rule, text) => {
    const [drift, ...others] = drifts({ 'bucket vault lifecycle': found({ Rules: [rule, SWEEP] }) });
    expect(others).toEqual([]);
    expect(drift?.found).toContain(text);
    expect(drift?.expected).toMatch(/^rule expire-daily: \w+ /);
  });

  it('reports missing rules, rules that were not synthesised, and a bucket without rules', () => {
    const own = { Status: 'Enabled', Filter: { Prefix: 'daily/' }, Expiration: { Days: 1 } };
    const [drift] = drifts({ 'bucket vault lifecycle': found({ Rules: [SWEEP, own] }) });
    expect(drift?.found).toMatch(/^rule expire-daily no such rule; rule number 2 \{/);
    expect(drifts({ 'bucket vault lifecycle': found(undefined) })).toMatchObject([
      { kind: 'gone', found: 'nothing' },
    ]);
    expect(drifts({ 'bucket vault lifecycle': found({}) })).toHaveLength(1);
  });

  it('repairs a schedule from what it is, but for what it should be', () => {
    const Definition = { Name: 'redrill-find-exports', State: 'DISABLED', Target: { Arn: 'a', Input: '{}' } };
    const disabled = { ...SCHEDULE, State: 'DISABLED', Definition };
    const [drift] = drifts({ 'schedule redrill/redrill-find-exports': found(disabled) });
    const [, json = ''] = /--cli-input-json '(.*)'$/.exec(drift?.repairs[0] ?? '') ?? [];
    expect(JSON.parse(json)).toEqual({
      Name: 'redrill-find-exports',
      State: 'ENABLED',
      ScheduleExpression: 'cron(0/5 * * * ? *)',
      Target: { Arn: 'a', Input: '{}' },
    });
  });

  it.each<[string, object | undefined]>([
    ['is gone', undefined],
    ['starts something else', { ...SCHEDULE, Function: 'evil', Definition: { Target: {} } }],
    ['is not described', { ...SCHEDULE, State: 'DISABLED' }],
  ])('leaves a schedule that %s to a deployment', (_how, schedule) => {
    expect(drifts({ 'schedule redrill/redrill-find-exports': found(schedule) })).toMatchObject([
      { repairs: [] },
    ]);
  });

  it.each<[string, object | undefined, readonly string[]]>([
    ['actions off', { ActionsEnabled: false, Threshold: 1 }, ['enable-alarm-actions']],
    ['a threshold nothing reaches', { ActionsEnabled: true, Threshold: 9 }, []],
    ['gone', undefined, []],
  ])('repairs an alarm with %s as far as one command can', (_how, alarm, verbs) => {
    const [drift] = drifts({ 'alarm redrill-silent': found(alarm) });
    expect(drift?.repairs.map((repair) => repair.split(' ')[2])).toEqual(verbs);
  });

  it.each([
    ['Disabled', ['enable-key']],
    ['PendingDeletion', ['cancel-key-deletion', 'enable-key']],
    ['Unavailable', []],
  ])('repairs a key that is %s', (KeyState, verbs) => {
    const [drift] = drifts({ 'key arn:key': found({ KeyState }) });
    expect(drift?.repairs.map((repair) => repair.split(' ')[2])).toEqual(verbs);
  });

  it('accepts any confirmed subscription if the configuration names no address', async () => {
    const open = { ...EXPECTED, topics: [{ arn: 'arn:topic', subscriptions: [] }] };
    const there = settingsAs(EXPECTED);
    const with_ = async (subscriptions: readonly { confirmed: boolean }[]) =>
      assessDrift(
        open,
        await readSettings(watchedSettings(open), {
          ...there,
          subscriptionsOf: async () =>
            subscriptions.map(({ confirmed }) => ({
              protocol: 'https',
              endpoint: 'https://pager',
              confirmed,
            })),
        }),
      );
    expect(await with_([{ confirmed: false }, { confirmed: true }])).toEqual([]);
    expect(await with_([{ confirmed: false }])).toMatchObject([{ kind: 'differs' }]);
    expect(await with_([])).toMatchObject([
      { kind: 'gone', repairs: [expect.stringContaining('aws sns subscribe')] },
    ]);
  });
});

const unreadable = (passing: boolean): Reading => ({
  state: 'unreadable',
  code: passing ? 'AwsThrottled' : 'AccessDenied',
  message: 'no',
  passing,
});

describe('noticesOfDrift', () => {
  const notices = (changes: Readonly<Record<string, Reading>>) => noticesOfDrift(drifts(changes), EXPECTED);

  it('makes one notice of each bucket’s setting, the key, the schedules, the alarms and the subscriptions', () => {
    const all = noticesOfDrift(assessDrift(EXPECTED, new Map()), EXPECTED);
    expect(all.map(({ fault }) => fault)).toEqual([
      'drift: versioning of vault',
      'drift: lifecycle rules of vault',
      'drift: key of the vault',
      'drift: policy of the vault key',
      'drift: policies of role redrill-stage-shard-eu-central-1',
      'drift: schedules',
      'drift: alarms',
      'drift: subscriptions to the alerts',
      'drift: event bus',
      'drift: way to PagerDuty',
      'drift: chat channels',
    ]);
  });

  it.each<[string, Reading, string, string]>([
    ['a drift', found({}), 'page', 'not as deployed'],
    ['what may not be read', unreadable(false), 'page', 'cannot be read'],
    ['what may go away by itself', unreadable(true), 'ticket', 'cannot be read'],
  ])('tells %s', (_what, reading, severity, verdict) => {
    const [{ alert, parts } = { alert: undefined, parts: [] }] = notices({
      'bucket vault versioning': reading,
    });
    expect(alert).toMatchObject({
      severity,
      subject: `[Redrill] versioning of vault: ${verdict}`,
      cache: 'vault',
    });
    expect(alert?.text).toContain('npx cdk deploy redrill-vault --revert-drift');
    expect(parts).toHaveLength(1);
  });

  it('counts another reason why something cannot be read as the same fault', () => {
    const [one] = notices({ 'bucket vault versioning': unreadable(true) });
    const [other] = notices({
      'bucket vault versioning': { ...unreadable(true), message: 'other' } as Reading,
    });
    expect(one?.parts).toEqual(other?.parts);
  });
});

describe('a channel', () => {
  const SUBSCRIPTION = 'subscription arn:topic https https://example.com/pages';
  const AS_DEPLOYED = WHOLE.get(SUBSCRIPTION);
  const deployed = (AS_DEPLOYED?.state === 'read' && AS_DEPLOYED.found) || {};
  const of = (id: string, setting: object | undefined) => {
    const all = drifts({ [id]: found(setting) });
    return { all, notices: noticesOfDrift(all, EXPECTED) };
  };
  const repairsIn = (id: string, setting: object | undefined) => of(id, setting).all[0]?.repairs;

  it('whose filter passes nothing is reported, with the command that puts the filter back', () => {
    const changed = { ...deployed, Arn: 'arn:subscription', FilterPolicy: { kind: ['nothing'] } };
    const { all, notices } = of(SUBSCRIPTION, changed);
    expect(all).toMatchObject([{ kind: 'differs', differences: [{ of: 'FilterPolicy' }] }]);
    expect(all[0]?.repairs).toEqual([
      `aws sns set-subscription-attributes --region eu-central-1 --subscription-arn arn:subscription --attribute-name FilterPolicy --attribute-value '{"kind":["page","resolved","test"]}'`,
    ]);
    expect(notices[0]?.alert).toMatchObject({
      severity: 'page',
      subject: '[Redrill] subscriptions to the alerts: not as deployed',
    });
    expect(notices[0]?.alert.text).not.toContain('the link in the e-mail');
  });

  it('that was subscribed without a filter and has one now is reported', () => {
    const id = 'subscription arn:topic email ops@example.com';
    expect(repairsIn(id, { ...deployed, Arn: 'arn:s', RawMessageDelivery: 'false' })).toEqual([
      `aws sns set-subscription-attributes --region eu-central-1 --subscription-arn arn:s --attribute-name FilterPolicy --attribute-value '{}'`,
    ]);
  });

  it('that is missing is subscribed with its filter, by a command that says who must confirm', () => {
    const { all, notices } = of(SUBSCRIPTION, undefined);
    expect(all[0]?.repairs).toEqual([
      `aws sns subscribe --region eu-central-1 --topic-arn arn:topic --protocol https --notification-endpoint https://example.com/pages --attributes '{"FilterPolicy":"{\\"kind\\":[\\"page\\",\\"resolved\\",\\"test\\"]}","RawMessageDelivery":"true"}'`,
    ]);
    expect(notices[0]?.alert.text).toContain('an HTTPS endpoint must answer SNS’s request');
  });

  it('that waits for its confirmation differs in nothing else', async () => {
    const settings = settingsAs(EXPECTED);
    const waiting: Settings = {
      ...settings,
      subscriptionsOf: async (topic) =>
        (await settings.subscriptionsOf(topic))?.map(({ protocol, endpoint }) => ({
          protocol,
          endpoint,
          confirmed: false,
        })),
    };
    const all = assessDrift(EXPECTED, await readSettings(watchedSettings(EXPECTED), waiting));
    expect(all.map(({ differences }) => differences)).toEqual(
      Array(2).fill([{ of: 'Status', expected: '"confirmed"', found: '"pending confirmation"' }]),
    );
  });

  it.each<[string, string, object | undefined, string, readonly string[]]>([
    [
      'a rule that is disabled',
      'rule operations/redrill-pagerduty-alerts',
      { ...PAGER_RULE, State: 'DISABLED' },
      'way to PagerDuty',
      [
        'aws events enable-rule --region eu-central-1 --name redrill-pagerduty-alerts --event-bus-name operations',
      ],
    ],
    [
      'a rule whose target is gone',
      'rule operations/redrill-pagerduty-alerts',
      { ...PAGER_RULE, Functions: [] },
      'way to PagerDuty',
      [],
    ],
    [
      'a rule whose pattern passes something else',
      'rule operations/redrill-pagerduty-alerts',
      { ...PAGER_RULE, EventPattern: { source: ['nobody'] } },
      'way to PagerDuty',
      [],
    ],
    ['a rule that is gone', 'rule operations/redrill-pagerduty-alerts', undefined, 'way to PagerDuty', []],
    [
      'a permission that is gone',
      'invoker redrill-page-pagerduty',
      { ...INVOKER, Statement: [] },
      'way to PagerDuty',
      [],
    ],
    ['a function that is gone', 'invoker redrill-page-pagerduty', undefined, 'way to PagerDuty', []],
    [
      'a key that is gone',
      'parameter /redrill/key',
      undefined,
      'way to PagerDuty',
      ['aws ssm put-parameter --region eu-central-1 --name /redrill/key --type SecureString --value KEY'],
    ],
    [
      'a bus that is gone',
      'bus operations',
      undefined,
      'event bus',
      ['aws events create-event-bus --region eu-central-1 --name operations'],
    ],
    ['a chat channel that is deleted', 'slack redrill-slack-C0123ABCDEF', undefined, 'chat channels', []],
    [
      'a chat channel with other topics',
      'slack redrill-slack-C0123ABCDEF',
      { ...SLACK, SnsTopicArns: ['arn:topic:a'] },
      'chat channels',
      [],
    ],
    [
      'a chat channel whose people may do everything',
      'slack redrill-slack-C0123ABCDEF',
      { ...SLACK, SnsTopicArns: ['arn:topic:a', 'arn:topic:b'], GuardrailPolicyArns: [] },
      'chat channels',
      [],
    ],
  ])('%s is reported, and put back by the commands or a deployment', (_what, id, setting, name, repairs) => {
    const { all, notices } = of(id, setting);
    expect(all).toHaveLength(1);
    expect(all[0]?.repairs).toEqual(repairs);
    expect(notices.map(({ alert }) => alert)).toMatchObject([
      { severity: 'page', subject: `[Redrill] ${name}: not as deployed` },
    ]);
    expect(notices[0]?.alert.text).toContain('npx cdk deploy redrill-vault --revert-drift');
  });

  it('of chat may list its topics in any order', () =>
    expect(
      of('slack redrill-slack-C0123ABCDEF', { ...SLACK, SnsTopicArns: ['arn:topic:a', 'arn:topic:b'] }).all,
    ).toEqual([]));
});
