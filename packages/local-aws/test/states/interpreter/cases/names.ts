import { caught, failing, type Group, GUIDE, one, RECORDED, SPEC } from '../case.ts';

const LARGE = { f: [{ gives: 'x'.repeat(300_000) }] };
const ALL = [{ ErrorEquals: ['States.ALL'], Next: 'Done' }] as const;

export const NAMES: Group = {
  about: 'names of errors',
  sources: [
    `${GUIDE}/concepts-error-handling.html#error-handling-error-representation`,
    `${SPEC}#appendix-a`,
    `${RECORDED}/timeouts/test_heartbeats.snapshot.json`,
    `${RECORDED}/scenarios/test_base_scenarios.snapshot.json: test_catch_states_runtime`,
  ],
  cases: [
    {
      it: 'States.ALL takes any',
      states: caught(ALL),
      tasks: failing('Whatever'),
      output: { Error: 'Whatever', Cause: 'Whatever happened' },
    },
    {
      it: 'States.ALL takes a timeout',
      states: caught(ALL, { TimeoutSeconds: 1 }),
      tasks: { f: [{ takes: 2 }] },
      output: { Error: 'States.Timeout', Cause: '' },
    },
    {
      it: 'States.ALL does not take States.Runtime',
      states: caught(ALL, { ResultSelector: { 'a.$': '$.no.such.result.path' } }),
      tasks: { f: [{ gives: {} }] },
      error: 'States.Runtime',
    },
    {
      it: 'nor does its own name',
      states: caught([{ ErrorEquals: ['States.Runtime'], Next: 'Done' }], { Parameters: { 'a.$': '$.no' } }),
      error: 'States.Runtime',
      calls: [],
    },
    {
      it: 'States.Runtime is not retried',
      states: one({
        Type: 'Task',
        Resource: 'f',
        Parameters: { 'a.$': '$.no' },
        Retry: [{ ErrorEquals: ['States.ALL'] }],
      }),
      error: 'States.Runtime',
      lasts: 0,
    },
    {
      it: 'States.ALL does not take States.DataLimitExceeded',
      states: caught(ALL),
      tasks: LARGE,
      error: 'States.DataLimitExceeded',
    },
    {
      it: 'nor does States.TaskFailed',
      states: caught([{ ErrorEquals: ['States.TaskFailed'], Next: 'Done' }]),
      tasks: LARGE,
      error: 'States.DataLimitExceeded',
    },
    {
      it: 'its own name does',
      states: caught([{ ErrorEquals: ['States.DataLimitExceeded'], Next: 'Other' }]),
      tasks: LARGE,
      output: 'other',
    },
    {
      it: 'States.TaskFailed takes what a task throws',
      states: caught([{ ErrorEquals: ['States.TaskFailed'], Next: 'Other' }]),
      tasks: failing('Lambda.Unknown'),
      output: 'other',
    },
    {
      it: 'States.TaskFailed does not take States.Timeout',
      states: caught([{ ErrorEquals: ['States.TaskFailed'], Next: 'Other' }], { TimeoutSeconds: 1 }),
      tasks: { f: [{ takes: 2 }] },
      error: 'States.Timeout',
    },
    {
      it: 'names are compared to the letter',
      states: caught([{ ErrorEquals: ['error'], Next: 'Other' }]),
      tasks: failing('Error'),
      error: 'Error',
    },
    {
      it: 'States.ResultPathMatchFailure can be caught',
      states: caught([{ ErrorEquals: ['States.ResultPathMatchFailure'], Next: 'Other' }], {
        ResultPath: '$.x',
      }),
      input: 'foo',
      output: 'other',
    },
  ],
};
