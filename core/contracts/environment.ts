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
  /** Ids, separated by commas. */
  drillSubnets: 'DRILL_SUBNETS',
  drillSecurityGroup: 'DRILL_SECURITY_GROUP_ID',
  pagerDutyParameter: 'PAGERDUTY_PARAMETER',
  heartbeatParameter: 'HEARTBEAT_PARAMETER',
  sourceAccount: 'SOURCE_ACCOUNT',
  /** What the addresses of the runbooks' pages begin with. */
  runbookPages: 'RUNBOOK_PAGES_URL',
  /** ARNs with commas between them. @default the configuration has all */
  cacheKeys: 'CACHE_KEY_ARNS',
} as const;

/** The file beside each bundle that carries the parsed configuration. */
export const CONFIG_FILE = 'config.json';
