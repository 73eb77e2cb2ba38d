import {
  Choice,
  Condition,
  Fail,
  type IChainable,
  JsonPath,
  Map as MapState,
  Pass,
  type State,
  Succeed,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { ingestShard } from '../../core/contracts/steps.ts';
import type { LambdaFunction } from '../lambda/lambda-function.ts';
import { alertStep, FAILURE, fieldsOf, step, untilDone } from '../workflow/steps.ts';
import type { IngestLambdas, IngestLambdasProps } from './ingest-lambdas.ts';

/** Copy and read every shard, admit the whole, release what it supersedes. */
export function ingestDefinition(
  scope: Construct,
  lambdas: IngestLambdas,
  { raiseAlert, config }: Pick<IngestLambdasProps, 'config'> & { readonly raiseAlert: LambdaFunction },
): IChainable {
  const failed = failurePath(scope, raiseAlert);
  const orFail = (task: LambdaInvoke) => task.addCatch(failed, { resultPath: FAILURE });
  const release = orFail(
    step(scope, 'ReleaseSuperseded', {
      invoke: lambdas.releaseSuperseded,
    }),
  ).next(new Succeed(scope, 'IngestDone'));
  const admit = orFail(
    step(scope, 'AdmitRecoveryPoint', {
      invoke: lambdas.admitRecoveryPoint,
      result: '$.admission',
    }),
  ).next(
    new Choice(scope, 'Verified')
      .when(Condition.stringEquals('$.admission.verdict', 'verified'), release)
      .otherwise(notVerified(scope, raiseAlert)),
  );
  return shards(scope, lambdas, config.vault.shardsAtOnce)
    .addCatch(failed, { resultPath: FAILURE })
    .next(admit);
}

/**
 * Each shard ends as an empty object, and the list of them is dropped: 500 shards stay far below the 256 KiB of a state.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html (checked 2026-11-21)
 */
function shards(scope: Construct, { copyShard, verifyShard }: IngestLambdas, shardsAtOnce: number): MapState {
  const copy = step(scope, 'CopyShard', { invoke: copyShard });
  const result = '$.reading';
  const verify = step(scope, 'VerifyShard', { invoke: verifyShard, result });
  const forget = new Pass(scope, 'ForgetShard', { outputPath: JsonPath.DISCARD });
  const verifyToTheEnd = untilDone(scope, 'Shard', { work: verify, at: result, onDone: forget });
  return new MapState(scope, 'IngestShards', {
    itemsPath: '$.shards',
    itemSelector: { ...fieldsOf(ingestShard), shard: JsonPath.objectAt('$$.Map.Item.Value') },
    maxConcurrency: shardsAtOnce,
    resultPath: JsonPath.DISCARD,
  }).itemProcessor(copy.next(verifyToTheEnd));
}

/** The copy is there and cannot be trusted: admit-recovery-point has said why. */
function notVerified(scope: Construct, raiseAlert: LambdaFunction): State {
  const fail = new Fail(scope, 'NotVerified', {
    errorPath: '$.admission.failure.Error',
    causePath: '$.admission.failure.Cause',
  });
  const failure = '$.admission.failure';
  const alert = alertStep(scope, 'RaiseVerdictAlert', { workflow: 'ingest', invoke: raiseAlert, failure });
  alert.addCatch(fail, { resultPath: JsonPath.DISCARD }).next(fail);
  return alert;
}

function failurePath(scope: Construct, raiseAlert: LambdaFunction): State {
  const fail = new Fail(scope, 'IngestFailed', { error: 'IngestFailed', causePath: `${FAILURE}.Cause` });
  const alert = alertStep(scope, 'RaiseAlert', { workflow: 'ingest', invoke: raiseAlert });
  alert.addCatch(fail, { resultPath: JsonPath.DISCARD }).next(fail);
  return alert;
}
