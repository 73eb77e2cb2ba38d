import { Fail, type IChainable, JsonPath, type State, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { LambdaFunction } from '../lambda/lambda-function.ts';
import { alertStep, FAILURE, pollUntilReady, step } from '../workflow/steps.ts';
import type { BackupLambdas } from './backup-lambdas.ts';

/** Snapshot, export, seal, prune. What fails before the seal loses the slot; what fails after it does not. */
export function backupDefinition(
  scope: Construct,
  lambdas: BackupLambdas,
  raiseAlert: LambdaFunction,
): IChainable {
  const failed = failurePath(scope, raiseAlert);
  const orFail = (task: LambdaInvoke) => task.addCatch(failed, { resultPath: FAILURE });
  const seal = orFail(
    step(scope, 'SealExport', {
      invoke: lambdas.sealExport,
      result: '$.sealed',
    }),
  ).next(prunePath(scope, lambdas.pruneSnapshots, raiseAlert));
  const exported = orFail(
    step(scope, 'ExportSnapshot', {
      invoke: lambdas.exportSnapshot,
      result: '$.export',
    }),
  ).next(
    pollUntilReady(scope, 'Export', {
      check: orFail(
        step(scope, 'CheckExport', {
          invoke: lambdas.checkExport,
          result: '$.check',
        }),
      ),
      at: '$.check',
      onReady: seal,
    }),
  );
  return orFail(
    step(scope, 'CreateSnapshot', {
      invoke: lambdas.createSnapshot,
      result: '$.snapshot',
    }),
  ).next(
    pollUntilReady(scope, 'Snapshot', {
      check: orFail(
        step(scope, 'CheckSnapshot', {
          invoke: lambdas.checkSnapshot,
          result: '$.check',
        }),
      ),
      at: '$.check',
      onReady: exported,
    }),
  );
}

function failurePath(scope: Construct, raiseAlert: LambdaFunction): State {
  const fail = new Fail(scope, 'BackupFailed', { error: 'BackupFailed', causePath: `${FAILURE}.Cause` });
  const alert = alertStep(scope, 'RaiseAlert', { workflow: 'backup', invoke: raiseAlert });
  // An alert that cannot be sent shows as an alarm on the failed execution.
  alert.addCatch(fail, { resultPath: JsonPath.DISCARD }).next(fail);
  return alert;
}

/** The export is sealed by now, so the backup has succeeded, whether or not old snapshots can be tidied away. */
function prunePath(scope: Construct, pruneSnapshots: LambdaFunction, raiseAlert: LambdaFunction): State {
  const done = new Succeed(scope, 'BackupDone');
  const alert = alertStep(scope, 'RaisePruneAlert', { workflow: 'backup', invoke: raiseAlert });
  alert.addCatch(done, { resultPath: JsonPath.DISCARD }).next(done);
  const prune = step(scope, 'PruneSnapshots', {
    invoke: pruneSnapshots,
    result: '$.pruned',
  });
  prune.addCatch(alert, { resultPath: FAILURE }).next(done);
  return prune;
}
