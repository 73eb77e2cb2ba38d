import { caught, failing, type Group, GUIDE, one, RECORDED, SPEC } from '../case.ts';

const catches: Group = {
  about: 'Catch',
  sources: [
    `${SPEC}#fallback-states`,
    `${GUIDE}/concepts-error-handling.html#error-handling-fallback-states`,
    `${RECORDED}/error_handling/test_task_service_lambda.snapshot.json: test_raise_exception_catch_output_path`,
  ],
  cases: [
    {
      it: 'the output is the error',
      states: caught([{ ErrorEquals: ['A'], Next: 'Done' }]),
      input: { a: 1 },
      tasks: failing('A'),
      output: { Error: 'A', Cause: 'A happened' },
    },
    {
      it: 'the first that matches, in order',
      states: caught([
        { ErrorEquals: ['B'], Next: 'Done' },
        { ErrorEquals: ['A', 'C'], Next: 'Other' },
        { ErrorEquals: ['States.ALL'], Next: 'Done' },
      ]),
      tasks: failing('A'),
      output: 'other',
    },
    {
      it: 'ResultPath puts the error into the raw input',
      states: caught([{ ErrorEquals: ['A'], ResultPath: '$.error-info', Next: 'Done' }], {
        InputPath: '$.part',
        Parameters: { only: 1 },
      }),
      input: { part: {}, kept: true },
      tasks: failing('A'),
      output: { part: {}, kept: true, 'error-info': { Error: 'A', Cause: 'A happened' } },
    },
    {
      it: 'a ResultPath of null leaves the raw input',
      states: caught([{ ErrorEquals: ['A'], ResultPath: null, Next: 'Done' }]),
      input: { a: 1 },
      tasks: failing('A'),
      output: { a: 1 },
    },
    {
      it: 'a ResultPath that cannot be applied fails the execution',
      states: caught([{ ErrorEquals: ['A'], ResultPath: '$.a', Next: 'Done' }]),
      input: 'foo',
      tasks: failing('A'),
      error: 'States.ResultPathMatchFailure',
    },
    {
      it: 'the state’s ResultPath and OutputPath are for its result alone',
      states: caught([{ ErrorEquals: ['A'], Next: 'Done' }], {
        ResultPath: '$.result',
        OutputPath: '$.Payload',
      }),
      tasks: failing('A'),
      output: { Error: 'A', Cause: 'A happened' },
    },
    {
      it: 'comes after the retries',
      states: caught([{ ErrorEquals: ['A'], Next: 'Other' }], {
        Retry: [{ ErrorEquals: ['A'], MaxAttempts: 1 }],
      }),
      tasks: failing('A'),
      calls: ['f 0', 'f 1'],
      output: 'other',
    },
    {
      it: 'no catch: the execution fails with the error and its cause',
      states: caught([{ ErrorEquals: ['B'], Next: 'Done' }]),
      tasks: failing('A'),
      error: 'A',
      cause: 'A happened',
    },
    {
      it: 'the state is left, as the history tells',
      states: caught([{ ErrorEquals: ['A'], Next: 'Done' }]),
      tasks: failing('A'),
      events: ['TaskStateEntered S', 'TaskStateExited S', 'PassStateEntered Done', 'PassStateExited Done'],
    },
  ],
};

const failStates: Group = {
  about: 'Fail',
  sources: [
    `${SPEC}#fail-state`,
    `${GUIDE}/state-fail.html`,
    `${RECORDED}/base/test_base.snapshot.json: test_state_fail, _path, _intrinsic, _empty`,
    `${RECORDED}/scenarios/test_base_scenarios.snapshot.json: test_invalid_jsonpath`,
  ],
  cases: [
    {
      it: 'names the error and its cause',
      states: one({ Type: 'Fail', Error: 'ErrorA', Cause: 'Kaiju attack' }),
      error: 'ErrorA',
      cause: 'Kaiju attack',
      events: ['FailStateEntered S'],
    },
    {
      it: 'reads them from its input',
      states: one({ Type: 'Fail', ErrorPath: '$.Error', CausePath: '$.Cause' }),
      input: { Error: 'error string', Cause: 'cause string' },
      error: 'error string',
      cause: 'cause string',
    },
    {
      it: 'reads them from the context object',
      states: one({ Type: 'Fail', ErrorPath: '$$.State.Name', CausePath: '$$.StateMachine.Name' }),
      context: { StateMachine: { Name: 'machine' } },
      error: 'S',
      cause: 'machine',
    },
    {
      it: 'a path that finds nothing',
      states: one({ Type: 'Fail', ErrorPath: '$.ErrorX' }),
      input: { Error: 'error-value' },
      error: 'States.Runtime',
      cause:
        "An error occurred while executing the state 'S' (entered at the event id #1). The JSONPath '$.ErrorX' specified for the field 'ErrorPath' could not be found in the input '{\"Error\":\"error-value\"}'",
    },
    {
      it: 'a path to no string',
      states: one({ Type: 'Fail', Error: 'A', CausePath: '$.Cause' }),
      input: { Cause: { a: 1 } },
      error: 'States.Runtime',
    },
  ],
};

export const CATCHES: readonly Group[] = [catches, failStates];
