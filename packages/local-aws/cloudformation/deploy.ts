import type { Assembly } from './assembly.ts';
import type { DeployedStack } from './stack.ts';
import { type DeployOptions, Stacks, type StacksOptions } from './stacks.ts';

export type { DeployedResource, DeployedStack } from './stack.ts';
export { DEFAULT_ACCOUNT } from './stacks.ts';

/** Creates what an assembly declares, where there is nothing yet. */
export function deployAssembly(
  assembly: Assembly,
  { handlers, ...options }: DeployOptions & Pick<StacksOptions, 'handlers'>,
): Promise<readonly DeployedStack[]> {
  return new Stacks({ handlers }).deploy(assembly, options);
}
