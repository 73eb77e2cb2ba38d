import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../core/contracts/config.ts';
import { resourceNames } from '../core/contracts/resources.ts';
import { Backup } from './backup/backup.ts';
import { type Accounts, hasOneAccount } from './config.ts';
import { LANDING_MARKER, LANDING_READERS } from './ingest/ingest-lambdas.ts';
import type { Bundles } from './lambda/bundles.ts';
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

export interface RedrillStackProps extends StackProps {
  readonly config: Config;
  readonly accounts: Accounts;
  readonly bundles: Bundles;
}

/** The half beside the caches: snapshots, exports, the landing bucket. It holds no permission on the vault. */
export class SourceStack extends Stack {
  constructor(scope: Construct, id: string, props: RedrillStackProps) {
    super(scope, id, props);
    const { config, accounts, bundles } = props;
    const alerts = new AlertTopic(this, 'Alerts', {
      alerts: config.alerts,
      other: { region: config.vault.region, account: accounts.vault, watch: 'watch-vault' },
    });
    if (!hasOneAccount(accounts))
      new ChatChannels(this, 'Chat', { alerts: config.alerts, topics: alerts.chatTopics('own') });
    const schedules = new Schedules(this, 'Schedules');
    const landing = landingBucket(this, {
      bucketName: resourceNames.landingBucket(this.account, config),
      region: config.source.region,
      accessLogs: accessLogBucket(this),
      ...vaultOf(config, accounts),
    });
    const alert = raiseAlert(this, bundles, alerts);
    const backup = new Backup(this, 'Backup', {
      config,
      bundles,
      landingBucket: landing,
      raiseAlert: alert,
      schedules,
    });
    const watch = new SourceWatch(this, 'Watch', { bundles, landingBucket: landing, alerts, schedules });
    const alarms = new Alarms(this, 'Alarms', alerts);
    alarms.workflow(backup.stateMachine);
    const canary = alertCanary(this, { config, bundles, alerts, schedules, of: 'source' });
    for (const each of [backup.startBackups, watch.watchSource, canary]) alarms.scheduled(each);
    alarms.alertsLost(alert);
    alarms.channelFailing();
    const pagerDuty = pagerDutyOf(this, props);
    if (pagerDuty !== undefined) alarms.pageUndelivered(pagerDuty.undelivered);
    alarms.undelivered(schedules.undelivered);
    alarms.sourceWatchSilent();
    useAccountNamespace(this);
    keepBucketPolicies(this);
    watch.expectStackAsItIs();
  }
}

/** In one account the roles' own policies suffice; across accounts the bucket has to agree. */
function vaultOf(config: Config, accounts: Accounts): Pick<LandingBucketProps, 'vault'> {
  const { vault } = accounts;
  if (vault === undefined || hasOneAccount(accounts)) return {};
  const roleArn = (lambda: string) =>
    `arn:aws:iam::${vault}:role/${resourceNames.role(lambda, config.vault.region)}`;
  return {
    vault: {
      account: vault,
      readerArns: LANDING_READERS.map(roleArn),
      markerArn: roleArn(LANDING_MARKER),
    },
  };
}
