import { Choice, Condition, Fail, JsonPath, Pass, type State, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { LambdaFunction } from '../lambda/lambda-function.ts';
import { alertStep, FAILURE } from '../workflow/steps.ts';

/** What record-drill says of a drill that ran to its end and did not pass. */
const DRILL_FAILURE = '$.recorded.failure';

/** Failures after the drill's own are kept apart from it, so that neither hides the other. */
export const RECORD_FAILURE = '$.recordFailure';
export const TEAR_DOWN_FAILURE = '$.tearDownFailure';

const DRILL = { workflow: 'drill', slot: '$.drill' } as const;

/** What follows the teardown: telling people, if there is anything to tell. */
export function drillOutcome(
  scope: Construct,
  raiseAlert: LambdaFunction,
): { readonly tornDown: State; readonly tearDownFailed: State } {
  const fail = new Fail(scope, 'DrillFailed', { error: 'DrillFailed', causePath: `${FAILURE}.Cause` });
  const alert = alertStep(scope, 'RaiseAlert', { ...DRILL, invoke: raiseAlert });
  alert.addCatch(fail, { resultPath: JsonPath.DISCARD }).next(fail);
  const outcome = new Choice(scope, 'Outcome')
    .when(Condition.isPresent(FAILURE), alert)
    .when(Condition.isPresent(RECORD_FAILURE), failedBy(scope, 'RecordFailed', RECORD_FAILURE).next(alert))
    .when(Condition.isPresent(DRILL_FAILURE), failedBy(scope, 'NotPassed', DRILL_FAILURE).next(alert))
    .when(Condition.isPresent(TEAR_DOWN_FAILURE), failedBy(scope, 'LeftBehind', TEAR_DOWN_FAILURE).next(fail))
    .otherwise(new Succeed(scope, 'DrillPassed'));
  return { tornDown: outcome, tearDownFailed: tearDownAlert(scope, raiseAlert, outcome) };
}

/** Told at once and for itself: a cluster that stays costs money every hour, whatever became of the drill. */
function tearDownAlert(scope: Construct, raiseAlert: LambdaFunction, outcome: State): State {
  const alert = alertStep(scope, 'RaiseTearDownAlert', {
    ...DRILL,
    invoke: raiseAlert,
    failure: TEAR_DOWN_FAILURE,
  });
  alert.addCatch(outcome, { resultPath: JsonPath.DISCARD }).next(outcome);
  return alert;
}

function failedBy(scope: Construct, id: string, failure: string): Pass {
  return new Pass(scope, id, { inputPath: failure, resultPath: FAILURE });
}
