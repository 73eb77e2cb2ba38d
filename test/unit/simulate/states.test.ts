import { describe, expect, it } from 'vitest';
import { Random } from '../../../simulate/random.ts';
import { type Definition, refuseUninterpretable } from '../../../simulate/states/definition.ts';
import { execute, StateError } from '../../../simulate/states/execution.ts';

type Lambda = (payload: unknown) => unknown;

/** Runs a definition on scripted Lambdas; the delays are what it has waited, ms. */
async function play(
  states: Definition['States'],
  lambdas: Readonly<Record<string, Lambda>> = {},
  input: object = {},
) {
  const delays: number[] = [];
  const definition = { StartAt: Object.keys(states)[0] ?? '', States: states };
  refuseUninterpretable(definition, 'test');
  const around = {
    random: new Random(1, 'test'),
    sleep: async (ms: number) => void delays.push(ms),
    now: () => 0,
    invoke: async (lambda: string, payload: unknown) => lambdas[lambda]?.(payload),
    entered: () => undefined,
    ended: () => false,
  };
  const context = { Execution: { Id: 'execution-1' } };
  const end = await execute(definition, input, { around, context }).catch((error: Error) => error);
  return { end, delays };
}

const failing =
  (name: string): Lambda =>
  () => {
    throw new StateError(name, `${name} happened`);
  };

describe('the interpreter', () => {
  it('gives a task its parameters, and puts the result at its path', async () => {
    const { end } = await play(
      {
        Ask: {
          Type: 'Task',
          Resource: 'ask',
          Parameters: { 'cache.$': '$.cache', 'id.$': '$$.Execution.Id', fixed: 1 },
          ResultPath: '$.answer.text',
          End: true,
        },
      },
      { ask: (payload) => payload },
      { cache: 'orders' },
    );
    expect(end).toEqual({
      cache: 'orders',
      answer: { text: { cache: 'orders', id: 'execution-1', fixed: 1 } },
    });
  });

  it('waits longer and longer, at most so long, and then catches', async () => {
    const retry = {
      ErrorEquals: ['Slow'],
      IntervalSeconds: 2,
      BackoffRate: 2,
      MaxDelaySeconds: 5,
      MaxAttempts: 3,
    };
    const { end, delays } = await play(
      {
        Ask: {
          Type: 'Task',
          Resource: 'ask',
          Retry: [retry],
          Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Done' }],
          End: true,
        },
        Done: { Type: 'Succeed' },
      },
      { ask: failing('Slow') },
    );
    expect(delays).toEqual([2000, 4000, 5000]);
    expect(end).toEqual({ failure: { Error: 'Slow', Cause: 'Slow happened' } });
  });

  it('takes the first Retry that matches', async () => {
    const { end, delays } = await play(
      {
        Ask: {
          Type: 'Task',
          Resource: 'ask',
          Retry: [
            { ErrorEquals: ['Denied'], MaxAttempts: 0 },
            { ErrorEquals: ['States.ALL'], MaxAttempts: 5 },
          ],
          End: true,
        },
      },
      { ask: failing('Denied') },
    );
    expect(delays).toEqual([]);
    expect(end).toMatchObject({ name: 'Denied' });
  });

  it('maps items, and keeps their order', async () => {
    const item = { Type: 'Task', Resource: 'double', End: true } as const;
    const { end } = await play(
      {
        Each: {
          Type: 'Map',
          ItemsPath: '$.items',
          ItemSelector: { 'value.$': '$$.Map.Item.Value' },
          ItemProcessor: { StartAt: 'Double', States: { Double: item } },
          MaxConcurrency: 2,
          ResultPath: '$.doubled',
          End: true,
        },
      },
      { double: (payload) => 2 * (payload as { value: number }).value },
      { items: [1, 2, 3] },
    );
    expect(end).toEqual({ items: [1, 2, 3], doubled: [2, 4, 6] });
  });

  it('executes Choice, Wait and Fail states', async () => {
    const { end, delays } = await play(
      {
        Wait: { Type: 'Wait', SecondsPath: '$.seconds', Next: 'Choose' },
        Choose: {
          Type: 'Choice',
          Choices: [{ Variable: '$.failure', IsPresent: true, Next: 'Fail' }],
          Default: 'Done',
        },
        Fail: { Type: 'Fail', ErrorPath: '$.failure.Error', CausePath: '$.failure.Cause' },
        Done: { Type: 'Succeed' },
      },
      {},
      { seconds: 20, failure: { Error: 'Broken', Cause: 'it broke' } },
    );
    expect(delays).toEqual([20_000]);
    expect(end).toMatchObject({ name: 'Broken', cause: 'it broke' });
  });

  it.each<[string, Definition['States'][string], string]>([
    ['a type', { Type: 'Parallel' as 'Task' }, 'test.State: states of type Parallel are not simulated'],
    [
      'a field',
      { Type: 'Task', HeartbeatSeconds: 1 } as never,
      'test.State: the field HeartbeatSeconds is not simulated',
    ],
    [
      'a condition',
      { Type: 'Choice', Choices: [{ Variable: '$.a', NumericEquals: 1, Next: 'State' } as never] },
      'test.State.Choices: the field NumericEquals is not simulated',
    ],
  ])('refuses %s that it does not know', (_what, state, message) => {
    expect(() => refuseUninterpretable({ StartAt: 'State', States: { State: state } }, 'test')).toThrow(
      message,
    );
  });
});
