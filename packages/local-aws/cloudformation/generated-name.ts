import { createHash } from 'node:crypto';
import type { StackIdentity } from './resource.ts';

const NAME_PART_MAX = 24;
const SUFFIX_LENGTH = 12;
const SUFFIX_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/**
 * A physical name as CloudFormation makes them: stack name, logical id and a suffix, the first two cut so that the
 * whole fits into the 64 characters of a role's or function's name. The suffix depends on the stack, the logical id and
 * the generation alone, so the same deployments get the same names in every run.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html
 */
export function generatedName(stack: StackIdentity, logicalId: string, generation = ''): string {
  const digest = digestOf(stack, logicalId + generation);
  const suffix = Array.from({ length: SUFFIX_LENGTH }, (_none, index) =>
    SUFFIX_CHARACTERS.charAt((digest[index] ?? 0) % SUFFIX_CHARACTERS.length),
  ).join('');
  return `${stack.name.slice(0, NAME_PART_MAX)}-${logicalId.slice(0, NAME_PART_MAX)}-${suffix}`;
}

/** A UUID that depends on the stack and the logical id alone. */
export function generatedUuid(stack: StackIdentity, logicalId: string): string {
  const hex = digestOf(stack, logicalId).toString('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0b11) | 0b1000).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

function digestOf(stack: StackIdentity, logicalId: string): Buffer {
  return createHash('sha256').update(`${stack.account}/${stack.region}/${stack.name}/${logicalId}`).digest();
}
