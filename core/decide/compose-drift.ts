import type { BucketSetting, ExpectedSettings } from '../contracts/settings.ts';
import type { Drift } from './assess-drift.ts';
import type { Notice } from './plan-notices.ts';
import type { WatchedSetting } from './watched-settings.ts';

const BUCKET_WORDS: Readonly<Record<BucketSetting, string>> = {
  versioning: 'versioning',
  lock: 'Object Lock',
  encryption: 'encryption',
  publicAccess: 'public access block',
  lifecycle: 'lifecycle rules',
};

/** Why it matters, in a line. */
const STAKES: Readonly<Record<string, string>> = {
  versioning: 'Without versions, what is overwritten or deleted is gone.',
  lock: 'Without the lock, whoever gets hold of the account can delete the copies.',
  encryption: 'New objects are written in another way than drills, restores and the key’s policy expect.',
  publicAccess: 'Nothing but the bucket’s policy keeps strangers out.',
  lifecycle:
    'S3 may delete what was not released, or keep for ever what should go. What it deletes comes back only from older versions.',
  key: 'Without the key no copy can be read, and once it is deleted none ever again.',
  schedules: 'What a schedule no longer starts does not happen: no backup, no ingest, no drill, no watch.',
  alarms: 'Alarms tell what Redrill cannot tell itself, and now they may not.',
  subscriptions: 'An alert that nobody receives is none.',
};

/** What people read of drifts: one notice for each bucket's setting, the schedules, the alarms and so on. */
export function noticesOfDrift(
  drifts: readonly Drift[],
  { stack, region }: Pick<ExpectedSettings, 'stack' | 'region'>,
): readonly Notice[] {
  const groups = Map.groupBy(drifts, ({ setting }) => groupOf(setting).name);
  return [...groups].map(([name, members]) => {
    const { about, stake } = groupOf((members[0] as Drift).setting);
    const unreadable = members.every(({ kind }) => kind === 'unreadable');
    const verdict = unreadable ? 'cannot be read' : 'not as synthesised';
    return {
      fault: `drift: ${name}`,
      parts: members.map(partOf),
      alert: {
        code: 'SettingsDrifted',
        severity: members.every(({ passing }) => passing) ? 'ticket' : 'page',
        cache: about,
        subject: `[Redrill] ${name}: ${verdict}`,
        text: [
          `In ${region}, ${name}: ${verdict}.`,
          STAKES[stake] ?? '',
          ...members.flatMap(linesOf),
          '',
          'If somebody changed this by hand and meant it, change the configuration and deploy. If not, find out who did (CloudTrail) and what else they did. This puts all of the stack back:',
          `  npx cdk deploy ${stack} --revert-drift`,
          'Runbook: docs/runbooks/settings-drifted.md',
        ].join('\n'),
      },
    };
  });
}

interface Group {
  readonly name: string;
  /** The alert's attribute `cache`. */
  readonly about: string;
  readonly stake: string;
}

function groupOf(setting: WatchedSetting): Group {
  switch (setting.kind) {
    case 'bucket': {
      const { bucket, setting: stake } = setting;
      return { name: `${BUCKET_WORDS[stake]} of ${bucket}`, about: bucket, stake };
    }
    case 'key':
      return { name: 'key of the vault', about: 'vault-key', stake: 'key' };
    case 'schedule':
      return { name: 'schedules', about: 'schedules', stake: 'schedules' };
    case 'alarm':
      return { name: 'alarms', about: 'alarms', stake: 'alarms' };
    case 'subscription':
    case 'audience':
      return { name: 'subscriptions to the alerts', about: 'subscriptions', stake: 'subscriptions' };
  }
}

/** A drift that looks otherwise than before is another one; what AWS says of why it cannot be read may vary. */
function partOf({ setting, kind, found }: Drift): string {
  return kind === 'unreadable' ? `${setting.id} unreadable` : `${setting.id} ${found}`;
}

function linesOf({ setting, kind, expected, found, repairs }: Drift): readonly string[] {
  const name = wordsFor(setting);
  if (kind === 'unreadable')
    return [
      '',
      `${name}: it cannot be read, so nobody knows whether it still protects anything.`,
      `  ${found}`,
    ];
  return [
    '',
    `${name}:`,
    `  expected: ${expected}`,
    `  found: ${found}`,
    ...(repairs.length === 0 ? [] : ['To put it back at once:', ...repairs.map((repair) => `  ${repair}`)]),
    ...(setting.kind === 'subscription' && repairs.length > 0
      ? ['Then its owner has to follow the link in the mail that comes.']
      : []),
  ];
}

function wordsFor(setting: WatchedSetting): string {
  switch (setting.kind) {
    case 'bucket':
      return `${BUCKET_WORDS[setting.setting]} of ${setting.bucket}`;
    case 'key':
      return setting.key;
    case 'schedule':
      return `schedule ${setting.name}`;
    case 'alarm':
      return `alarm ${setting.name}`;
    case 'subscription':
      return `${setting.protocol} ${setting.endpoint}`;
    case 'audience':
      return setting.topic;
  }
}
