import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../model/service.ts';
import { ACCOUNT, REGION } from '../lambda/fixture.ts';
import { functionArn, MACHINE_ROLE, named, statesBed } from './fixture.ts';

const task = (name: string, more: object = {}) => ({ Type: 'Task', Resource: functionArn(name), ...more });
const one = (state: object, more: object = {}) => ({
  StartAt: 'S',
  States: { S: { End: true, ...state } },
  ...more,
});

describe('time', () => {
  it('a 40-minute Wait takes less than a second', async () => {
    const bed = statesBed();
    const machine = await bed.deploy(one({ Type: 'Wait', Seconds: 2400 }));
    const realStart = performance.now();
    const execution = await bed.start(machine);
    await bed.finish(execution);
    expect(execution.status).toBe('SUCCEEDED');
    expect(performance.now() - realStart).toBeLessThan(1000);
    const tookMs = (execution.ending?.at ?? 0) - execution.startedAt;
    expect(tookMs).toBeGreaterThanOrEqual(2_400_000);
    expect(tookMs).toBeLessThan(2_401_000);
  });

  it('a Wait until a timestamp ends at that virtual instant', async () => {
    const bed = statesBed();
    const at = new Date(bed.fabric.clock.now() + 5 * 3_600_000);
    const machine = await bed.deploy(one({ Type: 'Wait', TimestampPath: '$.at' }));
    const execution = await bed.start(machine, { at: at.toISOString() });
    await bed.finish(execution);
    expect(Math.abs((execution.ending?.at ?? 0) - at.getTime())).toBeLessThan(500);
  });

  it('retries wait interval × backoff in virtual time', async () => {
    const bed = statesBed();
    bed.functions.flaky = (_event, attempt) => {
      if (attempt < 4) throw named('Transient');
      return 'ok';
    };
    const Retry = [{ ErrorEquals: ['Transient'], IntervalSeconds: 60, BackoffRate: 2, MaxAttempts: 5 }];
    const execution = await bed.start(await bed.deploy(one(task('flaky', { Retry }))));
    await bed.finish(execution);
    expect(execution.ending?.output).toBe('ok');
    const gaps = bed.invocations.slice(1).map(({ at }, index) => at - (bed.invocations[index]?.at ?? 0));
    expect(gaps.map((ms) => Math.round(ms / 1000))).toEqual([60, 120, 240]);
  });

  it('a Task has no 60-second limit of its own, and States.Timeout at TimeoutSeconds', async () => {
    const bed = statesBed();
    bed.functions.never = () => new Promise((resolve) => setTimeout(resolve, 1300));
    const Catch = [{ ErrorEquals: ['States.Timeout'], Next: 'Caught' }];
    const machine = await bed.deploy({
      StartAt: 'S',
      States: { S: task('never', { TimeoutSeconds: 1, Catch, End: true }), Caught: { Type: 'Succeed' } },
    });
    const execution = await bed.start(machine);
    await bed.finish(execution);
    expect(execution.ending?.output).toMatchObject({ Error: 'States.Timeout' });
  });

  it('the machine times out in the middle of a Wait', async () => {
    const bed = statesBed();
    const machine = await bed.deploy(one({ Type: 'Wait', Seconds: 3600 }, { TimeoutSeconds: 600 }));
    const execution = await bed.start(machine);
    await bed.finish(execution);
    expect(execution.status).toBe('TIMED_OUT');
    expect(execution.ending?.error).toBe('States.Timeout');
    expect(bed.fabric.clock.pendingTimers).toBe(0);
  });
});

describe('errors', () => {
  it('carry the function error as name and its document as Cause', async () => {
    const bed = statesBed();
    bed.functions.bad = () => {
      throw named('ShardMissing', 'shard 2 is missing');
    };
    const execution = await bed.start(await bed.deploy(one(task('bad'))));
    await bed.finish(execution);
    expect(execution.status).toBe('FAILED');
    expect(execution.ending?.error).toBe('ShardMissing');
    expect(JSON.parse(execution.ending?.cause ?? '')).toEqual({
      errorType: 'ShardMissing',
      errorMessage: 'shard 2 is missing',
      trace: [],
    });
  });

  it('throttling is Lambda.TooManyRequestsException, a refused role Lambda.AWSLambdaException', async () => {
    const bed = statesBed();
    bed.functions.busy = () => {
      throw new ServiceError('TooManyRequestsException', 'Rate Exceeded.', 429);
    };
    const machine = await bed.deploy(one(task('busy')));
    const throttled = await bed.start(machine);
    await bed.finish(throttled);
    expect(throttled.ending?.error).toBe('Lambda.TooManyRequestsException');
    bed.fabric.denied.add(`lambda:InvokeFunction ${MACHINE_ROLE}`);
    const denied = await bed.start(machine);
    await bed.finish(denied);
    expect(denied.ending?.error).toBe('Lambda.AWSLambdaException');
  });

  it('data over 256 KiB ends the execution, past every Catch', async () => {
    const bed = statesBed();
    bed.functions.big = () => 'x'.repeat(300_000);
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }];
    const definition = {
      StartAt: 'S',
      States: { S: task('big', { Catch, End: true }), Caught: { Type: 'Succeed' } },
    };
    const execution = await bed.start(await bed.deploy(definition));
    await bed.finish(execution);
    expect(execution.ending?.error).toBe('States.DataLimitExceeded');
  });

  it('25,000 events of history end the execution', async () => {
    const bed = statesBed();
    const Choices = [{ Variable: '$.done', IsPresent: true, Next: 'Done' }];
    const definition = {
      StartAt: 'Poll',
      States: {
        Poll: { Type: 'Wait', Seconds: 1, Next: 'Again' },
        Again: { Type: 'Choice', Choices, Default: 'Poll' },
        Done: { Type: 'Succeed' },
      },
    };
    const execution = await bed.start(await bed.deploy(definition));
    await bed.finish(execution);
    expect(execution.ending?.cause).toMatch(/maximum number of history events/);
    expect(execution.history.events).toHaveLength(25_000);
  });
});

describe('Map', () => {
  const iterate = (retrying: object[]) => ({
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        ItemsPath: '$.items',
        ItemSelector: { 'n.$': '$$.Map.Item.Value', 'i.$': '$$.Map.Item.Index' },
        ItemProcessor: { StartAt: 'Do', States: { Do: task('do', { End: true, Retry: retrying }) } },
        End: true,
      },
    },
  });

  it('gives items and indexes, and results in order', async () => {
    const bed = statesBed();
    bed.functions.do = (event) => event;
    const execution = await bed.start(await bed.deploy(iterate([])), { items: ['a', 'b'] });
    await bed.finish(execution);
    expect(execution.ending?.output).toEqual([
      { n: 'a', i: 0 },
      { n: 'b', i: 1 },
    ]);
  });

  it('once it has failed, no iteration that was waiting to retry calls its function again', async () => {
    const bed = statesBed();
    bed.functions.do = (event) => {
      const { n } = event as { n: string };
      if (n === 'fatal') throw named('Fatal');
      throw named('Transient');
    };
    const retry = [{ ErrorEquals: ['Transient'], IntervalSeconds: 30, MaxAttempts: 9 }];
    const execution = await bed.start(await bed.deploy(iterate(retry)), { items: ['slow', 'fatal'] });
    await bed.finish(execution);
    await bed.fabric.clock.run({ until: bed.fabric.clock.now() + 3_600_000 });
    expect(execution.ending?.error).toBe('Fatal');
    expect(bed.invocations).toHaveLength(2);
  });
});

it('the context object is AWS’s, inside Map states too', async () => {
  const bed = statesBed();
  bed.functions.see = (event) => event;
  const see = {
    ...task('see', { End: true }),
    Parameters: {
      'id.$': '$$.Execution.Id',
      'input.$': '$$.Execution.Input.items',
      'start.$': '$$.Execution.StartTime',
      'state.$': '$$.State.Name',
      'entered.$': '$$.State.EnteredTime',
      'machine.$': '$$.StateMachine.Id',
    },
  };
  const machine = await bed.deploy({
    StartAt: 'Later',
    States: {
      Later: { Type: 'Wait', Seconds: 60, Next: 'Each' },
      Each: {
        Type: 'Map',
        ItemsPath: '$.items',
        ItemProcessor: { StartAt: 'See', States: { See: see } },
        End: true,
      },
    },
  });
  const execution = await bed.start(machine, { items: [7] }, 'slot-1');
  await bed.finish(execution);
  const [seen] = (execution.ending?.output ?? []) as Record<string, unknown>[];
  expect(seen).toMatchObject({
    id: `arn:aws:states:${REGION}:${ACCOUNT}:execution:flow:slot-1`,
    input: [7],
    start: new Date(execution.startedAt).toISOString(),
    state: 'See',
    machine,
  });
  expect(Date.parse(String(seen?.entered)) - execution.startedAt).toBeGreaterThanOrEqual(60_000);
});

it('Choice tests absence, types and wildcards as AWS does', async () => {
  const bed = statesBed();
  const machine = await bed.deploy({
    StartAt: 'C',
    States: {
      C: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.v', IsPresent: false, Next: 'Absent' },
          { Variable: '$.v', NumericLessThan: 5, Next: 'Small' },
          { Variable: '$.v', StringMatches: 'a?*', Next: 'Question' },
        ],
        Default: 'Other',
      },
      ...Object.fromEntries(
        ['Absent', 'Small', 'Question', 'Other'].map((Result) => [
          Result,
          { Type: 'Pass', Result, End: true },
        ]),
      ),
    },
  });
  const outputs = [];
  for (const input of [{}, { v: 3 }, { v: '3' }, { v: 'a?b' }, { v: 'abc' }]) {
    const execution = await bed.start(machine, input);
    await bed.finish(execution);
    outputs.push(execution.ending?.output);
  }
  expect(outputs).toEqual(['Absent', 'Small', 'Other', 'Question', 'Other']);
});
