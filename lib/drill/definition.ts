import {
  type IChainable,
  JsonPath,
  Map as MapState,
  Pass,
  type State,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { drillInput, stageInput } from '../../core/contracts/steps.ts';
import type { ErrorCode } from '../../core/model/errors.ts';
import type { LambdaFunction } from '../lambda/lambda-function.ts';
import { NOT_YET_REACHABLE } from '../workflow/retries.ts';
import { FAILURE, fieldsOf, pollUntilReady, step, untilDone } from '../workflow/steps.ts';
import type { DrillLambdas, DrillLambdasProps } from './drill-lambdas.ts';
import { drillOutcome, RECORD_FAILURE, TEAR_DOWN_FAILURE } from './outcome.ts';

/**
 * Restore, compare, record, tear down, tell. Whatever fails, what was learned is recorded and everything is torn down
 * before anybody is told.
 */
export function drillDefinition(
  scope: Construct,
  lambdas: DrillLambdas,
  { raiseAlert, config }: Pick<DrillLambdasProps, 'config'> & { readonly raiseAlert: LambdaFunction },
): IChainable {
  const tearDown = tearDownPath(scope, lambdas, drillOutcome(scope, raiseAlert));
  const record = recordPath(scope, lambdas, tearDown);
  const stage = stageShards(scope, lambdas, config.vault.shardsAtOnce);
  stage.addCatch(record, { resultPath: FAILURE });
  return noteStart(scope).next(restorePath(scope, lambdas, { stage, record }));
}

/** The report needs the instant of the start, which only the context has. */
function noteStart(scope: Construct): Pass {
  return new Pass(scope, 'NoteStart', {
    parameters: {
      ...fieldsOf(drillInput),
      startedAt: JsonPath.stringAt('$$.Execution.StartTime'),
      tried: { nodeTypes: [] },
    },
  });
}

function restorePath(
  scope: Construct,
  lambdas: DrillLambdas,
  { stage, record }: { readonly stage: MapState; readonly record: State },
): IChainable {
  const orRecord = (task: LambdaInvoke) => task.addCatch(record, { resultPath: FAILURE });
  const closed = cacheClosed(scope);
  const verify = verifyPath(scope, orRecord, lambdas, { record, closed });
  const create = createPath(scope, orRecord, lambdas, { verify, closed });
  const plan = step(scope, 'PlanDrill', {
    invoke: lambdas.planDrill,
    result: '$.plan',
  });
  return orRecord(plan).next(stage.next(create));
}

/** A cluster that was accepted and then failed is deleted, and made again on the next node type, from the same files. */
function createPath(
  scope: Construct,
  orRecord: (task: LambdaInvoke) => TaskStateBase,
  { createDrillCluster, checkDrillCluster, tearDownDrill }: DrillLambdas,
  { verify, closed }: { readonly verify: State; readonly closed: Pass },
): State {
  const create = orRecord(
    step(scope, 'CreateCluster', {
      invoke: createDrillCluster,
      result: '$.cluster',
    }),
  );
  const remove = orRecord(
    step(scope, 'RemoveFailedCluster', {
      invoke: tearDownDrill,
      given: { startedAt: JsonPath.stringAt('$.check.failedAt'), keep: 'files' },
      result: '$.removal',
    }),
  );
  const next = new Pass(scope, 'NextNodeType', { inputPath: '$.check.tried', resultPath: '$.tried' });
  const check = orRecord(
    step(scope, 'CheckCluster', {
      invoke: checkDrillCluster,
      result: '$.check',
    }),
  );
  const onFailed = pollUntilReady(scope, 'FailedRemoval', {
    check: remove,
    at: '$.removal',
    onReady: next.next(create),
  });
  closed.next(onFailed);
  create.next(pollUntilReady(scope, 'Cluster', { check, at: '$.check', onReady: verify, onFailed }));
  return create;
}

/** A serverless cache to which nobody can connect is replaced in the same way as one that failed: by nodes, from the same files. */
function cacheClosed(scope: Construct): Pass {
  return new Pass(scope, 'CacheClosed', {
    parameters: {
      status: 'failed',
      waitSeconds: 1,
      failedAt: JsonPath.stringAt('$$.State.EnteredTime'),
      tried: {
        nodeTypes: JsonPath.listAt('$.tried.nodeTypes'),
        serverless: 'nobody can connect to the serverless cache without a user group',
        since: JsonPath.stringAt('$.cluster.requestedAt'),
      },
    },
    resultPath: '$.check',
  });
}

/** Invoked again until it is done: a large cache takes longer to read than a Lambda may run. */
function verifyPath(
  scope: Construct,
  orRecord: (task: LambdaInvoke) => TaskStateBase,
  { verifyRestore }: DrillLambdas,
  { record, closed }: { readonly record: State; readonly closed: Pass },
): State {
  const compare = step(scope, 'VerifyRestore', {
    invoke: verifyRestore,
    result: '$.compared',
    firstRetry: NOT_YET_REACHABLE,
  });
  const isClosed: ErrorCode = 'DrillCacheClosed';
  compare.addCatch(closed, { errors: [isClosed], resultPath: JsonPath.DISCARD });
  const verify = orRecord(compare);
  // Only a comparison that has come to its end is one.
  const keep = new Pass(scope, 'KeepComparison', {
    inputPath: '$.compared.comparison',
    resultPath: '$.comparison',
  });
  return untilDone(scope, 'Comparison', { work: verify, at: '$.compared', onDone: keep.next(record) });
}

function stageShards(scope: Construct, { stageShard }: DrillLambdas, shardsAtOnce: number): MapState {
  const stage = step(scope, 'StageShard', { invoke: stageShard });
  return new MapState(scope, 'StageShards', {
    itemsPath: '$.plan.shards',
    itemSelector: {
      ...fieldsOf(stageInput),
      point: JsonPath.objectAt('$.plan.point'),
      shard: JsonPath.objectAt('$$.Map.Item.Value.shard'),
    },
    maxConcurrency: shardsAtOnce,
    resultPath: JsonPath.DISCARD,
  }).itemProcessor(stage.next(new Pass(scope, 'ShardStaged', { outputPath: JsonPath.DISCARD })));
}

/** Is given the whole state, because a drill that failed lacks some of its fields. */
function recordPath(scope: Construct, { recordDrill }: DrillLambdas, tearDown: State): State {
  const record = step(scope, 'RecordDrill', {
    invoke: recordDrill,
    given: 'whole-state',
    result: '$.recorded',
  });
  record.addCatch(tearDown, { resultPath: RECORD_FAILURE }).next(tearDown);
  return record;
}

/** The hour after which a teardown is overdue counts from here, not from the start of the drill. */
function tearDownPath(scope: Construct, { tearDownDrill }: DrillLambdas, outcome: Outcome): State {
  const tearDown = step(scope, 'TearDown', {
    invoke: tearDownDrill,
    given: { startedAt: JsonPath.stringAt('$.tearDown.startedAt') },
    result: '$.removal',
  });
  tearDown.addCatch(outcome.tearDownFailed, { resultPath: TEAR_DOWN_FAILURE });
  const begin = new Pass(scope, 'BeginTearDown', {
    parameters: { startedAt: JsonPath.stringAt('$$.State.EnteredTime') },
    resultPath: '$.tearDown',
  });
  begin.next(
    pollUntilReady(scope, 'Removal', { check: tearDown, at: '$.removal', onReady: outcome.tornDown }),
  );
  return begin;
}

type Outcome = ReturnType<typeof drillOutcome>;
