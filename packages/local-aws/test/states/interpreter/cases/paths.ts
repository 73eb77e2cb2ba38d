import { type Group, GUIDE, one, RECORDED, SPEC } from '../case.ts';

const STORE = { foo: 123, bar: ['a', 'b', 'c'], car: { cdr: true } };
const picked = (path: string) => one({ Type: 'Pass', Parameters: { 'it.$': path } });

const paths: Group = {
  about: 'paths',
  sources: [`${SPEC}#ref-paths`, `${RECORDED}/base/test_base.snapshot.json`],
  cases: [
    { it: 'a field', states: picked('$.foo'), input: STORE, output: { it: 123 } },
    { it: 'an array', states: picked('$.bar'), input: STORE, output: { it: ['a', 'b', 'c'] } },
    { it: 'a field of a field', states: picked('$.car.cdr'), input: STORE, output: { it: true } },
    { it: 'an item', states: picked('$.bar[1]'), input: STORE, output: { it: 'b' } },
    {
      it: 'items of items',
      states: picked('$.ledgers[0][1][2].foo'),
      input: { ledgers: [[0, [0, 0, { foo: 'found' }]]] },
      output: { it: 'found' },
    },
    {
      it: 'names in brackets',
      states: picked("$['store'][0]['a book']"),
      input: { store: [{ 'a book': 1 }] },
      output: { it: 1 },
    },
    {
      it: 'an escaped dot',
      states: picked('$.store\\.book'),
      input: { 'store.book': 1 },
      output: { it: 1 },
    },
    {
      it: 'other escaped characters',
      states: picked('$.foo\\@bar.baz\\[\\[.\\?pretty'),
      input: { 'foo@bar': { 'baz[[': { '?pretty': 1 } } },
      output: { it: 1 },
    },
    { it: 'letters of any alphabet', states: picked('$.&Ж中'), input: { '&Ж中': 1 }, output: { it: 1 } },
    { it: 'a hyphen', states: picked('$.input-value'), input: { 'input-value': 0 }, output: { it: 0 } },
    { it: 'the whole input', states: picked('$'), input: [1], output: { it: [1] } },
    {
      it: 'null is a value that is there',
      states: picked('$.a'),
      input: { a: null },
      output: { it: null },
    },
    {
      it: 'a path that finds nothing ends the execution',
      states: picked('$.no_such_jsonpath'),
      input: { 'int-literal': 0 },
      error: 'States.Runtime',
      cause:
        "An error occurred while executing the state 'S' (entered at the event id #1). The JSONPath '$.no_such_jsonpath' specified for the field 'it.$' could not be found in the input '{\"int-literal\":0}'",
    },
    {
      it: 'an item that is not there',
      states: picked('$.bar[3]'),
      input: STORE,
      error: 'States.Runtime',
    },
    {
      it: 'an array has no field length',
      states: picked('$.bar.length'),
      input: STORE,
      error: 'States.Runtime',
    },
    { it: 'an object has its own fields alone', states: picked('$.constructor'), error: 'States.Runtime' },
  ],
};

const context = {
  Execution: { Id: 'execution-1', Input: { a: 1 }, Name: 'first', StartTime: '2026-11-21T06:30:00.000Z' },
  StateMachine: { Id: 'machine-1', Name: 'machine' },
};
const State = { EnteredTime: '2026-11-21T06:30:00.000Z', Name: 'S', RetryCount: 0 };

const contextObject: Group = {
  about: 'the context object',
  sources: [
    `${GUIDE}/input-output-contextobject.html`,
    `${RECORDED}/context_object/test_context_object.snapshot.json`,
  ],
  cases: [
    { it: 'is there as a whole', states: picked('$$'), context, output: { it: { ...context, State } } },
    { it: 'is there in parts', states: picked('$$.Execution.Id'), context, output: { it: 'execution-1' } },
    {
      it: 'may be where a path finds nothing',
      states: picked('$$.Execution.Input.b'),
      context,
      input: { c: 1 },
      error: 'States.Runtime',
      cause:
        "An error occurred while executing the state 'S' (entered at the event id #1). The JSONPath '$$.Execution.Input.b' specified for the field 'it.$' could not be found in the input '{\"c\":1}'",
    },
    {
      it: 'can be the input',
      states: one({ Type: 'Pass', InputPath: '$$.Execution.Input' }),
      context,
      output: { a: 1 },
    },
    {
      it: 'can be the output',
      states: one({ Type: 'Pass', OutputPath: '$$.Execution.Input' }),
      context,
      output: { a: 1 },
    },
    {
      it: 'can be what a result is selected from',
      states: one({
        Type: 'Task',
        Resource: 'f',
        ResultSelector: { 'name.$': '$$.State.Name', 'result.$': '$' },
      }),
      input: 7,
      output: { name: 'S', result: 7 },
    },
    {
      it: 'tells when each state was entered',
      states: {
        Later: { Type: 'Wait', Seconds: 90, Next: 'S' },
        S: { Type: 'Pass', Parameters: { 'it.$': '$$.State.EnteredTime' }, End: true },
      },
      output: { it: '2026-11-21T06:31:30.000Z' },
    },
    {
      it: 'counts the retries',
      states: one({
        Type: 'Task',
        Resource: 'f',
        Parameters: { 'retry.$': '$$.State.RetryCount' },
        Retry: [{ ErrorEquals: ['A'] }],
      }),
      tasks: { f: [{ fails: 'A' }, { fails: 'A' }, {}] },
      output: { retry: 2 },
    },
  ],
};

export const PATHS: readonly Group[] = [paths, contextObject];
