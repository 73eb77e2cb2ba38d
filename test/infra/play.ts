import { StateError, type Task } from '@redrill/local-aws/states-language';
import { interpret, START_MS } from '@redrill/local-aws/testing';
import { flat, resourcesOf, synthesised } from './synthesised.ts';

const { source, vault } = synthesised();

const definitionOf = (workflow: 'backup' | 'ingest' | 'drill') => {
  const machine = [source, vault]
    .flatMap((template) => resourcesOf(template, 'AWS::StepFunctions::StateMachine'))
    .find(({ Properties }) => Properties.StateMachineName === `redrill-${workflow}`);
  return JSON.parse(flat(machine?.Properties.DefinitionString));
};

export type Step = (input: never) => unknown;

/** Runs a synthesised definition on scripted steps: the input of each task, in order, and how the execution ended. */
export async function play(
  workflow: 'backup' | 'ingest' | 'drill',
  input: object,
  steps: Record<string, Step>,
) {
  const calls: { readonly step: string; readonly input: object }[] = [];
  const run = async ({ state, input: given }: Task) => {
    calls.push({ step: state, input: given as object });
    return steps[state]?.(given as never);
  };
  const context = { Execution: { Id: 'execution-1', StartTime: new Date(START_MS).toISOString() } };
  const { ending } = await interpret(definitionOf(workflow), { input, context, run });
  const end = ending.status === 'SUCCEEDED' ? 'succeeded' : ending.error;
  return { steps: calls.map(({ step }) => step), calls, end };
}

export const failing = (code: string) => () => {
  throw new StateError(code, `${code} happened`);
};
export const ready = () => ({ status: 'ready', waitSeconds: 1 });
