import { faultOf, type Notice, noticeOf } from '../../alerts/compose-notice.ts';
import type { BucketSetting, ChannelPart, ExpectedSettings } from '../../contracts/settings.ts';
import { groupBy } from '../../model/group-by.ts';
import type { Drift } from './assess-drift.ts';
import { shortened } from './setting-text.ts';
import type { WatchedSetting } from './watched-settings.ts';

const BUCKET_WORDS: Readonly<Record<BucketSetting, string>> = {
  versioning: 'versioning',
  lock: 'Object Lock',
  encryption: 'encryption',
  publicAccess: 'public access block',
  lifecycle: 'lifecycle rules',
  policy: 'bucket policy',
};

/** What the setting protects against, in a line. */
const STAKES: Readonly<Record<string, string>> = {
  versioning: 'Without versioning, an object that is overwritten or deleted is lost.',
  lock: 'Without Object Lock, anyone with access to the account can delete the copies.',
  encryption:
    'New objects may be encrypted in a way that drills, restores or the key’s policy do not expect.',
  publicAccess: 'Only the bucket policy now keeps the bucket private.',
  lifecycle:
    'S3 may delete copies that were not released, or keep copies that should expire. Deleted copies can be recovered only from older versions.',
  policy:
    'The bucket policy decides who may read, overwrite or delete the objects, whatever the callers’ own policies allow.',
  key: 'Without the key, no copy can be read. Once the key is deleted, the copies are lost.',
  alertKey: 'Without the key, SNS refuses every alert of this region.',
  keyPolicy: 'The key policy decides who may use the key, disable it or delete it.',
  role: 'The role may now have permissions that Redrill does not need, or another principal may be able to assume it.',
  schedules:
    'A schedule that is disabled or changed does not start its backup, ingest, drill or check on time.',
  alarms: 'Alarms report what the Lambda functions cannot report themselves.',
  subscriptions: 'Alerts of this region may have no recipient.',
  events: 'Programs, and PagerDuty if you use it, may get no events about alerts.',
  pagerDuty: 'PagerDuty may get no alerts and alarms of this region.',
  chat: 'Alerts may no longer appear in chat, or people there may have more permissions than intended.',
};

const CHANNELS: Readonly<Record<ChannelPart, Group>> = {
  bus: { name: 'event bus', about: 'event-bus', stake: 'events' },
  rule: { name: 'way to PagerDuty', about: 'pagerduty', stake: 'pagerDuty' },
  invoker: { name: 'way to PagerDuty', about: 'pagerduty', stake: 'pagerDuty' },
  parameter: { name: 'way to PagerDuty', about: 'pagerduty', stake: 'pagerDuty' },
  slack: { name: 'chat channels', about: 'chat', stake: 'chat' },
  teams: { name: 'chat channels', about: 'chat', stake: 'chat' },
};

const CHANNEL_WORDS: Readonly<Record<ChannelPart, string>> = {
  bus: 'event bus',
  rule: 'rule',
  invoker: 'resource policy of the function',
  parameter: 'parameter',
  slack: 'Slack channel configuration',
  teams: 'Microsoft Teams channel configuration',
};

/** Differences that one setting shows; the others are counted. */
const SHOWN = 8;

/** One notice for each bucket’s setting, for each role, and for the schedules, the alarms and so on together. */
export function noticesOfDrift(
  drifts: readonly Drift[],
  { stack, region }: Pick<ExpectedSettings, 'stack' | 'region'>,
): readonly Notice[] {
  const groups = groupBy(drifts, (drift) => groupOf(drift).name);
  return [...groups].map(([name, members]) => {
    const { about, stake } = groupOf(members[0] as Drift);
    const verdict = members.every(({ kind }) => kind === 'unreadable') ? 'cannot be read' : 'not as deployed';
    return noticeOf({
      code: 'SettingsDrifted',
      about,
      named: [name, verdict],
      parts: name === UNREADABLE_ROLES ? [] : members.map(partOf),
      ...(members.every(({ passing }) => passing) && { severity: 'ticket' }),
      text: [
        `In ${region}, ${name}: ${verdict}.`,
        STAKES[stake] ?? '',
        ...members.flatMap(linesOf),
        '',
        'If this change was intended, change the configuration and deploy. If not, find out in CloudTrail who made it and what else they changed.',
        ...repairLines(members),
        'To restore everything in the stack, run:',
        `  npx cdk deploy ${stack} --revert-drift`,
      ],
    });
  });
}

interface Group {
  readonly name: string;
  /** The alert's attribute `cache`. */
  readonly about: string;
  readonly stake: string;
}

/** Roles are looked at in turn, so those that AWS does not show for the moment must not be a message each. */
const UNREADABLE_ROLES = 'roles';

/** The fault that stands for a role's drift. */
export const faultOfRole = (role: string) => faultOf('SettingsDrifted', policiesOf(role));

const policiesOf = (role: string) => `policies of role ${role}`;

function groupOf({ setting, passing }: Pick<Drift, 'setting' | 'passing'>): Group {
  switch (setting.kind) {
    case 'bucket': {
      const { bucket, setting: stake } = setting;
      return { name: `${BUCKET_WORDS[stake]} of ${bucket}`, about: bucket, stake };
    }
    case 'key':
      return setting.of === 'vault'
        ? { name: 'key of the vault', about: 'vault-key', stake: 'key' }
        : { name: 'key of the alerts', about: 'alert-key', stake: 'alertKey' };
    case 'keyPolicy':
      return { name: `policy of the ${setting.of} key`, about: `${setting.of}-key`, stake: 'keyPolicy' };
    case 'role':
      return passing
        ? { name: UNREADABLE_ROLES, about: 'roles', stake: 'role' }
        : { name: policiesOf(setting.role), about: setting.role, stake: 'role' };
    case 'schedule':
      return { name: 'schedules', about: 'schedules', stake: 'schedules' };
    case 'alarm':
      return { name: 'alarms', about: 'alarms', stake: 'alarms' };
    case 'subscription':
    case 'audience':
      return { name: 'subscriptions to the alerts', about: 'subscriptions', stake: 'subscriptions' };
    case 'channel':
      return CHANNELS[setting.part];
  }
}

/** A drift that looks different from before is news; the reason why AWS does not show a setting may vary. */
function partOf({ setting, kind, found }: Drift): string {
  return kind === 'unreadable' ? `${setting.id} unreadable` : `${setting.id} ${found}`;
}

function linesOf({ setting, kind, expected, found, differences }: Drift): readonly string[] {
  const name = wordsFor(setting);
  if (kind === 'unreadable')
    return [
      '',
      `${name}: Redrill could not read it, so it may no longer protect anything.`,
      `  ${shortened(found)}`,
    ];
  if (kind === 'gone') return ['', `${name}:`, `  expected: ${shortened(expected)}`, '  found: nothing'];
  return [
    '',
    `${name}:`,
    ...differences
      .slice(0, SHOWN)
      .flatMap((each) => [
        `  ${each.of}`,
        `    expected: ${shortened(each.expected)}`,
        `    found: ${shortened(each.found)}`,
      ]),
    ...(differences.length > SHOWN ? [`  and ${differences.length - SHOWN} more differences`] : []),
  ];
}

/** The commands hold whole documents, so they come last. */
function repairLines(members: readonly Drift[]): readonly string[] {
  const repairs = members.flatMap((drift) => drift.repairs);
  if (repairs.length === 0) return [];
  const [only, ...others] = members;
  const one = others.length === 0 ? only?.setting.kind : undefined;
  return [
    one === undefined ? 'To restore the deployed settings, run:' : 'To restore the deployed setting, run:',
    ...repairs.map((repair) => `  ${repair}`),
    ...(repairs.some((repair) => repair.startsWith('aws sns subscribe'))
      ? [
          'The owner of an address must then follow the link in the e-mail that SNS sends; an HTTPS endpoint must answer SNS’s request.',
        ]
      : []),
  ];
}

function wordsFor(setting: WatchedSetting): string {
  switch (setting.kind) {
    case 'bucket':
      return `${BUCKET_WORDS[setting.setting]} of ${setting.bucket}`;
    case 'key':
      return setting.key;
    case 'keyPolicy':
      return `policy of ${setting.key}`;
    case 'role':
      return `role ${setting.role}`;
    case 'schedule':
      return `schedule ${setting.name}`;
    case 'alarm':
      return `alarm ${setting.name}`;
    case 'subscription':
      return `${setting.protocol} ${setting.endpoint}`;
    case 'audience':
      return setting.topic;
    case 'channel':
      return `${CHANNEL_WORDS[setting.part]} ${setting.name}`;
  }
}
