import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  deployedCacheKeys,
  emfMetrics,
  environment,
  lambdaHandler,
  systemClock,
} from '../../../adapters/lambda/handler.ts';
import { AppError } from '../../../core/model/errors.ts';

const CONTEXT = { functionName: 'redrill-create-snapshot', awsRequestId: 'r-1' } as Context;
const INPUT = { cache: 'sessions', plan: 'jobs', slot: '20261121T060000Z' };

let lines: string[] = [];
beforeEach(() => {
  lines = [];
  const capture = (chunk: unknown) => {
    lines.push(...String(chunk).split('\n').filter(Boolean));
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(capture);
  vi.spyOn(process.stderr, 'write').mockImplementation(capture);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
const logged = () => lines.map((line): Record<string, unknown> => JSON.parse(line));

describe('lambdaHandler', () => {
  it('parses, makes its world once per cold start, runs and logs the outcome', async () => {
    const makeWorld = vi.fn(() => ({ answer: 42 }));
    const handler = lambdaHandler('create-snapshot', makeWorld, async ({ slot }, { answer }) => ({
      slot,
      answer,
    }));
    const output = { slot: '20261121T060000Z', answer: 42 };
    expect(await handler(INPUT, CONTEXT)).toEqual(output);
    expect(await handler(INPUT, CONTEXT)).toEqual(output);
    expect(makeWorld).toHaveBeenCalledTimes(1);
    expect(logged()).toMatchObject([
      { level: 'INFO', message: 'done', output, function_name: 'redrill-create-snapshot' },
      { level: 'INFO', message: 'done', output },
    ]);
  });

  it.each([
    [
      { ...INPUT, slot: 'now' },
      "slot: 'now' is not a slot; write it as 20261121T060000Z (UTC, to the minute)",
    ],
    [{ ...INPUT, cache: undefined }, 'cache: it is missing; give a string'],
    [null, 'as a whole: null is not an object'],
  ])('refuses %j before it makes its world', async (event, problem) => {
    const makeWorld = vi.fn();
    const handler = lambdaHandler('create-snapshot', makeWorld, async () => 'never');
    await expect(handler(event, CONTEXT)).rejects.toMatchObject({
      name: 'BadInput',
      message: `the payload of redrill-create-snapshot does not match its schema: ${problem}`,
    });
    expect(makeWorld).not.toHaveBeenCalled();
    expect(logged()).toMatchObject([{ level: 'ERROR', message: 'failed', code: 'BadInput' }]);
  });

  it('throws what the step throws, under the name that the state machine matches', async () => {
    const error = new AppError('SourceNotAvailable', 'sessions is modifying');
    const handler = lambdaHandler(
      'create-snapshot',
      () => undefined,
      async () => Promise.reject(error),
    );
    await expect(handler(INPUT, CONTEXT)).rejects.toBe(error);
    expect(error.name).toBe('SourceNotAvailable');
    expect(logged()).toMatchObject([{ code: 'SourceNotAvailable', reason: 'sessions is modifying' }]);
  });

  it('logs even what is no error', async () => {
    const handler = lambdaHandler(
      'create-snapshot',
      () => undefined,
      async () => Promise.reject('nonsense'),
    );
    await expect(handler(INPUT, CONTEXT)).rejects.toBe('nonsense');
    expect(logged()).toMatchObject([{ code: 'Error', reason: 'nonsense' }]);
  });

  it('makes its world again after it could not', async () => {
    const makeWorld = vi.fn<() => string>().mockImplementationOnce(() => {
      throw new AppError('BadConfig', 'not yet');
    });
    const handler = lambdaHandler(
      'create-snapshot',
      makeWorld.mockReturnValue('world'),
      async (_input, world) => world,
    );
    await expect(handler(INPUT, CONTEXT)).rejects.toMatchObject({ code: 'BadConfig' });
    expect(await handler(INPUT, CONTEXT)).toBe('world');
  });
});

describe('environment', () => {
  it('has what was asked for', () => {
    vi.stubEnv('VAULT_BUCKET', 'vault');
    expect(environment('VAULT_BUCKET')).toEqual({ VAULT_BUCKET: 'vault' });
  });

  it('names everything that is missing, empty ones too', () => {
    vi.stubEnv('VAULT_BUCKET', 'vault');
    vi.stubEnv('LANDING_BUCKET', '');
    const read = () => environment('LANDING_BUCKET', 'VAULT_BUCKET', 'REDRILL_TEST_MISSING');
    const message = 'the environment lacks LANDING_BUCKET, REDRILL_TEST_MISSING; deploy the stack again';
    expect(read).toThrow(expect.objectContaining({ code: 'BadConfig', message }));
  });
});

describe('metrics', () => {
  it('are lines in the embedded metric format, one dimension set each', () => {
    const printed = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    const metrics = emfMetrics();
    metrics.count('ProtectedCaches', 2);
    metrics.seconds('DrillRtoSeconds', 61.5, { cache: 'sessions' });
    printed.mockRestore();
    const [count, seconds] = logged();
    expect(count).toMatchObject({ ProtectedCaches: 2 });
    expect(seconds).toMatchObject({ DrillRtoSeconds: 61.5, cache: 'sessions' });
    expect(seconds?._aws).toMatchObject({
      CloudWatchMetrics: [
        {
          Namespace: 'Redrill',
          Dimensions: [['cache']],
          Metrics: [{ Name: 'DrillRtoSeconds', Unit: 'Seconds' }],
        },
      ],
    });
    expect(count?._aws).toMatchObject({
      CloudWatchMetrics: [{ Dimensions: [[]], Metrics: [{ Name: 'ProtectedCaches', Unit: 'Count' }] }],
    });
  });
});

describe('the clock', () => {
  it('is the system’s', () => expect(Math.abs(systemClock().getTime() - Date.now())).toBeLessThan(1_000));
});

describe('keys of caches that only the deployment knew', () => {
  it.each([
    [undefined, []],
    ['arn:one', ['arn:one']],
    ['arn:one,arn:two', ['arn:one', 'arn:two']],
  ])('%s are %j', (variable, keys) => {
    vi.stubEnv('CACHE_KEY_ARNS', variable);
    expect(deployedCacheKeys()).toEqual(keys);
    vi.unstubAllEnvs();
  });
});
