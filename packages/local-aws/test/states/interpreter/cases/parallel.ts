import { branch, calls, DONE, type Group, GUIDE, one, RECORDED, SPEC, waits } from '../case.ts';

const ADD_AND_SUBTRACT = [branch(['Add', calls('add')]), branch(['Subtract', calls('subtract')])];
/** One branch fails after 1 s, the other calls f after 5 s. */
const ONE_FAILS = [
  branch(['A', waits(1, 'Broken')], ['Broken', { Type: 'Fail', Error: 'Broken', Cause: 'it broke' }]),
  branch(['B', waits(5, 'F')], ['F', calls('f')]),
];

export const PARALLEL: Group = {
  about: 'Parallel',
  sources: [
    `${SPEC}#parallel-state`,
    `${GUIDE}/state-parallel.html`,
    `${RECORDED}/scenarios/test_base_scenarios.snapshot.json: test_parallel_state, _order, _fail, _catch, _retry`,
  ],
  cases: [
    {
      it: 'gives every branch the input, and their outputs in their order',
      states: one({ Type: 'Parallel', Branches: ADD_AND_SUBTRACT }),
      input: [3, 2],
      tasks: { add: [{ gives: 5, takes: 9 }], subtract: [{ gives: 1 }] },
      output: [5, 1],
      lasts: 9,
      events: [
        'ParallelStateEntered S',
        'ParallelStateStarted',
        'TaskStateEntered Add',
        'TaskStateEntered Subtract',
        'TaskStateExited Subtract',
        'TaskStateExited Add',
        'ParallelStateSucceeded',
        'ParallelStateExited S',
      ],
    },
    {
      it: 'gives the branches its Parameters, and puts the outputs at its ResultPath',
      states: one({
        Type: 'Parallel',
        InputPath: '$.a',
        Parameters: { 'n.$': '$.n' },
        Branches: [branch(['P', DONE]), branch(['Q', { Type: 'Pass', InputPath: '$.n', End: true }])],
        ResultSelector: { 'second.$': '$[1]' },
        ResultPath: '$.out',
      }),
      input: { a: { n: 4 } },
      output: { a: { n: 4 }, out: { second: 4 } },
    },
    {
      it: 'Succeed ends its own branch',
      states: one({
        Type: 'Parallel',
        Branches: [
          branch(['A', { Type: 'Succeed' }]),
          branch(['B', waits(5, 'C')], ['C', { Type: 'Pass', Result: 'c', End: true }]),
        ],
      }),
      input: 'a',
      output: ['a', 'c'],
      lasts: 5,
    },
    {
      it: 'a branch that fails stops the others, and its error is the state’s',
      states: one({ Type: 'Parallel', Branches: ONE_FAILS }),
      error: 'Broken',
      cause: 'it broke',
      lasts: 1,
      calls: [],
    },
    {
      it: 'the others go on no more, also when the error is caught',
      states: {
        S: {
          Type: 'Parallel',
          Branches: ONE_FAILS,
          Catch: [{ ErrorEquals: ['Broken'], ResultPath: '$.failure', Next: 'Later' }],
          End: true,
        },
        Later: waits(60, 'Done'),
        Done: DONE,
      },
      output: { failure: { Error: 'Broken', Cause: 'it broke' } },
      calls: [],
      lasts: 61,
    },
    {
      it: 'a task that runs is not waited for, and what it gives is lost',
      states: {
        S: {
          Type: 'Parallel',
          Branches: [
            branch(['A', calls('slow')]),
            branch(['B', waits(1, 'Broken')], ['Broken', { Type: 'Fail', Error: 'Broken' }]),
          ],
          Catch: [{ ErrorEquals: ['Broken'], Next: 'Later' }],
          End: true,
        },
        Later: { Type: 'Wait', Seconds: 120, End: true },
      },
      tasks: { slow: [{ takes: 60 }] },
      output: { Error: 'Broken', Cause: '' },
      calls: ['slow 0'],
      lasts: 121,
      events: [
        'ParallelStateEntered S',
        'ParallelStateStarted',
        'TaskStateEntered A',
        'WaitStateEntered B',
        'WaitStateExited B',
        'FailStateEntered Broken',
        'ParallelStateFailed',
        'ParallelStateExited S',
        'WaitStateEntered Later',
        'WaitStateExited Later',
      ],
    },
    {
      it: 'a branch that waits to retry does not call again',
      states: one({
        Type: 'Parallel',
        Branches: [
          branch([
            'A',
            { Type: 'Task', Resource: 'f', Retry: [{ ErrorEquals: ['A'], IntervalSeconds: 30 }], End: true },
          ]),
          branch(['B', waits(1, 'Broken')], ['Broken', { Type: 'Fail', Error: 'Broken' }]),
        ],
        Catch: [],
      }),
      tasks: { f: [{ fails: 'A' }] },
      error: 'Broken',
      calls: ['f 0'],
    },
    {
      it: 'a Retry begins all branches anew, and the state has failed once',
      states: one({
        Type: 'Parallel',
        Branches: [branch(['A', { Type: 'Fail', Error: 'Broken', Cause: 'it broke' }])],
        Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 2, BackoffRate: 1 }],
      }),
      error: 'Broken',
      cause: 'it broke',
      lasts: 2,
      events: [
        'ParallelStateEntered S',
        'ParallelStateStarted',
        'FailStateEntered A',
        'ParallelStateStarted',
        'FailStateEntered A',
        'ParallelStateStarted',
        'FailStateEntered A',
        'ParallelStateFailed',
      ],
    },
    {
      it: 'States.Runtime in a branch passes the Catch of the state',
      states: {
        S: {
          Type: 'Parallel',
          Branches: [branch(['A', { Type: 'Pass', InputPath: '$.no', End: true }])],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }],
          End: true,
        },
        Done: DONE,
      },
      error: 'States.Runtime',
    },
    {
      it: 'a state inside is stopped with the state around it',
      states: {
        S: {
          Type: 'Parallel',
          Branches: [
            branch([
              'Inner',
              { Type: 'Parallel', Branches: [branch(['B', waits(5, 'F')], ['F', calls('f')])], End: true },
            ]),
            branch(['C', { Type: 'Fail', Error: 'Broken' }]),
          ],
          Catch: [{ ErrorEquals: ['Broken'], Next: 'Later' }],
          End: true,
        },
        Later: { Type: 'Wait', Seconds: 60, End: true },
      },
      calls: [],
      lasts: 60,
    },
  ],
};
