import { bucketName } from './bucket-names.ts';
import type { Config } from './config.ts';

/** Alerts as texts, for e-mail and the like; and as messages for chat. */
export const TOPICS = { alerts: 'redrill-alerts', chat: 'redrill-chat' } as const;

/**
 * Names that must be known on both sides of the region border before either stack exists, derived from the
 * configuration. `account` may be a CDK token; it is only ever joined.
 */
export const resourceNames = {
  landingBucket: (account: string, config: Config) => bucketName('landing', account, config.source.region),
  vaultBucket: (account: string, config: Config) => bucketName('vault', account, config.vault.region),
  stagingBucket: (account: string, config: Config) => bucketName('staging', account, config.vault.region),
  /** Server access logs of the other buckets of that account and region. */
  accessLogBucket: (account: string, region: string) => bucketName('logs', account, region),
  /** Every role has a name that is known before it exists: policies of the other account name some, the watch all. */
  role: (lambda: string, region: string) => `redrill-${lambda}-${region}`,
  alertTopic: (account: string, region: string) => `arn:aws:sns:${region}:${account}:${TOPICS.alerts}`,
  chatTopic: (account: string, region: string) => `arn:aws:sns:${region}:${account}:${TOPICS.chat}`,
  stateMachine: (workflow: string) => `redrill-${workflow}`,
} as const;

/** State machines, by workflow. */
export const WORKFLOWS = ['backup', 'ingest', 'drill'] as const;
export type Workflow = (typeof WORKFLOWS)[number];

/** Environment variables of the Lambdas, in one place for the stack that sets them and the handler that reads them. */
export const ENV = {
  landingBucket: 'LANDING_BUCKET',
  vaultBucket: 'VAULT_BUCKET',
  stagingBucket: 'STAGING_BUCKET',
  vaultKey: 'VAULT_KEY_ARN',
  alertTopic: 'ALERT_TOPIC_ARN',
  chatTopic: 'CHAT_TOPIC_ARN',
  alertKey: 'ALERT_KEY_ARN',
  /** The account that the Lambda is in. */
  account: 'ACCOUNT_ID',
  backupMachine: 'BACKUP_STATE_MACHINE_ARN',
  ingestMachine: 'INGEST_STATE_MACHINE_ARN',
  drillMachine: 'DRILL_STATE_MACHINE_ARN',
  drillSubnetGroup: 'DRILL_SUBNET_GROUP',
  drillSecurityGroup: 'DRILL_SECURITY_GROUP_ID',
  heartbeatParameter: 'HEARTBEAT_PARAMETER',
  sourceAccount: 'SOURCE_ACCOUNT',
} as const;

/** Metrics, written as embedded metric format to the Lambdas' logs. */
export const METRICS = {
  namespace: 'Redrill',
  /** Per cache: age of the newest verified recovery point over its RPO; above 1 the objective is missed. */
  rpoUsed: 'RpoUsed',
  /** Protected caches whose newest verified recovery point is older than RPO and grace. */
  cachesOutsideRpo: 'CachesOutsideRpo',
  protectedCaches: 'ProtectedCaches',
  exportsWaiting: 'ExportsWaiting',
  heartbeats: 'Heartbeats',
  /** Pings that the dead man's switch did not take. */
  heartbeatsFailed: 'HeartbeatsFailed',
  recoveryPoints: 'RecoveryPoints',
  drillRtoSeconds: 'DrillRtoSeconds',
  drillsFailed: 'DrillsFailed',
  /** Settings that are not as they were synthesised, or cannot be read. */
  settingsDrifted: 'SettingsDrifted',
} as const;

/** The alert code of a test message: subscriptions filter on it, and nothing that is wrong has it. */
export const CANARY_CODE = 'AlertCanary';

/** The file beside each bundle that carries the parsed configuration. */
export const CONFIG_FILE = 'config.json';
