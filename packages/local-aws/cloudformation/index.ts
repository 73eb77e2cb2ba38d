/** Cloud assemblies, and what becomes of their stacks. */

export { type Assembly, loadAssembly } from './assembly.ts';
export type { DeployedStack } from './deploy.ts';
export type { StackEvent } from './stack.ts';
export { DEFAULT_ACCOUNT } from './stacks.ts';
export { parseTemplate } from './template.ts';
export { UPDATE_REQUIRES } from './update-requires.ts';
