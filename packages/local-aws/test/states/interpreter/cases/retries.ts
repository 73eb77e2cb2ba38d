import type { Retrier } from '../../../../model/states/interpreter/definition.ts';
import { DONE, failing, type Group, GUIDE, one, SPEC } from '../case.ts';

const retried = (...Retry: Retrier[]) => one({ Type: 'Task', Resource: 'f', Retry });

export const RETRIES: Group = {
  about: 'Retry',
  sources: [
    `${SPEC}#retrying-after-error`,
    `${GUIDE}/concepts-error-handling.html#error-handling-retrying-after-an-error`,
    `${GUIDE}/concepts-error-handling.html#error-handling-complex-retry-scenarios`,
  ],
  cases: [
    {
      it: 'waits 3 and 4.5 s, twice at most',
      states: retried({ ErrorEquals: ['A'], IntervalSeconds: 3, MaxAttempts: 2, BackoffRate: 1.5 }),
      tasks: failing('A'),
      calls: ['f 0', 'f 3', 'f 7.5'],
      error: 'A',
      cause: 'A happened',
    },
    {
      it: 'waits 1, 2 and 4 s unless it says otherwise',
      states: retried({ ErrorEquals: ['A'] }),
      tasks: failing('A'),
      calls: ['f 0', 'f 1', 'f 3', 'f 7'],
      error: 'A',
    },
    {
      it: 'ends with success',
      states: retried({ ErrorEquals: ['A'], IntervalSeconds: 10, BackoffRate: 1 }),
      tasks: { f: [{ fails: 'A' }, { fails: 'A' }, { gives: 'ok' }] },
      calls: ['f 0', 'f 10', 'f 20'],
      output: 'ok',
    },
    {
      it: 'counts what the task takes',
      states: retried({ ErrorEquals: ['A'], IntervalSeconds: 10, MaxAttempts: 1 }),
      tasks: { f: [{ fails: 'A', takes: 5 }] },
      calls: ['f 0', 'f 15'],
      lasts: 20,
      error: 'A',
    },
    {
      it: 'never of some errors, with 0 attempts',
      states: retried({ ErrorEquals: ['A'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }),
      tasks: failing('A'),
      calls: ['f 0'],
      error: 'A',
    },
    {
      it: 'each retrier counts for itself: the waits are 1, 2 and 5 s, and the fourth error is caught',
      states: {
        S: {
          Type: 'Task',
          Resource: 'f',
          Retry: [
            { ErrorEquals: ['ErrorA', 'ErrorB'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 2 },
            { ErrorEquals: ['ErrorC'], IntervalSeconds: 5 },
          ],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }],
          End: true,
        },
        Z: { Type: 'Pass', Parameters: { 'z.$': '$.Error' }, End: true },
      },
      tasks: failing('ErrorA', 'ErrorB', 'ErrorC', 'ErrorB'),
      calls: ['f 0', 'f 1', 'f 3', 'f 8'],
      output: { z: 'ErrorB' },
    },
    {
      it: 'an exhausted retrier is not followed by the next that matches',
      states: retried({ ErrorEquals: ['A'], MaxAttempts: 1 }, { ErrorEquals: ['States.ALL'] }),
      tasks: failing('A'),
      calls: ['f 0', 'f 1'],
      error: 'A',
    },
    {
      it: 'no wait is longer than MaxDelaySeconds',
      states: retried({ ErrorEquals: ['A'], IntervalSeconds: 2, MaxDelaySeconds: 5, MaxAttempts: 4 }),
      tasks: failing('A'),
      calls: ['f 0', 'f 2', 'f 6', 'f 11', 'f 16'],
      error: 'A',
    },
    {
      it: 'full jitter draws from 0 to the whole wait',
      states: retried({ ErrorEquals: ['A'], IntervalSeconds: 4, JitterStrategy: 'FULL', MaxAttempts: 2 }),
      tasks: failing('A'),
      random: 0.25,
      calls: ['f 0', 'f 1', 'f 3'],
      error: 'A',
    },
    {
      it: 'no jitter draws nothing',
      states: retried({ ErrorEquals: ['A'], IntervalSeconds: 4, JitterStrategy: 'NONE', MaxAttempts: 1 }),
      tasks: failing('A'),
      random: 0.25,
      calls: ['f 0', 'f 4'],
      error: 'A',
    },
    {
      it: 'jitter comes after the longest wait',
      states: retried({
        ...{ ErrorEquals: ['A'], IntervalSeconds: 10, MaxDelaySeconds: 4, JitterStrategy: 'FULL' },
        MaxAttempts: 1,
      }),
      tasks: failing('A'),
      random: 0.5,
      calls: ['f 0', 'f 2'],
      error: 'A',
    },
    {
      it: 'counts anew when the state is entered again',
      states: {
        S: { Type: 'Task', Resource: 'f', Retry: [{ ErrorEquals: ['A'], MaxAttempts: 1 }], Next: 'Again' },
        Again: {
          Type: 'Choice',
          Choices: [{ Variable: '$', BooleanEquals: true, Next: 'Done' }],
          Default: 'S',
        },
        Done: DONE,
      },
      tasks: { f: [{ fails: 'A' }, { gives: false }, { fails: 'A' }, { gives: true }] },
      calls: ['f 0', 'f 1', 'f 1', 'f 2'],
      output: true,
    },
  ],
};
