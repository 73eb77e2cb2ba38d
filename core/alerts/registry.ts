import { SHIP_ONCE } from '../model/host-program.ts';
import { RPO_GRACE_SECONDS } from '../model/periods.ts';
import { CLEAN_UP_COMMAND } from '../model/rehearsal.ts';
import { MINUTE_SECONDS } from '../model/time.ts';
import { backup, drill, type ProblemEntry, points, type SHOWN, type Subject, show } from './problems.ts';

/** A string follows what the alert is about and a colon; a function words everything. */
type Words = string | ((...named: string[]) => string);

export interface AlertEntry extends ProblemEntry {
  /** When the severity is the other one. @default never */
  readonly otherwise?: string;
  /** What follows `[Redrill] `. */
  readonly subject: Words;
  /** The name under which memory holds it, and by which its end is reported. @default its subject */
  readonly fault?: Words;
  /** The subject of its end. @default `resolved: ` and its fault */
  readonly resolved?: string;
  /** What is repeated only for another one of these, and has no end. @default it is a fault, which lasts */
  readonly newsOf?: string;
  /** @default `redrill status` lists it while it is open */
  readonly inStatus?: false;
  /** The other code under which `redrill status` finds the same problem. @default none */
  readonly shownAs?: keyof typeof SHOWN;
  /** What its attribute `cache` names. @default a cache */
  readonly about?: 'region';
  /** @default watch-vault */
  readonly sentBy?: readonly ('watch-vault' | 'watch-source' | 'sweep-drills' | 'send-canary')[];
  /** @default as often as its severity is repeated */
  readonly repeated?: string;
  /** What docs/alerts.md says of it. */
  readonly problem: string;
}

const listTopics = ({ region }: Subject) => `aws sns list-topics --region ${region}`;

/**
 * Every alert but those of failed executions. Messages, `redrill status`, the pages and docs/alerts.md are made of it. Stored
 * records hold codes and faults, and people filter by codes and subjects: do not change them.
 */
export const ALERTS = {
  RpoMissed: {
    severity: 'page',
    subject: 'no recent recovery point',
    fault: (cache) => cache,
    resolved: 'resolved: recent recovery point',
    shownAs: 'NoRecoveryPoint',
    next: backup,
    runbook: 'no-recent-recovery-point',
    problem: `the newest verified recovery point of a cache is older than its RPO plus ${RPO_GRACE_SECONDS / MINUTE_SECONDS} minutes, or there is none`,
  },
  RecoveryPointLost: {
    severity: 'page',
    subject: 'recovery point lost',
    shownAs: 'RecoveryPointBroken',
    next: show,
    runbook: 'recovery-point-lost',
    problem:
      'an object of the newest verified recovery point of a cache was deleted or replaced after it entered the vault',
  },
  RecoveryPointDamaged: {
    severity: 'ticket',
    otherwise: 'if a verified version no longer exists',
    subject: 'older recovery point damaged',
    next: show,
    runbook: 'recovery-point-lost',
    problem: 'an object of an older recovery point was deleted or replaced after it entered the vault',
  },
  RecordUnreadable: {
    severity: 'ticket',
    otherwise: 'if the point is one of the newest',
    subject: 'record unreadable',
    shownAs: 'RecoveryPointBroken',
    next: points,
    runbook: 'recovery-point-lost',
    problem:
      'the record of a recovery point cannot be used; every command, ingest and drill skips that point',
  },
  ReleaseTagged: {
    severity: 'page',
    subject: 'newest recovery points released by a tag',
    fault: 'released by a tag',
    next: ({ cache }) => `npx redrill hold ${cache}/latest --why 'a release tag that Redrill did not set'`,
    runbook: 'recovery-point-lost',
    problem: 'one of the newest recovery points has the tag that makes S3 expire it',
  },
  RegistryEntryMissing: {
    severity: 'page',
    subject: 'registry entry missing',
    next: ({ cache }) => `npx redrill rebuild ${cache}`,
    runbook: 'registry-entry-missing',
    problem: 'the vault has recovery points of a cache, but no usable registry entry',
  },
  CacheGone: {
    severity: 'page',
    subject: 'is not there any more',
    next: points,
    runbook: 'cache-vanished',
    problem: 'a protected cache has not been in the source region for an hour',
  },
  CacheUnplanned: {
    severity: 'page',
    subject: 'has lost its plan',
    next: points,
    runbook: 'cache-vanished',
    problem:
      'a protected cache exists, but for an hour neither its tag nor the configuration has named a plan for it',
  },
  SettingsDrifted: {
    severity: 'page',
    otherwise: 'if a setting could not be read only because AWS throttled the call or did not answer',
    subject: (setting, verdict) => `${setting}: ${verdict}`,
    fault: (setting) => `drift: ${setting}`,
    next: () => 'npx cdk drift',
    runbook: 'settings-drifted',
    sentBy: ['watch-vault', 'watch-source'],
    problem:
      'a setting that protects the vault or sends alerts differs from the deployed one, or cannot be read. Redrill checks buckets, keys and their policies, the policies of every role, schedules, alarms, subscriptions and the other channels of the alerts',
  },
  RegionDown: {
    severity: 'page',
    subject: (region, half) => `${region} does not answer: the ${half} region may be down`,
    fault: 'region does not answer',
    about: 'region',
    next: ({ cache }) => `npx redrill restore ${cache}/latest --to ${cache}-restored`,
    runbook: 'region-lost',
    sentBy: ['watch-vault', 'watch-source'],
    problem: 'the other region does not answer: two of its services failed in one check',
  },
  AlertsReachNobody: {
    severity: 'page',
    subject: (region) => `alerts of ${region} reach nobody`,
    fault: 'alerts of the other region',
    about: 'region',
    next: listTopics,
    runbook: 'no-test-message',
    sentBy: ['watch-vault', 'watch-source'],
    problem:
      'the other region’s alerts have no recipient: a topic is deleted, or has no confirmed subscription',
  },
  AlertsUnchecked: {
    severity: 'ticket',
    subject: (region) => `alerts of ${region} cannot be checked`,
    fault: 'alerts of the other region cannot be checked',
    about: 'region',
    next: listTopics,
    runbook: 'no-test-message',
    sentBy: ['watch-vault', 'watch-source'],
    problem:
      'Redrill could not check the other region’s subscriptions: AWS refused the call, or only SNS did not answer',
  },
  ExportsWaiting: {
    severity: 'ticket',
    subject: 'exports waiting',
    next: backup,
    runbook: 'ingest-failed',
    problem:
      'a sealed export has waited to enter the vault for half of its RPO or 6 hours, whichever is shorter',
  },
  ShipperSilent: {
    severity: 'ticket',
    subject: 'host silent',
    next: points,
    runbook: 'server-not-shipped',
    problem:
      'no host of a [server of your own](servers.md) has sent a heartbeat for 10 minutes, or, if it runs from cron, for one and a half times as long as it takes from one run to the next',
  },
  SaveFailed: {
    severity: 'ticket',
    subject: 'save failed',
    next: () => SHIP_ONCE,
    runbook: 'server-not-shipped',
    problem:
      'a host of a [server of your own](servers.md) has not been able to save or ship it for 10 minutes; the alert has the message of the server, or of S3',
  },
  ShipperAtRisk: {
    severity: 'ticket',
    subject: 'shipping at risk',
    next: points,
    runbook: 'server-not-shipped',
    problem:
      'the disk of a host is nearly full, a save and its upload take nearly as long as the time between two slots, or `ship.json` on the host does not match the configuration',
  },
  ServerDrifted: {
    severity: 'ticket',
    subject: 'settings of the server changed',
    fault: 'settings changed',
    newsOf: 'such change',
    next: show,
    runbook: 'server-not-shipped',
    problem:
      'settings of a [server of your own](servers.md) that persistence or a restore depends on, such as `save`, `appendonly`, `dir` or `maxmemory`, differ from those in the recovery point before',
  },
  TierMissed: {
    severity: 'ticket',
    subject: 'tiers not earned',
    next: backup,
    runbook: 'tier-missed',
    problem: 'the last day, week or month has no verified recovery point',
  },
  DrillOverdue: {
    severity: 'ticket',
    subject: 'restore drill overdue',
    next: drill,
    runbook: 'drill-overdue',
    problem: 'no drill has ended within the plan’s drill interval and one more day',
  },
  CacheMadeAnew: {
    severity: 'ticket',
    subject: 'made anew under the same name',
    fault: 'made anew',
    newsOf: 'new cache',
    // It stays remembered until a person releases the earlier copies.
    inStatus: false,
    next: points,
    runbook: 'cache-vanished',
    problem:
      'a cache was deleted and created again under the same name; Redrill keeps the last recovery points of the earlier cache',
  },
  ContentChanged: {
    severity: 'ticket',
    subject: 'content changed',
    newsOf: 'such recovery point',
    next: show,
    runbook: 'suspect-recovery-point',
    problem:
      'the newest verified recovery point differs from those before it in bytes per key, entropy of the files’ bytes or share of keys with an expiry, or has 1.8 times as many keys',
  },
  DrillLeftOver: {
    severity: 'ticket',
    subject: 'drill cluster left behind',
    next: ({ region }) => `aws elasticache describe-replication-groups --region ${region}`,
    runbook: 'drill-failed',
    sentBy: ['sweep-drills'],
    problem:
      'a drill’s cluster still exists 5 hours after its creation. From 4 hours on, `sweep-drills` tries to delete it every 15 minutes. Until it is deleted, drills of its cache fail with this code, and each failure is a page',
  },
  RehearsalLeftOver: {
    severity: 'ticket',
    subject: 'left behind by a rehearsal',
    next: () => CLEAN_UP_COMMAND,
    runbook: 'rehearsal-left-over',
    sentBy: ['watch-source'],
    problem:
      'the cache of a [rehearsal](cli.md#redrill-doctor---rehearse) still exists 30 hours after the rehearsal began',
  },
  AlertCanary: {
    severity: 'ticket',
    subject: (region) => `test message: alerts of ${region} arrive`,
    next: listTopics,
    runbook: 'no-test-message',
    sentBy: ['send-canary'],
    repeated: 'in each region, every week or day',
    problem: 'none: this is the [test message](#the-test-message)',
  },
} as const satisfies Readonly<Record<string, AlertEntry>>;

export type AlertCode = keyof typeof ALERTS;

/** @returns undefined for a code of a failed execution, or of another version */
export const alertEntry = (code: string): AlertEntry | undefined =>
  (ALERTS as Readonly<Record<string, AlertEntry>>)[code];

export const worded = (words: Words, named: readonly string[]): string =>
  typeof words === 'string' ? `${named[0]}: ${words}` : words(...named);
