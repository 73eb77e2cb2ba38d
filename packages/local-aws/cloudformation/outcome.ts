import { ServiceError } from '../model/service.ts';
import type { StackArtifact } from './assembly.ts';
import type { Deployment } from './deployment.ts';
import { NO_VALUE, resolve } from './intrinsics.ts';
import type { DeployedStack } from './stack.ts';

export function outputsOf({ template }: StackArtifact, { references }: Deployment): DeployedStack['outputs'] {
  const outputs = Object.entries(template.outputs)
    .map(([output, value]) => [output, resolve(value, references)] as const)
    .filter(([, value]) => value !== NO_VALUE);
  return Object.fromEntries(outputs.map(([output, value]) => [output, String(value)]));
}

/** @see https://repost.aws/knowledge-center/cloudformation-rollback-complete-create-stack (the message) */
export function failureIn({ events }: Deployment): string {
  const failed = events.filter(({ status }) => /^(?:CREATE|UPDATE)_FAILED$/.test(status));
  const verb = failed[0]?.status === 'UPDATE_FAILED' ? 'update' : 'create';
  const ids = failed.map(({ logicalId }) => logicalId).join(', ');
  return `The following resource(s) failed to ${verb}: [${ids}].`;
}

export function deleteFailed(name: string, { events }: Deployment): ServiceError {
  const failed = events.filter(({ status }) => status === 'DELETE_FAILED');
  const reasons = failed.map(({ logicalId, reason }) => `${logicalId}: ${reason}`).join('; ');
  return new ServiceError('DELETE_FAILED', `The stack ${name} is in DELETE_FAILED: ${reasons}`);
}
