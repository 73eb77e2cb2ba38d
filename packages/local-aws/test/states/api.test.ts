import { describe, expect, it } from 'vitest';
import { ACCOUNT, REGION } from '../lambda/fixture.ts';
import { functionArn, statesBed } from './fixture.ts';

const task = (name: string, more: object = {}) => ({ Type: 'Task', Resource: functionArn(name), ...more });
const one = (state: object, more: object = {}) => ({
  StartAt: 'S',
  States: { S: { End: true, ...state } },
  ...more,
});

describe('the API', () => {
  it('starts once per name: same input finds the running execution, another is refused', async () => {
    const bed = statesBed();
    const machine = await bed.deploy(one({ Type: 'Wait', Seconds: 60 }));
    const first = await bed.start(machine, { a: 1 }, 'slot');
    expect(await bed.start(machine, { a: 1 }, 'slot')).toBe(first);
    await expect(bed.start(machine, { a: 2 }, 'slot')).rejects.toMatchObject({
      code: 'ExecutionAlreadyExists',
    });
    await bed.finish(first);
    await expect(bed.start(machine, { a: 1 }, 'slot')).rejects.toMatchObject({
      code: 'ExecutionAlreadyExists',
    });
    await expect(bed.start(machine, {}, 'a b')).rejects.toMatchObject({ code: 'InvalidName' });
    await bed.fabric.clock.run({ until: bed.fabric.clock.now() + 91 * 86_400_000 });
    expect((await bed.start(machine, { a: 1 }, 'slot')).status).toBe('RUNNING');
  });

  it('stops, describes, lists by page and status, and tells the history', async () => {
    const bed = statesBed();
    bed.functions.f = () => 1;
    const states = { W: { Type: 'Wait', Seconds: 60, Next: 'T' }, T: task('f', { End: true }) };
    const machine = await bed.deploy({ StartAt: 'W', States: states });
    const stopped = await bed.start(machine, {}, 'stopped');
    const executionArn = stopped.arn;
    await bed.call('StopExecution', { executionArn, error: 'Operator', cause: 'by hand' });
    expect(await bed.call('DescribeExecution', { executionArn })).toMatchObject({
      status: 'ABORTED',
      error: 'Operator',
      cause: 'by hand',
    });
    const done = await bed.start(machine, {}, 'done');
    await bed.finish(done);
    expect(bed.invocations).toHaveLength(1);
    const page = await bed.call('ListExecutions', { stateMachineArn: machine, maxResults: 1 });
    expect(page).toMatchObject({ executions: [{ name: 'done', status: 'SUCCEEDED' }] });
    const rest = await bed.call('ListExecutions', { stateMachineArn: machine, nextToken: page.nextToken });
    expect(rest).toMatchObject({ executions: [{ name: 'stopped' }] });
    expect(
      await bed.call('ListExecutions', { stateMachineArn: machine, statusFilter: 'ABORTED' }),
    ).toMatchObject({
      executions: [{ name: 'stopped' }],
    });
    const history = await bed.call('GetExecutionHistory', { executionArn: done.arn });
    expect((history.events as { type: string }[]).map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'WaitStateEntered',
      'WaitStateExited',
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    await expect(bed.call('DescribeExecution', { executionArn: `${executionArn}x` })).rejects.toMatchObject({
      code: 'ExecutionDoesNotExist',
    });
  });

  it('counts executions, and logs without data unless told to include it', async () => {
    const bed = statesBed();
    const group = { account: ACCOUNT, region: REGION, name: '/states/flow' };
    bed.logs.createGroup(group);
    const LogGroupArn = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/states/flow:*`;
    const machine = await bed.deploy(one({ Type: 'Pass' }), {
      LoggingConfiguration: { Level: 'ALL', Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn } }] },
      TracingConfiguration: { Enabled: true },
    });
    await bed.finish(await bed.start(machine, { secret: 'canary' }));
    const lines = bed.logs.lines(group).map(({ message }) => message);
    expect(lines.map((line) => JSON.parse(line).type)).toContain('ExecutionSucceeded');
    expect(lines.join()).not.toContain('canary');
    const actions = bed.fabric.decisions.map(({ action }) => action);
    expect(actions).toContain('logs:CreateLogDelivery');
    expect(actions).toContain('xray:PutTraceSegments');
    const id = {
      account: ACCOUNT,
      region: REGION,
      namespace: 'AWS/States',
      dimensions: { StateMachineArn: machine },
    };
    const all = { from: 0, until: Number.MAX_SAFE_INTEGER };
    expect(bed.metrics.values({ ...id, name: 'ExecutionsSucceeded' }, all)).toEqual([1]);
  });
});
