import type { SeenStack } from '../../adapters/aws/seen-stack.ts';
import { AppError } from '../../core/model/errors.ts';
import type { Half } from './halves.ts';

/**
 * What a deployment does with a stack: create it; delete what its failed creation left, and create it; change it.
 * `unknown`: the credentials may not describe it, but the CDK's roles may.
 */
export type StackState = 'new' | 'failed' | 'deployed' | 'unknown';

/** A change set was made for it, and never executed. */
const IN_REVIEW = 'REVIEW_IN_PROGRESS';

/**
 * A stack in one of these can only be deleted; the CDK's toolkit deletes it and creates it again.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
 */
const CREATION_FAILED = ['CREATE_FAILED', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'];

/** @throws AppError `StackNotReady` if CloudFormation could not change the stack now */
export function stateOf(half: Half, seen: SeenStack | undefined): StackState {
  if (seen === undefined || seen.status === IN_REVIEW || seen.status === 'DELETE_COMPLETE') return 'new';
  if (CREATION_FAILED.includes(seen.status)) return 'failed';
  const first = whatComesFirst(half, seen.status);
  if (first === undefined) return 'deployed';
  throw new AppError(
    'StackNotReady',
    `the stack ${half.stack} in ${half.region} is in the state ${seen.status}, in which CloudFormation cannot change it; ${first}`,
  );
}

/** What makes the stack ready, of one that is not. */
function whatComesFirst({ stack, region }: Half, status: string): string | undefined {
  const of = `--region ${region} --stack-name ${stack}`;
  if (status.endsWith('_IN_PROGRESS'))
    return `another deployment is under way: wait until it has ended (aws cloudformation describe-stacks ${of})`;
  if (status === 'UPDATE_ROLLBACK_FAILED')
    return `continue the rollback: aws cloudformation continue-update-rollback ${of}`;
  if (status === 'DELETE_FAILED') return `delete it again: aws cloudformation delete-stack ${of}`;
  return undefined;
}
