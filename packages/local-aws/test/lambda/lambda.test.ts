import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../clock.ts';
import { ADMIN, declare, type LambdaBed, lambdaBed, REGION, ROLE } from './fixture.ts';

let bed: LambdaBed;
beforeEach(() => {
  bed = lambdaBed();
});
afterEach(() => bed.close());

describe('an invocation', () => {
  it('runs the bundle with the event, the context and only the environment that Lambda gives', async () => {
    process.env.REDRILL_TEST_LEAK = 'must not reach the function';
    const arn = await bed.deploy(
      'echo',
      `export const handler = async (event, context) => ({
         event, context: { ...context }, left: context.getRemainingTimeInMillis(), env: { ...process.env } })`,
      { Timeout: 20, MemorySize: 256, Environment: { Variables: { VAULT: 'v' } } },
    );
    const { payload, error } = await bed.invoke('echo', { a: 1 });
    expect(error).toBeUndefined();
    expect(payload).toMatchObject({
      event: { a: 1 },
      context: {
        functionName: 'echo',
        invokedFunctionArn: arn,
        memoryLimitInMB: '256',
        awsRequestId: 'request-1',
      },
      env: {
        VAULT: 'v',
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: `key-of-${ROLE}`,
        AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      },
    });
    const { env, left } = payload as { env: object; left: number };
    expect(left).toBeGreaterThan(15_000);
    expect(left).toBeLessThanOrEqual(20_000);
    expect(env).not.toHaveProperty('REDRILL_TEST_LEAK');
    expect(env).not.toHaveProperty('HOME');
  });

  it('that is hurried believes that its time is nearly over, as often as scripted, and is not cut off', async () => {
    await bed.deploy('time-left', 'export const handler = async (_, c) => c.getRemainingTimeInMillis()', {
      Timeout: 20,
    });
    const hurry = { kind: 'hurry', service: 'lambda', operation: 'Invoke', timeLeftMs: 0 } as const;
    bed.fabric.faults.arm({ ...hurry, resource: 'time-left', times: 2 });
    bed.fabric.faults.arm({ ...hurry, resource: 'another' });
    expect(await bed.invoke('time-left')).toEqual({ payload: 0 });
    expect(await bed.invoke('time-left')).toEqual({ payload: 0 });
    expect((await bed.invoke('time-left')).payload).toBeGreaterThan(10_000);
  });

  it('reuses a warm environment, and starts another for a concurrent invocation', async () => {
    await bed.deploy(
      'count',
      `let calls = 0;
       export const handler = async ({ ms }) => {
         await new Promise((r) => setTimeout(r, ms)); return { calls: ++calls, pid: process.pid } }`,
    );
    const first = (await bed.invoke('count', { ms: 0 })).payload as { pid: number };
    expect((await bed.invoke('count', { ms: 0 })).payload).toEqual({ calls: 2, pid: first.pid });
    const [a, b] = await Promise.all([bed.invoke('count', { ms: 300 }), bed.invoke('count', { ms: 300 })]);
    expect((a.payload as { pid: number }).pid).not.toBe((b.payload as { pid: number }).pid);
  });

  it('waits for the one environment that its function may have, and then runs in it', async () => {
    const narrow = lambdaBed({ environmentsPerFunction: 1 });
    try {
      await narrow.deploy(
        'count',
        `let calls = 0, running = 0;
         export const handler = async ({ fail }) => {
           const together = ++running; await new Promise((r) => setTimeout(r, 20)); running--;
           if (fail) throw new Error('as ordered');
           return { calls: ++calls, together } }`,
      );
      const [failed, ...rest] = await Promise.all([
        narrow.invoke('count', { fail: true }),
        narrow.invoke('count', {}),
        narrow.invoke('count', {}),
      ]);
      expect(failed?.error).toBeDefined();
      expect(rest.map(({ payload }) => payload)).toEqual([
        { calls: 1, together: 1 },
        { calls: 2, together: 1 },
      ]);
      expect((await narrow.invoke('count', {})).payload).toEqual({ calls: 3, together: 1 });
    } finally {
      await narrow.close();
    }
  });

  it('starts no process once all is closed: neither what waited for one, nor a retry of what was ended', async () => {
    const narrow = lambdaBed({ environmentsPerFunction: 1 });
    await narrow.deploy('slow', 'export const handler = () => new Promise(() => {})', { Timeout: 60 });
    const [running, waiting] = [narrow.invoke('slow'), narrow.invoke('slow')];
    await narrow.close();
    const closed = { payload: { errorType: 'Runtime.ExitError', errorMessage: 'the local AWS has ended' } };
    expect((await running).error).toBe('Unhandled');
    expect(await waiting).toMatchObject(closed);
    expect(await narrow.invoke('slow')).toMatchObject(closed);
  });

  it('leaves undici unloaded until the function calls fetch, which works', async () => {
    await bed.deploy(
      'undici',
      `import http, { WebSocket } from 'node:http';
       const loaded = () => process.moduleLoadList.some((name) => name.includes('undici'));
       export const handler = async () => {
         const before = loaded();
         const failed = (type) => { try { new type('ws://localhost') } catch (error) { return error.message } };
         const text = await (await fetch('data:,fetched')).text();
         return { before, text, after: loaded(), failed: [failed(WebSocket), failed(http.CloseEvent)], global: typeof globalThis.WebSocket };
       }`,
    );
    expect((await bed.invoke('undici')).payload).toEqual({
      before: false,
      text: 'fetched',
      after: true,
      failed: [
        'the local AWS does not offer WebSocket of node:http; use the global one',
        'the local AWS does not offer CloseEvent of node:http; use the global one',
      ],
      global: 'function',
    });
  });

  it('sees the virtual time, before and after a jump', async () => {
    await bed.close();
    bed = lambdaBed({ clock: new VirtualClock(Date.parse('2030-01-31T10:00:00Z')) });
    await bed.deploy(
      'time',
      `const loaded = new Date();
       export const handler = async () => ({ loaded, now: Date.now(), ok: new Date(0) instanceof Date, iso: new Date().toISOString() })`,
    );
    const first = (await bed.invoke('time')).payload as { loaded: string; ok: boolean; iso: string };
    expect(first.loaded).toMatch(/^2030-01-31T10:0/);
    expect(first.ok).toBe(true);
    await bed.fabric.clock.run({ until: bed.fabric.clock.now() + 3_600_000 });
    const second = (await bed.invoke('time')).payload as { now: number; iso: string };
    expect(second.iso).toMatch(/^2030-01-31T11:0/);
    expect(Math.abs(second.now - bed.fabric.clock.now())).toBeLessThan(2000);
  });
});

describe('a failing invocation', () => {
  it('reports what the handler threw by its name', async () => {
    await bed.deploy(
      'throw',
      `export const handler = async () => { throw Object.assign(new Error('no such shard'), { name: 'ShardMissing' }) }`,
    );
    const { payload, error } = await bed.invoke('throw');
    expect(error).toBe('Unhandled');
    expect(payload).toMatchObject({ errorType: 'ShardMissing', errorMessage: 'no such shard' });
    expect((payload as { trace: string[] }).trace.length).toBeGreaterThan(1);
  });

  it('is killed at its timeout, and the next one gets a new process', async () => {
    await bed.deploy(
      'slow',
      `export const handler = async ({ hang }) => { if (hang) await new Promise(() => setInterval(() => {}, 1e6)); return 'fine' }`,
      { Timeout: 1 },
    );
    expect((await bed.invoke('slow', { hang: true })).payload).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: 'RequestId: request-1 Error: Task timed out after 1.00 seconds',
    });
    expect((await bed.invoke('slow', { hang: false })).payload).toBe('fine');
  });

  it('reports an exit, a kill and an unhandled rejection', async () => {
    await bed.deploy(
      'die',
      `export const handler = async ({ how }) => {
         if (how === 'exit') process.exit(3);
         if (how === 'reject') { Promise.reject(new Error('lost')); }
         await new Promise((r) => setTimeout(r, 5000)); }`,
      { Timeout: 10 },
    );
    expect((await bed.invoke('die', { how: 'exit' })).payload).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: 'RequestId: request-1 Error: Runtime exited with error: exit status 3',
    });
    expect((await bed.invoke('die', { how: 'reject' })).payload).toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
    });
    const hanging = bed.invoke('die', { how: 'hang' });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(bed.lambda.killInvocationsOf('arn:aws:iam::111122223333:role/other')).toBe(0);
    expect(bed.lambda.killInvocationsOf(ROLE)).toBe(1);
    expect((await hanging).payload).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('signal: killed'),
    });
  });

  it('reports memory beyond MemorySize as an exit of the runtime', async () => {
    await bed.deploy(
      'glutton',
      `export const handler = async () => { const all = []; for (;;) all.push(new Array(1e5).fill(Math.random())) }`,
      { MemorySize: 128, Timeout: 60 },
    );
    expect((await bed.invoke('glutton')).payload).toMatchObject({ errorType: 'Runtime.ExitError' });
  });

  it('reports a bundle that cannot be imported', async () => {
    await bed.deploy('broken', `throw new TypeError('at import'); export const handler = async () => 1`);
    expect((await bed.invoke('broken')).payload).toMatchObject({
      errorType: 'TypeError',
      errorMessage: 'at import',
    });
  });

  it('is throttled when the reserved concurrency is in use', async () => {
    await bed.deploy('one', `export const handler = () => new Promise((r) => setTimeout(r, 400))`, {
      ReservedConcurrentExecutions: 1,
    });
    const running = bed.invoke('one');
    await expect(bed.invoke('one')).rejects.toMatchObject({ code: 'TooManyRequestsException', status: 429 });
    await running;
  });
});

describe('logs and metrics', () => {
  const SOURCE = `export const handler = async () => {
    process.stdout.write('raw line\\n'); console.log('hello\\nworld', { a: 1 }); console.error('bad') }`;

  it('go to the log group in order, written with the role', async () => {
    await bed.deploy('talk', SOURCE);
    await bed.invoke('talk');
    const lines = bed.lines('talk');
    expect(lines[0]).toMatch(/^START RequestId: request-1/);
    expect(lines[1]).toBe('raw line');
    expect(lines[2]).toMatch(/^\d{4}-.*Z\trequest-1\tINFO\thello\rworld \{ a: 1 \}$/);
    expect(lines[3]).toMatch(/\tERROR\tbad$/);
    expect(lines.at(-1)).toMatch(/^REPORT /);
    const actions = bed.fabric.decisions
      .filter(({ principal }) => principal.arn === ROLE)
      .map(({ action }) => action);
    expect(actions).toContain('logs:CreateLogStream');
    expect(actions).toContain('logs:PutLogEvents');
  });

  it('are lost, and the invocation goes on, when the role may not write', async () => {
    bed.fabric.denied.add('logs:PutLogEvents');
    await bed.deploy('mute', SOURCE);
    expect((await bed.invoke('mute')).error).toBeUndefined();
    expect(bed.lines('mute')).toEqual([]);
    expect(
      bed.fabric.decisions.some(({ action, allowed }) => action === 'logs:PutLogEvents' && !allowed),
    ).toBe(true);
  });

  it('count invocations and errors, and traces only when tracing is on', async () => {
    await bed.deploy('fails', `export const handler = async () => { throw new Error('x') }`, {
      TracingConfig: { Mode: 'Active' },
    });
    await bed.invoke('fails');
    const id = {
      account: '111122223333',
      region: REGION,
      namespace: 'AWS/Lambda',
      dimensions: { FunctionName: 'fails' },
    };
    const all = { from: 0, until: Number.MAX_SAFE_INTEGER };
    expect(bed.metrics.values({ ...id, name: 'Errors' }, all)).toEqual([1]);
    expect(bed.metrics.values({ ...id, name: 'Invocations' }, all)).toEqual([1]);
    expect(bed.fabric.decisions.map(({ action }) => action)).toContain('xray:PutTraceSegments');
  });
});

describe('asynchronous invocation', () => {
  it('is accepted at once and retried after one and two minutes of virtual time', async () => {
    await bed.deploy(
      'flaky',
      `export const handler = async () => { console.log('attempt'); throw new Error('x') }`,
    );
    const input = { FunctionName: 'flaky', InvocationType: 'Event', Payload: '{}' };
    const startedAt = bed.fabric.clock.now();
    const call = { service: 'lambda', operation: 'Invoke', region: REGION, principal: ADMIN, input };
    expect(await bed.fabric.call(call)).toEqual({ StatusCode: 202 });
    await bed.fabric.clock.run({ until: startedAt + 600_000 });
    expect(bed.lines('flaky').filter((line) => line.endsWith('attempt'))).toHaveLength(3);
  });
});

describe('deployment', () => {
  it('refuses what is not modelled by name', async () => {
    await expect(bed.deploy('old', 'export const handler = 1', { Runtime: 'python3.13' })).rejects.toThrow(
      /does not model AWS::Lambda::Function Runtime = "python3.13"/,
    );
    await expect(
      bed.deploy('efs', 'export const handler = 1', { VpcConfig: { Ipv6AllowedForDualStack: true } }),
    ).rejects.toThrow(/Ipv6AllowedForDualStack/);
  });

  it('fails when Lambda may not assume the role, or make network interfaces with it', async () => {
    bed.fabric.denied.add('ec2:CreateNetworkInterface');
    const vpc = { VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] } };
    await expect(bed.deploy('inside', 'export const handler = 1', vpc)).rejects.toThrow(
      /does not have permissions to call CreateNetworkInterface on EC2/,
    );
    bed.fabric.untrusted.add('lambda.amazonaws.com');
    await expect(bed.deploy('alone', 'export const handler = 1')).rejects.toThrow(
      /cannot be assumed by Lambda/,
    );
  });

  it('takes retries from AWS::Lambda::EventInvokeConfig', async () => {
    await bed.deploy(
      'once',
      `export const handler = async () => { console.log('attempt'); throw new Error('x') }`,
    );
    const handler = bed.lambda.resourceHandlers.find(({ type }) => type === 'AWS::Lambda::EventInvokeConfig');
    const properties = { FunctionName: 'once', Qualifier: '$LATEST', MaximumRetryAttempts: 0 };
    await handler?.create(declare('AWS::Lambda::EventInvokeConfig', 'Config', properties));
    const input = { FunctionName: 'once', InvocationType: 'Event', Payload: '{}' };
    await bed.fabric.call({
      service: 'lambda',
      operation: 'Invoke',
      region: REGION,
      principal: ADMIN,
      input,
    });
    await bed.fabric.clock.run({ until: bed.fabric.clock.now() + 600_000 });
    expect(bed.lines('once').filter((line) => line.endsWith('attempt'))).toHaveLength(1);
  });
});
