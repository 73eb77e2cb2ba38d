import { Stack } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { resourceNames } from '../core/contracts/resources.ts';
import { Backup } from './backup/backup.ts';
import { hasOneAccount } from './config.ts';
import { Half } from './half.ts';
import { LANDING_MARKER, LANDING_READERS } from './ingest/ingest-lambdas.ts';
import type { RedrillProps } from './props.ts';
import { Schedules } from './schedule/schedules.ts';
import { accessLogBucket, keepBucketPolicies, useAccountNamespace } from './storage/bucket-defaults.ts';
import { type LandingBucketProps, landingBucket } from './storage/landing-bucket.ts';
import { Alarms } from './watch/alarms.ts';
import { alertCanary } from './watch/alert-canary.ts';
import { AlertTopic } from './watch/alert-topic.ts';
import { ChatChannels } from './watch/chat-channels.ts';
import { pagerDutyOf } from './watch/pager-duty.ts';
import { raiseAlert } from './watch/raise-alert.ts';
import { SourceWatch } from './watch/source-watch.ts';

/**
 * The half beside the caches: snapshots, exports, the landing bucket. It holds no permission on the vault. An account and
 * region hold one.
 */
export class RedrillSource extends Half<'Alert'> {
  readonly alertTopic: ITopic;

  /** @throws AppError `BadConfig` that lists every wrong property, or says that the stack is elsewhere */
  constructor(scope: Construct, id: string, props: RedrillProps) {
    super(scope, id, 'source', props);
    const { config, accounts, bundles, given } = this;
    const alerts = new AlertTopic(this, 'Alerts', {
      alerts: config.alerts,
      chatHere: !hasOneAccount(accounts),
      vault: {
        bucket: resourceNames.vaultBucket(accounts.vault ?? Stack.of(this).account, config),
        region: config.vault.region,
      },
      other: { region: config.vault.region, account: accounts.vault, watch: 'watch-vault' },
    });
    this.alertTopic = alerts.topic;
    if (!hasOneAccount(accounts))
      new ChatChannels(this, 'Chat', { alerts: config.alerts, topics: alerts.chatTopics('own') });
    const schedules = new Schedules(this, 'Schedules');
    const landing = landingBucket(this, {
      bucketName: resourceNames.landingBucket(Stack.of(this).account, config),
      region: config.source.region,
      accessLogs: accessLogBucket(this),
      servers: config.servers,
      ...this.#otherAccount(),
    });
    const alert = raiseAlert(this, bundles, alerts);
    const backup = new Backup(this, 'Backup', {
      config,
      bundles,
      landingBucket: landing,
      cacheKeys: given.cacheKeys,
      raiseAlert: alert,
      schedules,
    });
    const watch = new SourceWatch(this, 'Watch', {
      bundles,
      landingBucket: landing,
      alerts,
      schedules,
      references: given.cacheKeys,
    });
    const alarms = new Alarms(this, 'Alarms', alerts);
    alarms.workflow(backup.stateMachine);
    const canary = alertCanary(this, { config, bundles, alerts, schedules, of: 'source' });
    for (const each of [backup.startBackups, watch.watchSource, canary]) alarms.scheduled(each);
    alarms.alertsLost(alert);
    alarms.channelFailing();
    alarms.topicsUndelivered();
    const pagerDuty = pagerDutyOf(this, { config, bundles });
    if (pagerDuty !== undefined) alarms.pageUndelivered(pagerDuty.undelivered);
    alarms.undelivered(schedules.undelivered);
    alarms.sourceWatchSilent();
    useAccountNamespace(this);
    keepBucketPolicies(this);
  }

  /** In one account the roles' own policies suffice; across accounts the bucket has to agree. */
  #otherAccount(): Pick<LandingBucketProps, 'vault'> {
    const { vault } = this.accounts;
    if (vault === undefined || hasOneAccount(this.accounts)) return {};
    const roleArn = (lambda: string) =>
      `arn:aws:iam::${vault}:role/${resourceNames.role(lambda, this.config.vault.region)}`;
    return {
      vault: {
        account: vault,
        readerArns: LANDING_READERS.map(roleArn),
        markerArn: roleArn(LANDING_MARKER),
      },
    };
  }
}
