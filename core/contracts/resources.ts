import { bucketName } from './bucket-names.ts';
import type { Config } from './config.ts';

/** Alerts as texts, for e-mail and the like; and as messages for chat. */
export const TOPICS = { alerts: 'redrill-alerts', chat: 'redrill-chat' } as const;

/** The alarm that reports what SNS could not deliver of a topic. @param topic its name or its ARN */
export function undeliveredAlarm(topic: string): string {
  return `${topic.split(':').at(-1)}-undelivered`;
}

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

/** The alert code of a test message: subscriptions filter on it, and nothing that is wrong has it. */
export const CANARY_CODE = 'AlertCanary';
