import { Duration } from 'aws-cdk-lib';
import {
  Choice,
  Condition,
  type IChainable,
  JsonPath,
  type RetryProps,
  type State,
  TaskInput,
  type TaskStateBase,
  Timeout,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import * as z from 'zod';
import { LAMBDA_INPUTS } from '../../core/contracts/lambda-inputs.ts';
import type { Workflow } from '../../core/contracts/resources.ts';
import type { LambdaFunction } from '../lambda/lambda-function.ts';
import { STEP_RETRIES } from './retries.ts';

/** Where a Catch leaves the error of the step that failed. */
export const FAILURE = '$.failure';

export interface StepProps {
  readonly invoke: LambdaFunction;
  /**
   * Fields of the Lambda's input that are not in the field of the same name of the state; `whole-state` for a Lambda that
   * takes whatever is there. @default none
   */
  readonly given?: Readonly<Record<string, unknown>> | 'whole-state';
  /** Where its result goes in the state. @default nowhere */
  readonly result?: string;
  /** Of an error that is permanent in any other step. @default none */
  readonly firstRetry?: RetryProps;
}

/** A contract of core/contracts/steps.ts. */
interface StepContract {
  readonly shape: Readonly<Record<string, z.ZodType>>;
}

/** Time beyond a Lambda's own timeout after which its answer is lost. */
const ANSWER_MARGIN = Duration.seconds(30);

/** One Lambda, given its input (`LAMBDA_INPUTS`) out of the state, and retried. */
export function step(
  scope: Construct,
  id: string,
  { invoke, given = {}, result, firstRetry }: StepProps,
): LambdaInvoke {
  const task = new LambdaInvoke(scope, id, {
    lambdaFunction: invoke.awsFunction,
    payloadResponseOnly: true,
    // The construct's own retries would come before ours, and without jitter.
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(invoke.timeout.plus(ANSWER_MARGIN)),
    resultPath: result ?? JsonPath.DISCARD,
    ...(given !== 'whole-state' && {
      payload: TaskInput.fromObject({ ...fieldsOf(LAMBDA_INPUTS[invoke.lambda]), ...given }),
    }),
  });
  for (const retry of firstRetry === undefined ? STEP_RETRIES : [firstRetry, ...STEP_RETRIES])
    task.addRetry(retry);
  return task;
}

/** The required fields of a contract, each from the field of the same name in the state. */
export function fieldsOf({ shape }: StepContract): Readonly<Record<string, string>> {
  const required = Object.keys(shape).filter((field) => !(shape[field] instanceof z.ZodOptional));
  return Object.fromEntries(required.map((field) => [field, JsonPath.stringAt(`$.${field}`)]));
}

export interface PollProps {
  /** A step whose result is a `polled`. */
  readonly check: TaskStateBase;
  /** Where that result lies in the state. */
  readonly at: string;
  readonly onReady: IChainable;
  /** What follows the status `failed`. @default the check has no such status */
  readonly onFailed?: IChainable;
}

/** Repeats a check, after as many seconds as it says, until it is ready. */
export function pollUntilReady(
  scope: Construct,
  subject: string,
  { check, at, onReady, onFailed }: PollProps,
): State {
  const wait = new Wait(scope, `WaitFor${subject}`, { time: WaitTime.secondsPath(`${at}.waitSeconds`) });
  const ready = new Choice(scope, `${subject}Ready`);
  ready.when(Condition.stringEquals(`${at}.status`, 'ready'), onReady);
  if (onFailed !== undefined) ready.when(Condition.stringEquals(`${at}.status`, 'failed'), onFailed);
  check.next(ready.otherwise(wait));
  wait.next(check);
  return check;
}

export interface LoopProps {
  /** A step whose result is a `resumable`, and which saves by itself where it is. */
  readonly work: TaskStateBase;
  /** Where that result lies in the state. */
  readonly at: string;
  readonly onDone: IChainable;
}

/**
 * Repeats a step that takes longer than one invocation, at once, until it says that it is done. Its retries count anew
 * each time. What bounds the loop is the step, which must come forward every time, and at last the timeout of the
 * execution.
 */
export function untilDone(scope: Construct, subject: string, { work, at, onDone }: LoopProps): State {
  work.next(
    new Choice(scope, `${subject}Done`)
      .when(Condition.booleanEquals(`${at}.done`, true), onDone)
      .otherwise(work),
  );
  return work;
}

export interface AlertProps {
  readonly workflow: Workflow;
  readonly invoke: LambdaFunction;
  /** Field of the state that holds the slot, or the drill's. @default $.slot */
  readonly slot?: string;
  /** @default where a Catch leaves it */
  readonly failure?: string;
}

/** Tells people what failed; the state stays as it is. */
export function alertStep(scope: Construct, id: string, props: AlertProps): LambdaInvoke {
  return step(scope, id, {
    invoke: props.invoke,
    given: {
      workflow: props.workflow,
      execution: JsonPath.stringAt('$$.Execution.Id'),
      slot: JsonPath.stringAt(props.slot ?? '$.slot'),
      failure: JsonPath.objectAt(props.failure ?? FAILURE),
    },
  });
}
