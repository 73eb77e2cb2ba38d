import { MINUTE_MS, MINUTE_SECONDS } from './time.ts';

/** Periods that several parts share, and that no plan sets. */

/** Days that S3 keeps an export in the landing bucket: long enough for a week without the vault's region. */
export const EXPORT_KEPT_DAYS = 7;

/**
 * How long a snapshot stays of which the vault has no verified copy. Its export lies in the landing bucket for a week, so
 * a second week is left in which it can be exported again. The quota of 20 counts what was taken within 24 hours and not
 * what there is, so keeping them costs storage and no backup.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups.html (checked 2026-11-22)
 */
export const UNVERIFIED_KEPT_DAYS = 14;

/** From one run of `watch-source` and `watch-vault` to the next; their schedules are made of it. */
export const WATCH_EVERY_MS = 15 * MINUTE_MS;

/** From one run of `find-exports` to the next; its schedule is made of it. */
export const FIND_EXPORTS_EVERY_MS = 5 * MINUTE_MS;

/** How much later than its RPO a verified copy may arrive before Redrill sends a page. */
export const RPO_GRACE_SECONDS = 15 * MINUTE_SECONDS;
