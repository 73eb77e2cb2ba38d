import { Duration, Stack } from 'aws-cdk-lib';
import { type Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { METRICS } from '../core/contracts/metrics.ts';
import { resourceNames } from '../core/contracts/resources.ts';
import type { Verdict } from '../core/model/verdict.ts';
import { bucketArn } from './arns.ts';
import { hasOneAccount } from './config.ts';
import { Drill } from './drill/drill.ts';
import { COMPARISONS, serverlessLimitsOf } from './drill/drill-lambdas.ts';
import { DrillNetwork } from './drill/network.ts';
import { Half } from './half.ts';
import { Ingest } from './ingest/ingest.ts';
import type { RedrillProps } from './props.ts';
import { Schedules } from './schedule/schedules.ts';
import { accessLogBucket, keepBucketPolicies, useAccountNamespace } from './storage/bucket-defaults.ts';
import { stagingBucket } from './storage/staging-bucket.ts';
import { Store } from './storage/stores.ts';
import { Vault } from './storage/vault.ts';
import { Alarms, redrillMetric } from './watch/alarms.ts';
import { alertCanary } from './watch/alert-canary.ts';
import { AlertTopic } from './watch/alert-topic.ts';
import { ChatChannels } from './watch/chat-channels.ts';
import { Dashboard } from './watch/dashboard.ts';
import { pagerDutyOf } from './watch/pager-duty.ts';
import { raiseAlert } from './watch/raise-alert.ts';
import { Watch } from './watch/watch.ts';

type BucketArns = Readonly<Record<'vaultBucketArn' | 'stagingBucketArn', string>>;

/**
 * The half that survives: the vault, ingest, drills and the watch. It needs nothing of the source but its bucket. An account
 * and region hold one.
 */
export class RedrillVault extends Half {
  readonly alertTopic: ITopic;
  /** The copies. It stays when the stack is deleted. */
  readonly bucket: IBucket;
  /** What the copies are encrypted with. */
  readonly key: IKey;

  /** @throws AppError `BadConfig` that lists every wrong property, or says that the stack is elsewhere */
  constructor(scope: Construct, id: string, props: RedrillProps) {
    super(scope, id, 'vault', props);
    const { config, accounts, bundles } = this;
    const alerts = new AlertTopic(this, 'Alerts', {
      alerts: config.alerts,
      chatHere: true,
      vault: {
        bucket: resourceNames.vaultBucket(Stack.of(this).account, config),
        region: config.vault.region,
      },
      other: { region: config.source.region, account: accounts.source, watch: 'watch-source' },
    });
    this.alertTopic = alerts.topic;
    new ChatChannels(this, 'Chat', {
      alerts: config.alerts,
      topics: alerts.chatTopics(hasOneAccount(accounts) ? 'both' : 'own'),
    });
    const schedules = new Schedules(this, 'Schedules');
    const { vault, stores } = this.#createStores();
    // The CDK's own declarations of the two disagree under exactOptionalPropertyTypes.
    this.bucket = vault.bucket as IBucket;
    this.key = vault.key;
    const shared = { config, bundles, stores, schedules };
    const alert = raiseAlert(this, bundles, alerts);
    const ingest = new Ingest(this, 'Ingest', { ...shared, raiseAlert: alert });
    const network = this.#createNetwork(stores);
    const drill = new Drill(this, 'Drill', { ...shared, network, raiseAlert: alert });
    const watch = new Watch(this, 'Watch', { ...shared, alerts, references: network.references });
    const alarms = new Alarms(this, 'Alarms', alerts);
    for (const { stateMachine } of [ingest, drill]) alarms.workflow(stateMachine);
    for (const each of [ingest.findExports, drill.startDrills, ...watch.scheduled]) {
      alarms.scheduled(each);
    }
    alarms.scheduled(alertCanary(this, { ...shared, alerts, of: 'vault' }));
    alarms.alertsLost(alert);
    alarms.channelFailing();
    alarms.topicsUndelivered();
    const pagerDuty = pagerDutyOf(this, { config, bundles });
    if (pagerDuty !== undefined) alarms.pageUndelivered(pagerDuty.undelivered);
    alarms.undelivered(schedules.undelivered);
    alarms.outsideRpo();
    alarms.watchSilent();
    if (config.heartbeat !== undefined) alarms.heartbeatFailing();
    new Dashboard(this, 'Dashboard', { stateMachines: [ingest.stateMachine, drill.stateMachine] });
    useAccountNamespace(this);
    keepBucketPolicies(this);
  }

  /**
   * Age of a cache's newest verified copy, over its RPO: above 1 the objective is missed. Every 15 minutes. Missing: the
   * watch does not run, or the vault has no verified copy of the cache.
   * @default the maximum of 15 minutes
   */
  metricRpoUsed(cache: string, options?: MetricOptions): Metric {
    return this.#metric(METRICS.rpoUsed, Stats.MAXIMUM, { dimensionsMap: { cache }, ...options });
  }

  /**
   * Protected caches whose newest verified copy is older than the RPO, or of unknown age. Missing: the watch does not run.
   * @default the maximum of 15 minutes
   */
  metricCachesOutsideRpo(options?: MetricOptions): Metric {
    return this.#metric(METRICS.cachesOutsideRpo, Stats.MAXIMUM, options);
  }

  /** Caches that Redrill protects. Missing: the watch does not run. @default the maximum of 15 minutes */
  metricProtectedCaches(options?: MetricOptions): Metric {
    return this.#metric(METRICS.protectedCaches, Stats.MAXIMUM, options);
  }

  /**
   * Copies that entered the vault with this verdict. Missing: none did.
   * @default the sum of 15 minutes
   */
  metricRecoveryPoints(verdict: Verdict, options?: MetricOptions): Metric {
    return this.#metric(METRICS.recoveryPoints, Stats.SUM, { dimensionsMap: { verdict }, ...options });
  }

  /**
   * Seconds that drills of a cache took from the decision to restore until every key was compared. Missing: no drill ended.
   * @default the maximum of 15 minutes
   */
  metricDrillRtoSeconds(cache: string, options?: MetricOptions): Metric {
    return this.#metric(METRICS.drillRtoSeconds, Stats.MAXIMUM, { dimensionsMap: { cache }, ...options });
  }

  /** Drills of a cache that failed. Missing: no drill ended. @default the sum of 15 minutes */
  metricDrillsFailed(cache: string, options?: MetricOptions): Metric {
    return this.#metric(METRICS.drillsFailed, Stats.SUM, { dimensionsMap: { cache }, ...options });
  }

  /** For alarms and dashboards of any stack: it names the vault's account and region where they are other ones. */
  #metric(metricName: string, statistic: string, options: MetricOptions = {}): Metric {
    const metric = redrillMetric(metricName, { period: Duration.minutes(15), statistic, ...options });
    return metric.attachTo(this);
  }

  #createStores() {
    const { config, accounts } = this;
    const { account } = Stack.of(this);
    const accessLogs = accessLogBucket(this);
    const vault = new Vault(this, 'Vault', {
      bucketName: resourceNames.vaultBucket(account, config),
      config,
      accessLogs,
      key: this.given.vaultKey,
    });
    const staging = stagingBucket(this, {
      seedGrant: config.vault.seedGrant,
      bucketName: resourceNames.stagingBucket(account, config),
      region: config.vault.region,
      accessLogs,
    });
    const landingName = resourceNames.landingBucket(accounts.source ?? account, config);
    const stores = {
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
    return { vault, stores };
  }

  #createNetwork(stores: BucketArns): DrillNetwork {
    const { drillNetwork, drillZones: zones } = this.config.vault;
    const existing = this.given.drillNetwork ?? drillNetwork;
    return new DrillNetwork(this, 'DrillNetwork', {
      bucketArns: [stores.vaultBucketArn, stores.stagingBucketArn],
      writableArns: [`${stores.stagingBucketArn}/${COMPARISONS}`],
      makesEndpoints: serverlessLimitsOf(this.config).length > 0,
      ...(existing === undefined ? {} : { existing }),
      ...(zones === undefined ? {} : { zones }),
    });
  }
}
