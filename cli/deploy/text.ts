import { readableSeconds } from '../../core/model/duration.ts';
import { counted } from '../terminal/figures.ts';
import { aligned, type Paint } from '../terminal/page.ts';
import { countedTypes, type ResourceChange, type StackChanges, shortened, statefulLine } from './changes.ts';
import type { DeployedStack } from './contract.ts';
import type { Half } from './halves.ts';
import type { StackState } from './stack-state.ts';

/** What a deployment does with one stack. */
export interface PlannedStack extends Half {
  readonly state: StackState;
  /** Types of the resources in its template. */
  readonly types: readonly string[];
  /** Of a stack that exists. */
  readonly changes: StackChanges | undefined;
}

export const hasChanges = ({ changes }: PlannedStack): boolean =>
  changes === undefined || changes.resources.length > 0;

/** Before the question. */
export function planText(stacks: readonly PlannedStack[], paint: Paint): string {
  return stacks.map((each) => stackText(each, paint)).join('\n');
}

function stackText({ stack, region, state, types, changes }: PlannedStack, paint: Paint): string {
  const name = `${paint('bold', stack)} in ${region}: `;
  if (changes === undefined) {
    const before =
      state === 'failed' ? 'its first deployment failed; what is left of it is deleted. New: ' : 'new, ';
    return `${name}${before}${counted(types.length, 'resource')}\n  ${countedTypes(types)}`;
  }
  if (changes.resources.length === 0) return `${name}no changes`;
  return `${name}${counted(changes.resources.length, 'resource')} changed\n${shortened(changes.text)}\n`;
}

/** Before the question that has an option of its own. */
export function statefulText(changes: readonly ResourceChange[], paint: Paint): string {
  const title = 'This deployment replaces or removes resources that hold something:';
  return [paint(['red', 'bold'], title), ...changes.map((each) => `  ${statefulLine(each)}`)].join('\n');
}

/** After the deployment: a line for each stack, its outputs, and what a person must do next. */
export function resultText(stacks: readonly DeployedStack[], next: readonly string[]): string {
  const rows = aligned(stacks.map(rowOf), () => false).map((cells) => cells.join('  ').trimEnd());
  const outputs = stacks.flatMap((each) =>
    Object.entries(each.outputs).map(([name, value]) => `  ${each.stack}.${name} = ${value}`),
  );
  return [
    ...rows,
    ...(outputs.length === 0 ? [] : ['', 'Outputs', ...outputs]),
    ...(next.length === 0 ? [] : ['', 'Next', ...next.map((line) => `  ${line}`)]),
  ].join('\n');
}

function rowOf({ stack, region, outcome, resources, seconds }: DeployedStack): readonly string[] {
  const what =
    outcome === 'unchanged' ? '' : `${counted(resources, 'resource')}, ${readableSeconds(seconds)}`;
  return [stack, region, outcome, what];
}
