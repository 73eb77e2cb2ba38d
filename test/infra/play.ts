import { StateMachine } from 'aws-local-stepfunctions';
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
  const handlers = Object.fromEntries(
    Object.entries(steps).map(([step, answer]) => [
      step,
      async (given: unknown) => {
        calls.push({ step, input: given as object });
        return answer(given as never);
      },
    ]),
  );
  const definition = definitionOf(workflow);
  const machine = new StateMachine(definition, { validationOptions: { noValidate: true } });
  const noWait = (value: number) =>
    Object.fromEntries(Object.keys({ ...steps, ...definition.States }).map((name) => [name, value]));
  const { result } = machine.run(input as never, {
    overrides: {
      taskResourceLocalHandlers: handlers as never,
      waitTimeOverrides: noWait(0),
      retryIntervalOverrides: noWait(0),
    },
    context: {
      Execution: { Id: 'execution-1' },
      State: { EnteredTime: '2026-11-21T06:30:00.000Z' },
    } as never,
  });
  const end = await result.then(
    () => 'succeeded',
    (error: Error) => (error.cause as Error).name,
  );
  return { steps: calls.map(({ step }) => step), calls, end };
}

export const failing = (code: string) => () => {
  throw Object.assign(new Error(`${code} happened`), { name: code });
};
export const ready = () => ({ status: 'ready', waitSeconds: 1 });
