import { DONE, type Group, GUIDE, one, RECORDED, SPEC } from '../case.ts';

const NUMBERS = { title: 'Numbers to add', numbers: { val1: 3, val2: 4 } };
const GREETING = { f: [{ gives: 'Hi!' }] };

const processing: Group = {
  about: 'input and output',
  sources: [
    `${SPEC}#filters`,
    `${GUIDE}/concepts-input-output-filtering.html`,
    `${RECORDED}/base/test_base.snapshot.json`,
    `${RECORDED}/scenarios/test_base_scenarios.snapshot.json`,
  ],
  cases: [
    {
      it: 'without paths the result replaces the input',
      states: one({ Type: 'Task', Resource: 'sum' }),
      input: { val1: 3, val2: 4 },
      tasks: { sum: [{ gives: 7 }] },
      output: 7,
    },
    {
      it: 'InputPath selects, and ResultPath combines with the raw input',
      states: one({ Type: 'Task', Resource: 'sum', InputPath: '$.numbers', ResultPath: '$.sum' }),
      input: NUMBERS,
      tasks: { sum: [{ gives: 7 }] },
      output: { ...NUMBERS, sum: 7 },
    },
    {
      it: 'the task gets what InputPath selects',
      states: one({ Type: 'Task', Resource: 'echo', InputPath: '$.numbers' }),
      input: NUMBERS,
      output: NUMBERS.numbers,
    },
    {
      it: 'ResultPath makes the objects on its way',
      states: one({ Type: 'Task', Resource: 'f', ResultPath: '$.b.greeting' }),
      input: { a: 1 },
      tasks: GREETING,
      output: { a: 1, b: { greeting: 'Hi!' } },
    },
    {
      it: 'ResultPath overwrites what is there',
      states: one({ Type: 'Pass', Result: 6, ResultPath: '$.master.detail' }),
      input: { master: { detail: [1, 2, 3] } },
      output: { master: { detail: 6 } },
    },
    {
      it: 'ResultPath leaves what lies beside it',
      states: one({ Type: 'Pass', Result: 6, ResultPath: '$.master.result.sum' }),
      input: { master: { detail: [1, 2, 3] } },
      output: { master: { detail: [1, 2, 3], result: { sum: 6 } } },
    },
    {
      it: 'ResultPath replaces an item',
      states: one({ Type: 'Pass', Result: 'x', ResultPath: '$.list[1]' }),
      input: { list: ['a', 'b'] },
      output: { list: ['a', 'x'] },
    },
    {
      it: 'ResultPath cannot be applied to a string',
      states: one({ Type: 'Pass', Result: 1, ResultPath: '$.x' }),
      input: 'foo',
      error: 'States.ResultPathMatchFailure',
    },
    {
      it: 'a ResultPath of $ replaces the input',
      states: one({ Type: 'Task', Resource: 'f', ResultPath: '$' }),
      tasks: GREETING,
      output: 'Hi!',
    },
    {
      it: 'a ResultPath of null discards the result',
      states: one({ Type: 'Task', Resource: 'f', ResultPath: null }),
      input: { a: 1 },
      tasks: GREETING,
      output: { a: 1 },
    },
    {
      it: 'an InputPath of null is an empty object',
      states: one({ Type: 'Task', Resource: 'echo', InputPath: null }),
      input: { a: 1 },
      output: {},
    },
    {
      it: 'an OutputPath of null is an empty object',
      states: one({ Type: 'Pass', OutputPath: null }),
      input: { a: 1 },
      output: {},
    },
    {
      it: 'InputPath, Parameters, ResultSelector, ResultPath and OutputPath, in this order',
      states: one({
        Type: 'Task',
        Resource: 'echo',
        InputPath: '$.in',
        Parameters: { 'given.$': '$.a', fixed: 1 },
        ResultSelector: { 'chosen.$': '$.given' },
        ResultPath: '$.out.result',
        OutputPath: '$.out',
      }),
      input: { in: { a: 5 }, out: { kept: true } },
      output: { kept: true, result: { chosen: 5 } },
    },
    {
      it: 'an InputPath that finds nothing ends the execution',
      states: one({ Type: 'Pass', InputPath: '$.NoSuchInputPath' }),
      error: 'States.Runtime',
      cause:
        "An error occurred while executing the state 'S' (entered at the event id #1). Invalid path '$.NoSuchInputPath' : No results for path: $['NoSuchInputPath']",
    },
    {
      it: 'an OutputPath that finds nothing does, past every Catch',
      states: {
        S: {
          Type: 'Task',
          Resource: 'f',
          OutputPath: '$.no',
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }],
          End: true,
        },
        Done: DONE,
      },
      tasks: { f: [{ gives: {} }] },
      error: 'States.Runtime',
      cause:
        "An error occurred while executing the state 'S' (entered at the event id #1). Invalid path '$.no' : No results for path: $['no']",
    },
    {
      it: 'a template is filled at every depth, in arrays too',
      states: one({ Type: 'Pass', Parameters: { a: { b: [{ 'c.$': '$.x' }, 'd'] }, Comment: 'a field' } }),
      input: { x: 1 },
      output: { a: { b: [{ c: 1 }, 'd'] }, Comment: 'a field' },
    },
    {
      it: 'Pass copies its input',
      states: one({ Type: 'Pass' }),
      input: { a: 1 },
      output: { a: 1 },
    },
    {
      it: 'Result is put where ResultPath says',
      states: one({ Type: 'Pass', Result: { x: 0.381018, y: 622.2269926397355 }, ResultPath: '$.coords' }),
      input: { georefOf: 'Home' },
      output: { georefOf: 'Home', coords: { x: 0.381018, y: 622.2269926397355 } },
    },
    { it: 'Result may be null', states: one({ Type: 'Pass', Result: null }), output: null },
    { it: 'Result may be false', states: one({ Type: 'Pass', Result: false }), output: false },
    {
      it: 'Result is no template',
      states: one({ Type: 'Pass', Result: { 'unsupported.$': '$.jsonpath' } }),
      output: { 'unsupported.$': '$.jsonpath' },
    },
    {
      it: 'Succeed passes on what its paths select',
      states: one({ Type: 'Succeed', InputPath: '$.a', OutputPath: '$.b' }),
      input: { a: { b: 1 } },
      output: 1,
    },
    {
      it: 'Choice passes on what its paths select',
      states: {
        S: {
          Type: 'Choice',
          InputPath: '$.a',
          OutputPath: '$.b',
          Choices: [{ Variable: '$.b', NumericEquals: 1, Next: 'Done' }],
        },
        Done: DONE,
      },
      input: { a: { b: 1 } },
      output: 1,
    },
    {
      it: 'Wait passes on what its paths select',
      states: one({ Type: 'Wait', InputPath: '$.a', Seconds: 1, OutputPath: '$.b' }),
      input: { a: { b: 1 } },
      output: 1,
    },
    {
      it: 'a result of null is the next state’s input',
      states: { S: { Type: 'Task', Resource: 'f', Next: 'Done' }, Done: DONE },
      tasks: { f: [{ gives: null }] },
      output: null,
    },
  ],
};

const LARGE = 'x'.repeat(200_000);

const limits: Group = {
  about: 'data of more than 256 KiB',
  sources: [
    `${GUIDE}/service-quotas.html`,
    `${GUIDE}/concepts-error-handling.html#error-handling-error-representation`,
  ],
  cases: [
    {
      it: 'as output',
      states: one({ Type: 'Pass', Parameters: { 'a.$': '$.a', 'b.$': '$.a' } }),
      input: { a: LARGE },
      error: 'States.DataLimitExceeded',
    },
    {
      it: 'as input of a task, which is not called',
      states: one({ Type: 'Task', Resource: 'f', Parameters: { 'a.$': '$.a', 'b.$': '$.a' } }),
      input: { a: LARGE },
      error: 'States.DataLimitExceeded',
      calls: [],
    },
    {
      it: 'as result, even if it is discarded',
      states: one({ Type: 'Task', Resource: 'f', ResultPath: null }),
      tasks: { f: [{ gives: [LARGE, LARGE] }] },
      error: 'States.DataLimitExceeded',
    },
    {
      it: 'of a Map together',
      states: one({
        Type: 'Map',
        ItemSelector: { 'a.$': '$$.Map.Item.Value' },
        ItemProcessor: { StartAt: 'Each', States: { Each: { Type: 'Pass', Result: LARGE, End: true } } },
      }),
      input: [1, 2],
      error: 'States.DataLimitExceeded',
    },
  ],
};

export const PROCESSING: readonly Group[] = [processing, limits];
