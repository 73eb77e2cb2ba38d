import { describe, expect, it } from 'vitest';
import { deploymentFailed, type StackEvent } from '../../../../cli/deploy/failure.ts';

const HALF = {
  half: 'vault',
  stack: 'redrill-vault',
  account: '111122223333',
  region: 'eu-central-1',
} as const;
const failed = (events: readonly StackEvent[]) =>
  deploymentFailed({ ...HALF, events, said: 'it did not work', cause: undefined });

function event(logicalId: string, status: string, others: Partial<StackEvent> = {}): StackEvent {
  return { logicalId, status, type: 'AWS::IAM::Role', physicalId: '', reason: '', ...others };
}
const ROLLBACK = event('redrill-vault', 'ROLLBACK_IN_PROGRESS', { type: 'AWS::CloudFormation::Stack' });

describe('a deployment that failed', () => {
  it('is told with the resource and CloudFormation’s reason, without what was cancelled because of it', () => {
    const { message, code } = failed([
      event('Reader', 'CREATE_FAILED', { reason: 'Limit exceeded' }),
      event('Writer', 'CREATE_FAILED', { reason: 'Resource creation cancelled' }),
      ROLLBACK,
    ]);
    expect(code).toBe('DeploymentFailed');
    expect(message.split('\n')).toEqual([
      'the stack redrill-vault in eu-central-1 was not deployed; CloudFormation has rolled it back',
      '  Reader (AWS::IAM::Role): Limit exceeded',
      'Next, after correcting the cause: npx redrill deploy',
    ]);
  });

  it('without a resource that failed is told as the toolkit says it', () =>
    expect(failed([]).message).toContain('was not deployed\n  it did not work\nNext'));

  it('at a bucket that exists leads to adopting it', () => {
    const reason = 'redrill-vault-111122223333-eu-central-1-an already exists';
    const { message } = failed([event('Vault', 'CREATE_FAILED', { type: 'AWS::S3::Bucket', reason })]);
    expect(message).toContain('npx redrill deploy --import-existing-resources');
    expect(message).not.toContain('npx redrill doctor');
  });

  it('at another name that is taken leads to doctor, which lists them', () =>
    expect(
      failed([event('Reader', 'CREATE_FAILED', { reason: 'redrill-reader already exists' })]).message,
    ).toContain('npx redrill doctor\nNext, after correcting the cause: npx redrill deploy'));

  it('names the key that remained, and how the next deployment uses it', () => {
    const type = 'AWS::KMS::Key';
    const { message } = failed([ROLLBACK, event('Key', 'DELETE_SKIPPED', { type, physicalId: '1234-5678' })]);
    expect(message).toContain('What CloudFormation could not delete:\n  Key (AWS::KMS::Key, 1234-5678)\n');
    expect(message).toContain("'arn:aws:kms:eu-central-1:111122223333:key/1234-5678'");
  });
});
