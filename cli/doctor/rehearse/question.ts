import { REHEARSAL_CACHE, REHEARSAL_NODE_TYPE, REHEARSAL_TAG } from '../../../core/model/rehearsal.ts';
import { usdText } from '../../terminal/figures.ts';
import { expectedUsd } from './cost.ts';
import type { Ground } from './ground.ts';

/** What it will make, take and cost. */
export function questionText({ vault, landing, staging }: Ground): string {
  const { config, catalogue } = vault;
  return `A rehearsal runs a backup, a copy and a restore on AWS, with a cache of its own. It creates, and deletes afterwards:
  ${config.source.region}: the cache ${REHEARSAL_CACHE} (${REHEARSAL_NODE_TYPE}, one node), a snapshot of it, and files of some kilobytes in ${landing.bucket}
  ${config.vault.region}: a recovery point of it in ${catalogue.vault.bucket}, files in ${staging.bucket}, and a drill’s cluster (${REHEARSAL_NODE_TYPE}, one node)
It takes about 45 minutes and costs about ${usdText(expectedUsd())}: three node hours, Step Functions, Lambda and S3 (list prices of us-east-1).
It sends no request about any other cache, and counts towards no RPO, heartbeat or alert.
What the vault’s Object Lock retains (${config.vault.lock.days} d) stays until the lock ends; the report lists it.`;
}

/** What a clean-up alone deletes. */
export function cleanUpQuestion({ vault: { config, catalogue }, landing, staging }: Ground): string {
  return `This deletes what rehearsals left behind, including what a running one has created:
  ${config.source.region}: the cache ${REHEARSAL_CACHE} if it has the tag ${REHEARSAL_TAG}, its snapshots, and its files in ${landing.bucket}
  ${config.vault.region}: its drill’s clusters, and its files in ${staging.bucket}; its recovery points in ${catalogue.vault.bucket} are released
It sends no request about any other cache.`;
}
