/** When S3 expires an object, by the lifecycle rules of its bucket. */

export { dueAt } from './model/s3/expiration.ts';
export { lifecycleLagMs } from './model/s3/lifecycle-lag.ts';
export { type LifecycleRule, ruleMatches } from './model/s3/lifecycle-rule.ts';
export { readLifecycle } from './model/s3/lifecycle-template.ts';
