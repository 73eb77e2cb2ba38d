import { HOUR_SECONDS } from '../../../core/model/time.ts';
import { PRICES } from '../../plan/prices.ts';

/**
 * An hour of cache.t4g.micro with Valkey in us-east-1, USD: half of cache.t4g.small's 0.0256 in the AWS price list of
 * 2026-10-02, by a third party. Every hour begun is paid in full.
 */
const NODE_HOUR_USD = 0.0128;
/** Three executions, with their polling. */
const TRANSITIONS = 200;
/** Lambda, S3 requests and transfer of some kilobytes, rounded up. */
const REQUESTS_USD = 0.01;

/** What is expected before: the cache, and the drill's cluster. */
export const EXPECTED_HOURS = { cache: 2, drill: 1 } as const;

/** @param seconds how long each cluster existed */
export function costUsd(seconds: readonly number[]): number {
  const hours = seconds.reduce((sum, each) => sum + Math.ceil(each / HOUR_SECONDS), 0);
  return hours * NODE_HOUR_USD + (TRANSITIONS / 1_000) * PRICES.transitions.usd + REQUESTS_USD;
}

export const expectedUsd = (): number =>
  costUsd(Object.values(EXPECTED_HOURS).map((hours) => hours * HOUR_SECONDS));
