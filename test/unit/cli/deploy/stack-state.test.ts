import { describe, expect, it } from 'vitest';
import type { Half } from '../../../../cli/deploy/halves.ts';
import { stateOf } from '../../../../cli/deploy/stack-state.ts';

const HALF: Half = { half: 'vault', stack: 'redrill-vault', account: '111122223333', region: 'eu-central-1' };
const seen = (status: string) => ({ status, parameters: {} });

describe('the state of a stack', () => {
  it.each([
    [undefined, 'new'],
    ['REVIEW_IN_PROGRESS', 'new'],
    ['ROLLBACK_COMPLETE', 'failed'],
    ['ROLLBACK_FAILED', 'failed'],
    ['CREATE_COMPLETE', 'deployed'],
    ['UPDATE_ROLLBACK_COMPLETE', 'deployed'],
  ])('%s is %s', (status, state) =>
    expect(stateOf(HALF, status === undefined ? undefined : seen(status))).toBe(state),
  );

  it.each([
    [
      'UPDATE_IN_PROGRESS',
      'wait until it has ended (aws cloudformation describe-stacks --region eu-central-1',
    ],
    ['UPDATE_ROLLBACK_FAILED', 'aws cloudformation continue-update-rollback --region eu-central-1'],
    ['DELETE_FAILED', 'aws cloudformation delete-stack --region eu-central-1 --stack-name redrill-vault'],
  ])('%s is refused, with what comes first', (status, first) => {
    expect(() => stateOf(HALF, seen(status))).toThrow(first);
    expect(() => stateOf(HALF, seen(status))).toThrow(expect.objectContaining({ code: 'StackNotReady' }));
  });
});
