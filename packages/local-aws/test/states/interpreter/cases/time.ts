import { DONE, type Group, GUIDE, one, RECORDED, SPEC } from '../case.ts';

const reason = (text: string) =>
  `An error occurred while executing the state 'S' (entered at the event id #1). ${text}`;
const NO_TIMESTAMP = (text: string) =>
  reason(
    `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.at == ${text}`,
  );
const until = one({ Type: 'Wait', TimestampPath: '$.at' });
const seconds = one({ Type: 'Wait', SecondsPath: '$.s' });

const waits: Group = {
  about: 'Wait',
  sources: [
    `${SPEC}#wait-state`,
    `${SPEC}#timestamps`,
    `${RECORDED}/base/test_wait.snapshot.json`,
    `${RECORDED}/scenarios/test_base_scenarios.snapshot.json: test_wait_timestamp_path`,
  ],
  cases: [
    {
      it: 'seconds',
      states: one({ Type: 'Wait', Seconds: 10 }),
      input: { a: 1 },
      output: { a: 1 },
      lasts: 10,
    },
    { it: 'no seconds', states: one({ Type: 'Wait', Seconds: 0 }), lasts: 0 },
    { it: 'seconds of the input', states: seconds, input: { s: 7 }, lasts: 7 },
    {
      it: 'seconds of what InputPath selects',
      states: one({ Type: 'Wait', InputPath: '$.a', SecondsPath: '$.s' }),
      input: { a: { s: 7 } },
      lasts: 7,
    },
    {
      it: 'negative seconds',
      states: seconds,
      input: { s: -1 },
      error: 'States.Runtime',
      cause: reason('The SecondsPath parameter references a negative value: $.s == -1'),
    },
    {
      it: 'parts of a second',
      states: seconds,
      input: { s: 1.5 },
      error: 'States.Runtime',
      cause: reason('The SecondsPath parameter cannot be parsed as a long value: $.s == 1.5'),
    },
    { it: 'no seconds where they should be', states: seconds, error: 'States.Runtime' },
    {
      it: 'until an instant',
      states: one({ Type: 'Wait', Timestamp: '2026-11-21T07:30:00Z' }),
      lasts: 3600,
    },
    { it: 'until an instant of the input', states: until, input: { at: '2026-11-21T06:31:00Z' }, lasts: 60 },
    {
      it: 'until an instant with an offset',
      states: until,
      input: { at: '2026-11-21T08:31:00+02:00' },
      lasts: 60,
    },
    {
      it: 'until an instant with parts of a second',
      states: until,
      input: { at: '2026-11-21T06:30:01.500000000Z' },
      lasts: 1.5,
    },
    { it: 'until an instant that is over', states: until, input: { at: '2026-01-01T00:00:00Z' }, lasts: 0 },
    {
      it: 'an instant without T',
      states: until,
      input: { at: '2016-12-05 21:29:29Z' },
      error: 'States.Runtime',
      cause: NO_TIMESTAMP('2016-12-05 21:29:29Z'),
    },
    {
      it: 'an instant without Z',
      states: until,
      input: { at: '2016-12-05T21:29:29' },
      error: 'States.Runtime',
      cause: NO_TIMESTAMP('2016-12-05T21:29:29'),
    },
    { it: 'a month 13', states: until, input: { at: '2016-13-05T21:29:29Z' }, error: 'States.Runtime' },
    { it: 'an hour 25', states: until, input: { at: '2016-12-05T25:29:29Z' }, error: 'States.Runtime' },
  ],
};

const SLOW = { f: [{ takes: 60, gives: 'late' }] };

const timeouts: Group = {
  about: 'timeouts',
  sources: [
    `${SPEC}#task-state`,
    `${GUIDE}/state-task.html`,
    `${RECORDED}/timeouts/test_timeouts.snapshot.json`,
    `${RECORDED}/timeouts/test_heartbeats.snapshot.json`,
    `${RECORDED}/error_handling/test_task_service_lambda.snapshot.json: test_invoke_timeout`,
  ],
  cases: [
    {
      it: 'a Task has as long as it needs',
      states: one({ Type: 'Task', Resource: 'f' }),
      tasks: { f: [{ takes: 86_400, gives: 'ok' }] },
      output: 'ok',
      lasts: 86_400,
    },
    {
      it: 'TimeoutSeconds',
      states: one({ Type: 'Task', Resource: 'f', TimeoutSeconds: 5 }),
      tasks: SLOW,
      error: 'States.Timeout',
      lasts: 5,
      events: ['TaskStateEntered S', 'TaskTimedOut S'],
    },
    {
      it: 'TimeoutSecondsPath',
      states: one({ Type: 'Task', Resource: 'f', TimeoutSecondsPath: '$.t' }),
      input: { t: 7 },
      tasks: SLOW,
      error: 'States.Timeout',
      lasts: 7,
    },
    {
      it: 'a TimeoutSecondsPath that finds nothing',
      states: one({ Type: 'Task', Resource: 'f', TimeoutSecondsPath: '$.NoSuchTimeoutSecondsPath' }),
      error: 'States.Runtime',
      cause: reason(
        "Invalid path '$.NoSuchTimeoutSecondsPath' : No results for path: $['NoSuchTimeoutSecondsPath']",
      ),
      calls: [],
    },
    {
      it: 'each attempt has the whole time',
      states: one({
        Type: 'Task',
        Resource: 'f',
        TimeoutSeconds: 5,
        Retry: [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 10, MaxAttempts: 2, BackoffRate: 1 }],
      }),
      tasks: SLOW,
      calls: ['f 0', 'f 15', 'f 30'],
      error: 'States.Timeout',
      lasts: 35,
    },
    {
      it: 'what comes too late is not taken',
      states: {
        S: {
          Type: 'Task',
          Resource: 'f',
          TimeoutSeconds: 5,
          Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Later' }],
          End: true,
        },
        Later: { Type: 'Wait', Seconds: 120, End: true },
      },
      tasks: SLOW,
      output: { Error: 'States.Timeout', Cause: '' },
    },
    {
      it: 'HeartbeatSeconds, as States.Timeout',
      states: one({ Type: 'Task', Resource: 'f', TimeoutSeconds: 600, HeartbeatSeconds: 5 }),
      tasks: SLOW,
      error: 'States.Timeout',
      lasts: 5,
    },
    {
      it: 'HeartbeatSecondsPath, caught by the name States.HeartbeatTimeout',
      states: {
        S: {
          Type: 'Task',
          Resource: 'f',
          HeartbeatSecondsPath: '$.h',
          Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'Done' }],
          End: true,
        },
        Done: DONE,
      },
      input: { h: 5 },
      tasks: SLOW,
      output: { Error: 'States.Timeout', Cause: '' },
      lasts: 5,
    },
    {
      it: 'States.HeartbeatTimeout is no name of another timeout',
      states: {
        S: {
          Type: 'Task',
          Resource: 'f',
          TimeoutSeconds: 4,
          HeartbeatSeconds: 5,
          Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'Done' }],
          End: true,
        },
        Done: DONE,
      },
      tasks: SLOW,
      error: 'States.Timeout',
    },
    {
      it: 'the state machine’s own time, in a Wait',
      states: one({ Type: 'Wait', Seconds: 3600 }),
      timeoutSeconds: 10,
      isTimedOut: true,
      error: 'States.Timeout',
      lasts: 10,
    },
    {
      it: 'the state machine’s own time, past every Catch',
      states: {
        S: {
          Type: 'Task',
          Resource: 'f',
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }],
          End: true,
        },
        Done: DONE,
      },
      tasks: SLOW,
      timeoutSeconds: 10,
      isTimedOut: true,
      lasts: 10,
    },
    {
      it: 'the state machine’s own time, between two attempts',
      states: one({ Type: 'Task', Resource: 'f', Retry: [{ ErrorEquals: ['A'], IntervalSeconds: 60 }] }),
      tasks: { f: [{ fails: 'A' }] },
      timeoutSeconds: 10,
      isTimedOut: true,
      calls: ['f 0'],
      lasts: 10,
    },
  ],
};

export const TIME: readonly Group[] = [waits, timeouts];
