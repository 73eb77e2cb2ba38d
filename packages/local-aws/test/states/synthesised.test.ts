import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  Choice,
  Condition,
  DefinitionBody,
  Fail,
  JsonPath,
  LogLevel,
  Map as MapState,
  StateMachine,
  Succeed,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResourceHandler } from '../../cloudformation/resource.ts';
import { createCloudWatch } from '../../model/cloudwatch/cloudwatch.ts';
import { logGroupHandler } from '../../model/logs.ts';
import { createStates, type States } from '../../model/states/states.ts';
import { ACCOUNT, ADMIN, declare, type LambdaBed, lambdaBed, REGION } from '../lambda/fixture.ts';

const SOURCE = `
  let attempts = 0;
  export const handler = async ({ shard, fail }) => {
    attempts++;
    process.stdout.write(JSON.stringify({ shard, attempts,
      _aws: { Timestamp: Date.now(), CloudWatchMetrics: [{ Namespace: 'Redrill', Dimensions: [[]], Metrics: [{ Name: 'shard' }] }] } }) + '\\n');
    if (fail === 'once' && attempts === 1) throw Object.assign(new Error('again'), { name: 'Transient' });
    if (fail === 'always') throw Object.assign(new Error('broken'), { name: 'Corrupt' });
    return { shard, verified: true };
  };`;

class TestStack extends Stack {
  constructor(scope: Construct, code: string, props: StackProps) {
    super(scope, 'Test', props);
    const verify = new LambdaFunction(this, 'Verify', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromAsset(code),
      timeout: Duration.seconds(20),
      tracing: Tracing.ACTIVE,
      logGroup: new LogGroup(this, 'VerifyLogs'),
    });
    const each = new MapState(this, 'Each', {
      itemsPath: '$.shards',
      itemSelector: { shard: JsonPath.stringAt('$$.Map.Item.Value'), 'fail.$': '$.fail' },
      maxConcurrency: 1,
      resultPath: '$.verified',
    });
    const task = new LambdaInvoke(this, 'Verify shard', {
      lambdaFunction: verify,
      payloadResponseOnly: false,
      outputPath: '$.Payload',
    });
    task.addRetry({ errors: ['Transient'], interval: Duration.minutes(10), maxAttempts: 2 });
    const corrupt = new Fail(this, 'Corrupt', { errorPath: '$.error.Error', cause: 'see the log' });
    each.itemProcessor(task).addCatch(corrupt, { errors: ['Corrupt'], resultPath: '$.error' });
    const done = new Choice(this, 'Anything?')
      .when(Condition.isNotPresent('$.verified[0]'), new Fail(this, 'Nothing', { error: 'Nothing' }))
      .otherwise(new Succeed(this, 'Done'));
    new StateMachine(this, 'Flow', {
      definitionBody: DefinitionBody.fromChainable(
        new Wait(this, 'Settle', { time: WaitTime.duration(Duration.minutes(40)) }).next(each).next(done),
      ),
      timeout: Duration.hours(4),
      tracingEnabled: true,
      logs: { destination: new LogGroup(this, 'FlowLogs'), level: LogLevel.ALL },
    });
  }
}

let bed: LambdaBed;
let states: States;
let folder: string;
let machine: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'redrill-synth-'));
  const bundle = path.join(folder, 'bundle');
  mkdirSync(bundle);
  writeFileSync(path.join(bundle, 'index.mjs'), SOURCE);
  const app = new App({
    outdir: path.join(folder, 'cdk.out'),
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
  });
  new TestStack(app, bundle, { env: { account: ACCOUNT, region: REGION } });
  const { templateFullPath } = app.synth().getStackByName('Test');
  bed = lambdaBed();
  const { fabric, lambda, logs, metrics } = bed;
  states = createStates({ clock: fabric.clock, fabric, acts: fabric, roles: fabric, logs, metrics });
  fabric.add(states.service);
  createCloudWatch({ clock: fabric.clock, logs, metrics, fabric });
  const handlers = [...lambda.resourceHandlers, ...states.resourceHandlers, logGroupHandler(logs)];
  machine = await deploy(readFileSync(templateFullPath, 'utf8'), handlers);
}, 60_000);

afterAll(async () => {
  await bed.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties: object }>;
}

/** Just enough of CloudFormation for this template. @returns the state machine's ARN */
async function deploy(text: string, handlers: readonly ResourceHandler[]): Promise<string> {
  const { Resources }: Template = JSON.parse(text);
  const attributes = new Map<string, Readonly<Record<string, string>>>();
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>;
    if (typeof Ref === 'string') return attributes.get(Ref)?.Ref ?? (Ref === 'AWS::Partition' ? 'aws' : Ref);
    if (Array.isArray(attribute))
      return attributes.get(attribute[0])?.[attribute[1]] ?? `arn:aws:iam::${ACCOUNT}:role/${attribute[0]}`;
    if (Array.isArray(join)) return (resolve(join[1]) as string[]).join(join[0]);
    return Object.fromEntries(Object.entries(value).map(([key, content]) => [key, resolve(content)]));
  };
  for (const { type } of [...handlers].reverse()) {
    for (const [logicalId, { Type, Properties }] of Object.entries(Resources)) {
      const handler = handlers.find((candidate) => candidate.type === Type);
      if (Type !== type || handler === undefined) continue;
      const unknown = Object.keys(Properties ?? {}).filter((name) => !handler.properties.includes(name));
      expect(unknown).toEqual([]);
      if (Type.startsWith('AWS::StepFunctions')) continue;
      const created = await handler.create(
        declare(Type, logicalId, resolve(Properties ?? {}) as object, () => path.join(folder, 'bundle')),
      );
      attributes.set(logicalId, { ...created.attributes, Ref: created.ref });
    }
  }
  const [logicalId = '', flow] =
    Object.entries(Resources).find(([, { Type }]) => Type.startsWith('AWS::StepFunctions')) ?? [];
  const handler = handlers.find(({ type }) => type === flow?.Type);
  const created = await handler?.create(
    declare(flow?.Type ?? '', logicalId, resolve(flow?.Properties) as object),
  );
  return created?.ref ?? '';
}

async function run(input: object) {
  const { fabric } = bed;
  const request = { stateMachineArn: machine, input: JSON.stringify(input) };
  await fabric.call({
    service: 'states',
    operation: 'StartExecution',
    region: REGION,
    principal: ADMIN,
    input: request,
  });
  const [execution] = states.executionsOf(machine);
  if (execution === undefined) throw new Error('not started');
  await fabric.clock.run({
    until: fabric.clock.now() + 86_400_000,
    done: () => execution.status !== 'RUNNING',
  });
  return execution;
}

// In this order: which attempt of a shard fails is counted by the function's warm process.
describe('a synthesised machine', { shuffle: false }, () => {
  it('a synthesised machine with Wait, Map, Retry, Catch and Choice runs real Lambda processes in virtual time', async () => {
    const execution = await run({ shards: [1, 2], fail: 'once' });
    expect(execution.ending).toMatchObject({
      status: 'SUCCEEDED',
      output: {
        shards: [1, 2],
        verified: [
          { shard: 1, verified: true },
          { shard: 2, verified: true },
        ],
      },
    });
    const minutes = ((execution.ending?.at ?? 0) - execution.startedAt) / 60_000;
    expect(Math.floor(minutes)).toBe(50);
    const shard = { account: ACCOUNT, region: REGION, namespace: 'Redrill', name: 'shard', dimensions: {} };
    expect(bed.metrics.values(shard, { from: 0, until: Number.MAX_SAFE_INTEGER })).toEqual([1, 1, 2]);
  });

  it('its Catch and its Choice see what AWS gives them', async () => {
    const corrupt = await run({ shards: [1], fail: 'always' });
    expect(corrupt.ending).toMatchObject({ status: 'FAILED', error: 'Corrupt', cause: 'see the log' });
    const nothing = await run({ shards: [], fail: 'never' });
    expect(nothing.ending).toMatchObject({ status: 'FAILED', error: 'Nothing' });
  });
});
