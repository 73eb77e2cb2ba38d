import { describe, expect, it } from 'vitest';
import type { Definition } from '../../../model/states/interpreter/definition.ts';
import { StateError } from '../../../model/states/interpreter/errors.ts';
import type { Task } from '../../../model/states/interpreter/host.ts';
import { refuseUninterpreted } from '../../../model/states/interpreter/refusals.ts';
import { interpret, type JumpClock, START_MS } from '../../../testing/interpret.ts';
import { type Case, DONE, type Outcome, one } from './case.ts';
import { CATCHES } from './cases/catches.ts';
import { CHOICES, COMPARISONS, TYPE_TESTS } from './cases/choices.ts';
import { MAPS } from './cases/maps.ts';
import { NAMES } from './cases/names.ts';
import { PARALLEL } from './cases/parallel.ts';
import { PATHS } from './cases/paths.ts';
import { PROCESSING } from './cases/processing.ts';
import { REFUSALS } from './cases/refusals.ts';
import { RETRIES } from './cases/retries.ts';
import { TIME } from './cases/time.ts';

/** The interpreter against the language's specification and AWS's guide; each table says what it was written after. */

const GROUPS = [...PATHS, ...PROCESSING, CHOICES, RETRIES, NAMES, ...CATCHES, ...TIME, PARALLEL, MAPS];

describe.each(GROUPS)('$about', ({ cases }) => {
  it.each(cases)('$it', async (each) => {
    const { ending, lastedMs, events, calls } = await played(each);
    const seen = { ...ending, calls, lasts: lastedMs / 1000, events };
    expect(seen).toMatchObject(expected(each));
  });
});

function expected({ output, error, cause, isTimedOut, calls, lasts, events }: Case): object {
  const failed = isTimedOut ? 'TIMED_OUT' : 'FAILED';
  return {
    ...(error === undefined && !isTimedOut
      ? { status: 'SUCCEEDED', ...(output !== undefined && { output: exactly(output) }) }
      : { status: failed, ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) }),
    ...(calls && { calls }),
    ...(lasts !== undefined && { lasts }),
    ...(events && { events }),
  };
}

/** Where an object matches only if it has no further fields. */
function exactly(value: unknown): unknown {
  return expect.toSatisfy((found) => {
    expect(found).toEqual(value);
    return true;
  });
}

/** Runs a case, its tasks scripted. */
async function played({ tasks = {}, random, ...given }: Case) {
  const calls: string[] = [];
  const left = new Map<string, Outcome[]>(
    Object.entries(tasks).map(([resource, outcomes]) => [resource, [...outcomes]]),
  );
  const run = async ({ resource, input }: Task, clock: JumpClock) => {
    calls.push(`${resource} ${(clock.now() - START_MS) / 1000}`);
    const outcomes = left.get(resource) ?? [];
    const { takes = 0, fails, ...outcome } = (outcomes.length > 1 ? outcomes.shift() : outcomes[0]) ?? {};
    if (takes > 0) await clock.sleep(takes * 1000);
    if (fails !== undefined) throw new StateError(fails, `${fails} happened`);
    return 'gives' in outcome ? outcome.gives : input;
  };
  const surroundings = { ...given, run, ...(random !== undefined && { random: () => random }) };
  return { ...(await interpret(definitionOf(given), surroundings)), calls };
}

function definitionOf({ states, timeoutSeconds }: Case): Definition {
  return {
    StartAt: Object.keys(states)[0] ?? '',
    States: states,
    ...(timeoutSeconds !== undefined && { TimeoutSeconds: timeoutSeconds }),
  };
}

/** Which way a Choice goes. */
async function chosen(rule: object, input: unknown): Promise<unknown> {
  const { ending } = await played({
    it: '',
    states: {
      S: { Type: 'Choice', Choices: [{ Variable: '$.value', ...rule, Next: 'Yes' }], Default: 'No' },
      Yes: { Type: 'Pass', Result: true, End: true },
      No: { ...DONE, Result: false },
    },
    input,
  });
  return 'output' in ending ? ending.output : ending;
}

describe('operators', () => {
  it.each([...COMPARISONS, ...TYPE_TESTS])('%s %j of %j: %j', async (operator, operand, value, holds) => {
    expect(await chosen({ [operator]: operand }, { value })).toBe(holds);
  });

  it.each(COMPARISONS)('%sPath to %j of %j: %j', async (operator, operand, value, holds) => {
    expect(await chosen({ [`${operator}Path`]: '$.operand' }, { value, operand })).toBe(holds);
  });

  it('a value to compare with may be of another type, too', async () => {
    expect(await chosen({ NumericEqualsPath: '$.operand' }, { value: 1, operand: '1' })).toBe(false);
  });
});

it.each(REFUSALS)('%s are refused by name', (_what, definition, named) => {
  expect(() => refuseUninterpreted(definition as Definition)).toThrow(named);
});

it('a mistake of the program is no error of a state', async () => {
  const states = one({ Type: 'Task', Resource: 'f', Catch: [], Retry: [{ ErrorEquals: ['States.ALL'] }] });
  const run = async () => {
    throw new TypeError('a mistake');
  };
  await expect(interpret({ StartAt: 'S', States: states }, { run })).rejects.toThrow('a mistake');
});
