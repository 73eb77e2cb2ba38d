import { Fn, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { resourceNames } from '../core/contracts/resources.ts';
import { bucketArn } from './arns.ts';
import { hasOneAccount } from './config.ts';
import { Drill } from './drill/drill.ts';
import { COMPARISONS } from './drill/drill-lambdas.ts';
import { DrillNetwork } from './drill/network.ts';
import { Ingest } from './ingest/ingest.ts';
import { Schedules } from './schedule/schedules.ts';
import type { RedrillStackProps } from './source-stack.ts';
import { accessLogBucket, keepBucketPolicies, useAccountNamespace } from './storage/bucket-defaults.ts';
import { stagingBucket } from './storage/staging-bucket.ts';
import { Store } from './storage/stores.ts';
import { Vault } from './storage/vault.ts';
import { Alarms } from './watch/alarms.ts';
import { alertCanary } from './watch/alert-canary.ts';
import { AlertTopic } from './watch/alert-topic.ts';
import { ChatChannels } from './watch/chat-channels.ts';
import { Dashboard } from './watch/dashboard.ts';
import { pagerDutyOf } from './watch/pager-duty.ts';
import { raiseAlert } from './watch/raise-alert.ts';
import { Watch } from './watch/watch.ts';

type BucketArns = Readonly<Record<'vaultBucketArn' | 'stagingBucketArn', string>>;

/** The half that survives: the vault, ingest, drills and the watch. It needs nothing of the source but its bucket. */
export class VaultStack extends Stack {
  constructor(scope: Construct, id: string, props: RedrillStackProps) {
    super(scope, id, props);
    const { config, accounts, bundles } = props;
    const alerts = new AlertTopic(this, 'Alerts', {
      alerts: config.alerts,
      other: { region: config.source.region, account: accounts.source, watch: 'watch-source' },
    });
    new ChatChannels(this, 'Chat', {
      alerts: config.alerts,
      topics: alerts.chatTopics(hasOneAccount(accounts) ? 'both' : 'own'),
    });
    const schedules = new Schedules(this, 'Schedules');
    const stores = this.#createStores(props);
    const shared = { config, bundles, stores, schedules };
    const alert = raiseAlert(this, bundles, alerts);
    const ingest = new Ingest(this, 'Ingest', { ...shared, raiseAlert: alert });
    const network = this.#createNetwork(props, stores);
    const drill = new Drill(this, 'Drill', { ...shared, network, raiseAlert: alert });
    const watch = new Watch(this, 'Watch', { ...shared, alerts });
    const alarms = new Alarms(this, 'Alarms', alerts);
    for (const { stateMachine } of [ingest, drill]) alarms.workflow(stateMachine);
    for (const each of [ingest.findExports, drill.startDrills, ...watch.scheduled]) {
      alarms.scheduled(each);
    }
    alarms.scheduled(alertCanary(this, { ...shared, alerts, of: 'vault' }));
    alarms.alertsLost(alert);
    alarms.channelFailing();
    const pagerDuty = pagerDutyOf(this, props);
    if (pagerDuty !== undefined) alarms.pageUndelivered(pagerDuty.undelivered);
    alarms.undelivered(schedules.undelivered);
    alarms.outsideRpo();
    alarms.watchSilent();
    if (config.heartbeat !== undefined) alarms.heartbeatFailing();
    new Dashboard(this, 'Dashboard', { stateMachines: [ingest.stateMachine, drill.stateMachine] });
    useAccountNamespace(this);
    keepBucketPolicies(this);
    watch.expectStackAsItIs();
  }

  /** The zones that the account sees, chosen at deployment: synthesis asks AWS nothing. */
  override get availabilityZones(): string[] {
    return [Fn.select(0, Fn.getAzs()), Fn.select(1, Fn.getAzs())];
  }

  #createStores({ config, accounts }: RedrillStackProps) {
    const accessLogs = accessLogBucket(this);
    const vault = new Vault(this, 'Vault', {
      bucketName: resourceNames.vaultBucket(this.account, config),
      config,
      accessLogs,
    });
    const staging = stagingBucket(this, {
      seedGrant: config.vault.seedGrant,
      bucketName: resourceNames.stagingBucket(this.account, config),
      region: config.vault.region,
      accessLogs,
    });
    const landingName = resourceNames.landingBucket(accounts.source ?? this.account, config);
    return {
      landing: new Store(bucketArn(landingName)),
      landingBucket: landingName,
      vault: new Store(vault.bucket.bucketArn, vault.key.keyArn),
      vaultBucket: vault.bucket.bucketName,
      vaultBucketArn: vault.bucket.bucketArn,
      vaultKeyArn: vault.key.keyArn,
      staging: new Store(staging.bucketArn),
      stagingBucket: staging.bucketName,
      stagingBucketArn: staging.bucketArn,
    };
  }

  #createNetwork({ config }: RedrillStackProps, stores: BucketArns): DrillNetwork {
    const { drillNetwork: existing, drillZones: zones } = config.vault;
    return new DrillNetwork(this, 'DrillNetwork', {
      bucketArns: [stores.vaultBucketArn, stores.stagingBucketArn],
      writableArns: [`${stores.stagingBucketArn}/${COMPARISONS}`],
      ...(existing === undefined ? {} : { existing }),
      ...(zones === undefined ? {} : { zones }),
    });
  }
}
