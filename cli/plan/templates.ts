import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../core/contracts/config.ts';
import type { Workflow } from '../../core/contracts/resources.ts';
import { SOURCE_STACK, VAULT_STACK } from '../../lib/app.ts';
import { synthesiseToRead } from '../../lib/synthesise.ts';

/** A resource of a synthesised template; what is read of it is read by path. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the properties of every resource type that CloudFormation has
  readonly Properties: any;
}

/** A state machine's definition, or the inside of its Map state. */
export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly ItemProcessor?: Definition;
  readonly MaxConcurrency?: number;
}

/** What `cdk deploy --all` would create, of both stacks. */
export interface Templates {
  readonly resources: readonly Resource[];
  definitionOf(workflow: Workflow): Definition & { readonly TimeoutSeconds: number };
}

/** Synthesises both stacks; nothing of it is deployed. */
export function synthesise(config: Config): Templates {
  return synthesiseToRead({ config, deployer: '111122223333' }, (assembly) => {
    const resources = [SOURCE_STACK, VAULT_STACK].flatMap((stack): readonly Resource[] =>
      Object.values(JSON.parse(readFileSync(join(assembly, `${stack}.template.json`), 'utf8')).Resources),
    );
    return { resources, definitionOf: (workflow) => definitionIn(resources, workflow) };
  });
}

function definitionIn(
  resources: readonly Resource[],
  workflow: Workflow,
): ReturnType<Templates['definitionOf']> {
  const machine = resources.find(
    ({ Type, Properties }) =>
      Type === 'AWS::StepFunctions::StateMachine' && Properties.StateMachineName === `redrill-${workflow}`,
  );
  const text = machine?.Properties.DefinitionString;
  if (text === undefined) throw new Error(`no state machine redrill-${workflow} was synthesised`);
  // What CloudFormation would fill in are ARNs; they do not change the course of a definition.
  const parts: readonly unknown[] = typeof text === 'string' ? [text] : text['Fn::Join'][1];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'arn')).join(''));
}
