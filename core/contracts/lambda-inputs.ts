import type * as z from 'zod';
import { heard } from './heard.ts';
import {
  alertRequest,
  backupInput,
  backupSchedule,
  backupWithExport,
  backupWithSnapshot,
  drillInput,
  drillOutcome,
  drillSchedule,
  drillToCreate,
  drillWithCluster,
  drillWithEndpoint,
  ingestInput,
  ingestShard,
  releaseInput,
  stageInput,
  tearDownInput,
  tick,
} from './steps.ts';

/**
 * The payload of each Lambda, by the name of its file in `lambdas/`. The handler refuses any other payload, the state
 * machines send exactly these fields, and the simulation calls the Lambdas through the same schemas.
 */
export const LAMBDA_INPUTS = {
  'start-backups': backupSchedule,
  'create-snapshot': backupInput,
  'check-snapshot': backupWithSnapshot,
  'export-snapshot': backupWithSnapshot,
  'check-export': backupWithExport,
  'seal-export': backupWithExport,
  'prune-snapshots': backupInput,

  'find-exports': tick,
  'copy-shard': ingestShard,
  'verify-shard': ingestShard,
  'admit-recovery-point': ingestInput,
  'release-superseded': releaseInput,

  'start-drills': drillSchedule,
  'plan-drill': drillInput,
  'stage-shard': stageInput,
  'create-drill-cluster': drillToCreate,
  'check-drill-cluster': drillWithCluster,
  'verify-restore': drillWithEndpoint,
  'record-drill': drillOutcome,
  'tear-down-drill': tearDownInput,
  'sweep-drills': tick,

  'watch-source': tick,
  'watch-vault': tick,
  'publish-fleet': tick,
  'send-canary': tick,
  'raise-alert': alertRequest,
  'page-pagerduty': heard,
} as const;

export type LambdaName = keyof typeof LAMBDA_INPUTS;
export type LambdaInput<Name extends LambdaName> = z.output<(typeof LAMBDA_INPUTS)[Name]>;

/** The schema, with its type when the Lambda is a parameter: the compiler does not see that the two belong together. */
export function inputOf<Name extends LambdaName>(name: Name): z.ZodType<LambdaInput<Name>> {
  return LAMBDA_INPUTS[name] as unknown as z.ZodType<LambdaInput<Name>>;
}
