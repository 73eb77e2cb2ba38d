import { CloudWatchClient, GetMetricDataCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateSnapshotCommand,
  DescribeSnapshotsCommand,
  ElastiCacheClient,
  paginateDescribeSnapshots,
  SnapshotAlreadyExistsFault,
  SnapshotQuotaExceededFault,
} from '@aws-sdk/client-elasticache';
import { EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, onTestFinished, test } from 'vitest';
import { type Operation, type Service, ServiceError } from '../../model/service.ts';
import { CREDENTIALS, principals, TestFabric } from '../../testing/fabric.ts';
import { startEndpoint } from '../../wire/endpoint.ts';

async function serve(name: string, operations: Record<string, Operation>) {
  const fabric = new TestFabric();
  const service: Service = { name, operations };
  fabric.register(service);
  const failures: unknown[] = [];
  const endpoint = await startEndpoint({
    fabric,
    principals,
    onFailure: (failure) => failures.push(failure),
  });
  onTestFinished(() => endpoint.close());
  const config = { region: 'eu-west-1', endpoint: endpoint.url, credentials: CREDENTIALS, maxAttempts: 1 };
  return { fabric, config, failures, url: endpoint.url };
}

test('query: ElastiCache lists are paged, and structures, lists and instants come back whole', async () => {
  const createdAt = new Date('2026-11-21T06:00:00.500Z');
  const { config, fabric } = await serve('elasticache', {
    async DescribeSnapshots({ Marker }, call) {
      expect(call).toMatchObject({ region: 'eu-west-1', principal: { kind: 'administrator' } });
      const page = Number(Marker ?? 0);
      const NodeSnapshots = [
        { NodeGroupId: '0001', SnapshotCreateTime: createdAt, CacheSize: '1 MB & <more>' },
      ];
      return {
        Snapshots: [
          { SnapshotName: `s-${page}`, NumNodeGroups: 1, AutomaticFailover: 'enabled', NodeSnapshots },
        ],
        ...(page < 2 ? { Marker: String(page + 1) } : {}),
      };
    },
  });
  const client = new ElastiCacheClient(config);
  const names: (string | undefined)[] = [];
  for await (const page of paginateDescribeSnapshots({ client }, {})) {
    names.push(...(page.Snapshots?.map(({ SnapshotName }) => SnapshotName) ?? []));
    expect(page.Snapshots?.[0]?.NodeSnapshots).toEqual([
      { NodeGroupId: '0001', SnapshotCreateTime: createdAt, CacheSize: '1 MB & <more>' },
    ]);
  }
  expect(names).toEqual(['s-0', 's-1', 's-2']);
  expect(fabric.calls).toHaveLength(3);
});

test('query: nested input arrives as the SDK was given it, and modelled errors as their classes', async () => {
  const inputs: object[] = [];
  const { config } = await serve('elasticache', {
    async CreateSnapshot(input) {
      inputs.push(input);
      // Either of an error's two names does.
      const code = inputs.length === 1 ? 'SnapshotAlreadyExistsFault' : 'SnapshotQuotaExceededFault';
      throw new ServiceError(code, 'no more than 20 a day');
    },
  });
  const client = new ElastiCacheClient(config);
  const command = new CreateSnapshotCommand({
    SnapshotName: 'a',
    Tags: [
      { Key: 'k', Value: 'v w&' },
      { Key: 'l', Value: '' },
    ],
  });
  await expect(client.send(command)).rejects.toThrow(SnapshotAlreadyExistsFault);
  await expect(client.send(command)).rejects.toThrow(SnapshotQuotaExceededFault);
  expect(inputs[0]).toEqual({
    SnapshotName: 'a',
    Tags: [
      { Key: 'k', Value: 'v w&' },
      { Key: 'l', Value: '' },
    ],
  });
});

test('query: SNS maps', async () => {
  const { config } = await serve('sns', {
    async Publish(input) {
      expect(input).toEqual({
        TopicArn: 'arn:aws:sns:eu-west-1:111122223333:t',
        Message: 'hello\r\nworld',
        MessageAttributes: { severity: { DataType: 'String', StringValue: 'P1' } },
      });
      return { MessageId: 'id-1' };
    },
  });
  const published = await new SNSClient(config).send(
    new PublishCommand({
      TopicArn: 'arn:aws:sns:eu-west-1:111122223333:t',
      Message: 'hello\r\nworld',
      MessageAttributes: { severity: { DataType: 'String', StringValue: 'P1' } },
    }),
  );
  expect(published.MessageId).toBe('id-1');
});

test('json: Step Functions 1.0, Systems Manager and KMS 1.1', async () => {
  const started = new Date('2026-11-21T06:00:00.250Z');
  const states = await serve('states', {
    async StartExecution({ name }) {
      if (name === 'twice')
        throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: ${name}`);
      return { executionArn: `arn:${name}`, startDate: started };
    },
  });
  const sfn = new SFNClient(states.config);
  const start = (name: string) => sfn.send(new StartExecutionCommand({ stateMachineArn: 'arn:x', name }));
  expect(await start('once')).toMatchObject({ executionArn: 'arn:once', startDate: started });
  await expect(start('twice')).rejects.toThrow(ExecutionAlreadyExists);

  const ssm = await serve('ssm', {
    async GetParameter({ Name }) {
      if (Name === '/none') throw new ServiceError('ParameterNotFound', 'no such parameter');
      return { Parameter: { Name, Value: 'v', Type: 'String', Version: 3, LastModifiedDate: started } };
    },
  });
  const client = new SSMClient(ssm.config);
  const { Parameter } = await client.send(new GetParameterCommand({ Name: '/a' }));
  expect(Parameter).toEqual({
    Name: '/a',
    Value: 'v',
    Type: 'String',
    Version: 3,
    LastModifiedDate: started,
  });
  await expect(client.send(new GetParameterCommand({ Name: '/none' }))).rejects.toThrow(ParameterNotFound);

  const kms = await serve('kms', {
    Encrypt: async ({ Plaintext }) => ({ CiphertextBlob: Buffer.from(Plaintext).reverse(), KeyId: 'k' }),
  });
  const { CiphertextBlob } = await new KMSClient(kms.config).send(
    new EncryptCommand({ KeyId: 'k', Plaintext: new Uint8Array([1, 2, 3]) }),
  );
  expect([...(CiphertextBlob ?? [])]).toEqual([3, 2, 1]);
});

test('CloudWatch in the protocols that clients speak to it: JSON from the SDK, query, CBOR', async () => {
  const seen: object[] = [];
  const { config, url } = await serve('monitoring', {
    async PutMetricData(input) {
      seen.push(input);
      return {};
    },
    GetMetricData: async () => {
      throw new ServiceError('InvalidNextToken', 'stale');
    },
  });
  const client = new CloudWatchClient(config);
  const at = new Date('2026-11-21T06:00:00Z');
  const input = {
    Namespace: 'Redrill',
    MetricData: [{ MetricName: 'AchievedRpo', Value: 3600.5, Timestamp: at }],
  };
  await client.send(new PutMetricDataCommand(input));
  await expect(
    client.send(new GetMetricDataCommand({ MetricDataQueries: [], StartTime: at, EndTime: at })),
  ).rejects.toMatchObject({ message: 'stale', Error: { Code: 'InvalidNextToken' } });
  const authorization = `AWS4-HMAC-SHA256 Credential=${CREDENTIALS.accessKeyId}/20261121/eu-west-1/monitoring/aws4_request, SignedHeaders=host, Signature=00`;
  const query = await fetch(url, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=PutMetricData&Version=2010-08-01&Namespace=Redrill&MetricData.member.1.MetricName=AchievedRpo&MetricData.member.1.Value=3600.5&MetricData.member.1.Timestamp=2026-11-21T06%3A00%3A00Z',
  });
  expect(await query.text()).toContain(
    '<PutMetricDataResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/">',
  );
  const { cbor, dateToTag } = await import('@smithy/core/cbor');
  const tree = { ...input, MetricData: [{ ...input.MetricData[0], Timestamp: dateToTag(at) }] };
  const rpc = await fetch(`${url}/service/GraniteServiceVersion20100801/operation/PutMetricData`, {
    method: 'POST',
    headers: { authorization, 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' },
    body: Buffer.from(cbor.serialize(tree)),
  });
  expect([rpc.status, rpc.headers.get('smithy-protocol')]).toEqual([200, 'rpc-v2-cbor']);
  expect(seen).toEqual([input, input, input]);
});

test('rest-json: labels, queries, payloads and headers', async () => {
  const scheduler = await serve('scheduler', {
    async GetSchedule(input) {
      expect(input).toEqual({ Name: 'find exports', GroupName: 'redrill' });
      return {
        Name: input.Name,
        State: 'ENABLED',
        CreationDate: new Date(0),
        FlexibleTimeWindow: { Mode: 'OFF' },
      };
    },
  });
  const schedule = await new SchedulerClient(scheduler.config).send(
    new GetScheduleCommand({ Name: 'find exports', GroupName: 'redrill' }),
  );
  expect(schedule).toMatchObject({
    State: 'ENABLED',
    CreationDate: new Date(0),
    FlexibleTimeWindow: { Mode: 'OFF' },
  });

  const lambda = await serve('lambda', {
    async Invoke({ FunctionName, Payload, InvocationType }) {
      expect([FunctionName, InvocationType]).toEqual(['f', 'RequestResponse']);
      return {
        StatusCode: 202,
        FunctionError: 'Unhandled',
        Payload: Buffer.from(`got ${Buffer.from(Payload)}`),
      };
    },
  });
  const invoked = await new LambdaClient(lambda.config).send(
    new InvokeCommand({ FunctionName: 'f', InvocationType: 'RequestResponse', Payload: '{"a":1}' }),
  );
  expect(invoked).toMatchObject({ StatusCode: 202, FunctionError: 'Unhandled' });
  expect(Buffer.from(invoked.Payload ?? []).toString()).toBe('got {"a":1}');
});

test('who calls is read from the access key, and strangers are refused', async () => {
  const { config } = await serve('sts', {
    GetCallerIdentity: async (_, call) => ({ Arn: call.principal.arn, Account: call.principal.account }),
  });
  const whoAmI = (accessKeyId: string) =>
    new STSClient({ ...config, credentials: { ...CREDENTIALS, accessKeyId } }).send(
      new GetCallerIdentityCommand({}),
    );
  expect(await whoAmI(CREDENTIALS.accessKeyId)).toMatchObject({ Account: '111122223333' });
  await expect(whoAmI('AKIASTRANGER')).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
});

test('an unsigned request is refused', async () => {
  const { url } = await serve('sts', {});
  const answer = await fetch(url, { method: 'POST', body: 'Action=GetCallerIdentity' });
  expect([answer.status, await answer.text()]).toEqual([
    403,
    expect.stringContaining('MissingAuthenticationToken'),
  ]);
});

test('operations, parameters and answers that are not modelled are refused by name', async () => {
  const { config, failures } = await serve('elasticache', {
    DescribeSnapshots: async () => ({ Snapshots: [{ SnapshotNam: 'typo' }] }),
  });
  const client = new ElastiCacheClient(config);
  await expect(client.send(new CreateSnapshotCommand({ SnapshotName: 'a' }))).rejects.toMatchObject({
    name: 'NotModelled',
    message: expect.stringContaining('elasticache:CreateSnapshot'),
    $metadata: { httpStatusCode: 501 },
  });
  await expect(client.send(new DescribeSnapshotsCommand({}))).rejects.toMatchObject({
    message: expect.stringContaining('SnapshotNam: no such member'),
    $metadata: { httpStatusCode: 500 },
  });
  expect(failures).toHaveLength(1);
  const unknown = new DescribeSnapshotsCommand({});
  unknown.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { body: string };
      request.body += '&Frobnicate=1';
      return next(args);
    },
    { step: 'build', priority: 'high' },
  );
  await expect(client.send(unknown)).rejects.toMatchObject({
    message: expect.stringContaining('Frobnicate'),
  });
  const lambda = new LambdaClient(config);
  await expect(lambda.send(new InvokeCommand({ FunctionName: 'f' }))).rejects.toMatchObject({
    name: 'NotModelled',
  });
});

test('a lost reply: the operation is done, and the client sees the connection end', async () => {
  const { config, fabric } = await serve('states', {
    StartExecution: async () => ({ executionArn: 'arn:x', startDate: new Date() }),
  });
  fabric.faults.arm({ kind: 'lost-reply', service: 'states', operation: 'StartExecution' });
  const client = new SFNClient(config);
  const start = () => client.send(new StartExecutionCommand({ stateMachineArn: 'arn:x' }));
  await expect(start()).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(fabric.calls).toHaveLength(1);
  expect((await start()).executionArn).toBe('arn:x');
});
