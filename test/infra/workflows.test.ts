import validate from 'asl-validator';
import { describe, expect, it } from 'vitest';
import { codesOfKind } from '../../core/model/errors.ts';
import { flat, listOf, resourcesOf, rolesOf, synthesised } from './synthesised.ts';

interface State {
  readonly MaxConcurrency?: number;
  readonly Type: string;
  readonly Resource?: string;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[]; readonly MaxAttempts: number }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly TimeoutSeconds?: number;
}

interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly TimeoutSeconds: number;
}

const { source, vault } = synthesised();

const machines = [source, vault].flatMap((template) =>
  resourcesOf(template, 'AWS::StepFunctions::StateMachine').map(({ Properties }) => ({
    name: String(Properties.StateMachineName),
    template,
    properties: Properties,
    definition: JSON.parse(flat(Properties.DefinitionString)) as Definition,
  })),
);

interface Task {
  readonly name: string;
  readonly state: State;
  /** Whether a Map around it catches. */
  readonly caughtOutside: boolean;
}

function tasksOf(states: Definition['States'], caughtOutside = false): readonly Task[] {
  return Object.entries(states).flatMap(([name, state]) => {
    if (state.ItemProcessor) return tasksOf(state.ItemProcessor.States, state.Catch !== undefined);
    return state.Type === 'Task' ? [{ name, state, caughtOutside }] : [];
  });
}

const tasks = machines.flatMap(({ name: machine, definition }) =>
  tasksOf(definition.States).map((task) => ({ machine, ...task })),
);

describe('a new account, which runs ten Lambdas at once and none of more than 3,008 MB', () => {
  it('has four shards at once, unless the configuration says otherwise', () => {
    const maps = machines.flatMap(({ definition }) =>
      Object.values(definition.States).filter(({ Type }) => Type === 'Map'),
    );
    expect(maps.map(({ MaxConcurrency }) => MaxConcurrency)).toEqual([4, 4]);
  });

  it('can create every Lambda, and none reserves concurrency', () => {
    const functions = [source, vault].flatMap((each) => resourcesOf(each, 'AWS::Lambda::Function'));
    expect(functions.length).toBeGreaterThan(20);
    for (const { id, Properties } of functions) {
      expect(Properties.MemorySize, id).toBeLessThanOrEqual(3_008);
      expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
    }
  });
});

describe('every state machine', () => {
  it('is one of the three', () => {
    expect(machines.map(({ name }) => name).sort()).toEqual([
      'redrill-backup',
      'redrill-drill',
      'redrill-ingest',
    ]);
  });

  it.each(machines)('$name is valid', ({ definition }) => {
    const { isValid, errorsText } = validate(definition, { checkArn: false, checkPaths: true });
    expect(isValid, errorsText('\n')).toBe(true);
  });

  it.each(machines)(
    '$name is Standard, traced, timed, and logged without its payloads',
    ({ properties, definition }) => {
      expect(properties).toMatchObject({
        StateMachineType: 'STANDARD',
        TracingConfiguration: { Enabled: true },
        LoggingConfiguration: { IncludeExecutionData: false, Level: 'ALL' },
      });
      expect(definition.TimeoutSeconds).toBeGreaterThan(3600);
    },
  );

  it.each(machines)(
    '$name may invoke exactly the Lambdas that it names',
    ({ template, properties, definition }) => {
      const role = rolesOf(template).find(({ id }) => id === properties.RoleArn['Fn::GetAtt'][0]);
      const invoking = role?.statements.find(({ Action }) =>
        listOf(Action).includes('lambda:InvokeFunction'),
      );
      const named = new Set(tasksOf(definition.States).map(({ state }) => state.Resource));
      expect(new Set(listOf(invoking?.Resource).map(flat))).toEqual(named);
    },
  );
});

describe('every task', () => {
  it.each(tasks)('$machine $name has a Catch, or the Map around it has', ({ state, caughtOutside }) => {
    expect(caughtOutside || state.Catch?.some(({ ErrorEquals }) => ErrorEquals.includes('States.ALL'))).toBe(
      true,
    );
  });

  it.each(tasks)('$machine $name tries in vain nothing that is permanent', ({ state }) => {
    const first = (state.Retry ?? []).find(({ ErrorEquals }) => ErrorEquals.join() !== 'RestoreUnreachable');
    expect(first?.ErrorEquals).toEqual(codesOfKind('user', 'permanent', 'integrity'));
    expect(first?.MaxAttempts).toBe(0);
  });

  it('only VerifyRestore tries again what cannot be reached yet, for five minutes', () => {
    const trying = tasks.filter(({ state }) =>
      state.Retry?.some(
        ({ ErrorEquals, MaxAttempts }) => ErrorEquals.join() === 'RestoreUnreachable' && MaxAttempts === 15,
      ),
    );
    expect(trying.map(({ name }) => name)).toEqual(['VerifyRestore']);
  });

  it.each(tasks)('$machine $name retries every transient code and, last, anything else', ({ state }) => {
    const retried = (state.Retry ?? []).filter(({ MaxAttempts }) => MaxAttempts > 0);
    expect(retried.flatMap(({ ErrorEquals }) => ErrorEquals)).toEqual(
      expect.arrayContaining([...codesOfKind('transient'), 'Lambda.TooManyRequestsException']),
    );
    expect(retried.at(-1)).toMatchObject({ ErrorEquals: ['States.ALL'], MaxAttempts: 2 });
  });

  it.each(tasks)('$machine $name waits for its Lambda and not for ever', ({ state }) => {
    const lambda = [source, vault]
      .flatMap((template) => resourcesOf(template, 'AWS::Lambda::Function'))
      .find(({ id }) => state.Resource === `<${id}.Arn>`);
    expect(state.TimeoutSeconds).toBe(lambda?.Properties.Timeout + 30);
  });
});
