import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BootstrapEnvironments, type IIoHost, Toolkit } from '@aws-cdk/toolkit-lib';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  type CreateChangeSetCommandInput,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../clock.ts';
import { Faults } from '../../faults.ts';
import { administratorOf } from '../../iam/roles.ts';
import { readingsOf } from '../../readings.ts';
import { createServices, type Services } from '../../services.ts';
import { ACCOUNT } from '../../testing/fabric.ts';
import { type Endpoint, startEndpoint } from '../../wire/endpoint.ts';

/*
 * CloudFormation as the CDK's own toolkit calls it: its bootstrap stack, assets in S3, change sets, events.
 */

const REGION = 'eu-west-1';
const folder = mkdtempSync(join(tmpdir(), 'redrill-toolkit-'));
let services: Services;
let endpoint: Endpoint;
let client: CloudFormationClient;

beforeAll(async () => {
  services = createServices({
    clock: new VirtualClock(),
    faults: new Faults(),
    dataDir: join(folder, 'aws'),
    server: { file: '', argv0: '', engine: 'valkey', version: '', tls: false },
    internet: {},
    readings: readingsOf(),
    environmentsPerFunction: 1,
    endpoint: () => ({ url: '', caFile: '' }),
  });
  const { fabric } = services;
  endpoint = await startEndpoint({ fabric, principals: (key, region) => fabric.principalOf(key, region) });
  const key = fabric.issueAccessKey(administratorOf(ACCOUNT));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
  });
  client = new CloudFormationClient({ maxAttempts: 1 });
  await toolkit.bootstrap(BootstrapEnvironments.fromList([`aws://${ACCOUNT}/${REGION}`]));
}, 60_000);

afterAll(async () => {
  services.s3.close();
  await Promise.all([services.lambda.close(), services.elasticache.close(), endpoint.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const said: string[] = [];
const ioHost: IIoHost = {
  notify: async ({ message }) => void said.push(message),
  requestResponse: async ({ defaultResponse }) => defaultResponse,
};
const toolkit = new Toolkit({ ioHost, color: false, emojis: false });

/** Synthesises an app with one stack, and deploys it. */
async function deploy(build: (stack: Stack) => void, stackName = 'Orders') {
  const outdir = mkdtempSync(join(folder, 'out-'));
  const app = new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false });
  build(new Stack(app, stackName, { env: { region: REGION } }));
  app.synth();
  said.length = 0;
  const assembly = await toolkit.fromAssemblyDirectory(outdir);
  const { stacks } = await toolkit.deploy(assembly, { stackEventPollingInterval: 20 });
  return stacks[0];
}

function describeStack(StackName: string) {
  return client.send(new DescribeStacksCommand({ StackName })).then(({ Stacks }) => Stacks?.[0]);
}

const codeOf = (text: string) => {
  const code = mkdtempSync(join(folder, 'code-'));
  writeFileSync(join(code, 'index.mjs'), text);
  return lambda.Code.fromAsset(code);
};

const withFunction = (text: string) => (stack: Stack) => {
  const topic = new sns.Topic(stack, 'Alerts', { topicName: 'alerts' });
  new lambda.Function(stack, 'Run', {
    functionName: 'run',
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: codeOf(text),
  });
  new CfnOutput(stack, 'Topic', { value: topic.topicArn });
};

describe('the CDK’s toolkit', () => {
  it('bootstraps a region with the stack that it carries', async () => {
    const stack = await describeStack('CDKToolkit');
    expect(stack).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
    expect(stack?.Outputs).toContainEqual({
      OutputKey: 'BucketName',
      OutputValue: `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`,
    });
  });

  it('deploys a stack with the roles of the bootstrap stack, a function’s code from S3 included', async () => {
    const stack = await deploy(withFunction('export const handler = async () => 1;'));
    expect(stack?.outputs).toEqual({ Topic: `arn:aws:sns:${REGION}:${ACCOUNT}:alerts` });
    const created = services.fabric.calls.find(
      ({ operation, principal }) => operation === 'ExecuteChangeSet' && principal.kind === 'role',
    );
    expect(created?.principal.arn).toMatch(/role\/cdk-hnb659fds-deploy-role-/);
    expect(said.join('\n')).toMatch(/CREATE_COMPLETE.*AWS::Lambda::Function/);
    expect(codeDeployed()).toBe('export const handler = async () => 1;');
  });

  it('updates it, and finds nothing to do the second time', async () => {
    const next = withFunction('export const handler = async () => 2;');
    await deploy(next);
    expect(await describeStack('Orders')).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
    expect(codeDeployed()).toBe('export const handler = async () => 2;');
    await deploy(next);
    expect(said.join('\n')).toContain('(no changes)');
  });

  it('is told which resource failed; the stack is rolled back, and created by the next deployment', async () => {
    const twice = (name: string) => (stack: Stack) => {
      new sqs.Queue(stack, 'First', { queueName: 'first' });
      new lambda.Function(stack, 'Taken', {
        functionName: name,
        runtime: lambda.Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: codeOf('export const handler = async () => 3;'),
      });
    };
    await expect(deploy(twice('run'), 'Failing')).rejects.toThrow('Function already exist: run');
    const failed = await describeStack('Failing');
    expect(failed?.StackStatus).toBe('ROLLBACK_COMPLETE');
    const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: 'Failing' }));
    const statuses = StackEvents.map(
      (event) => `${event.LogicalResourceId?.slice(0, 5)} ${event.ResourceStatus}`,
    );
    expect(statuses).toEqual(
      expect.arrayContaining(['Faili ROLLBACK_IN_PROGRESS', 'Taken CREATE_FAILED', 'First DELETE_COMPLETE']),
    );
    await deploy(twice('another'), 'Failing');
    expect((await describeStack('Failing'))?.StackStatus).toBe('CREATE_COMPLETE');
    // By its id, what was deleted is still described.
    expect((await describeStack(failed?.StackId ?? ''))?.StackStatus).toBe('DELETE_COMPLETE');
  });
});

/** What Lambda runs for the function `run`. */
function codeDeployed(): string {
  const { resources, artifact } = services.stacks.get('Orders');
  const code = resources.find(({ type }) => type === 'AWS::Lambda::Function')?.properties.Code;
  const { S3Key: key }: { readonly S3Key?: string } = Object(code);
  return readFileSync(join(artifact.assets.get(key ?? '') ?? '', 'index.mjs'), 'utf8');
}

describe('over HTTP', () => {
  const topic = { Resources: { T: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 't' } } } };
  const create = (template: object, others: Partial<CreateChangeSetCommandInput> = {}) =>
    client.send(
      new CreateChangeSetCommand({
        StackName: 'Small',
        ChangeSetName: 'one',
        ChangeSetType: 'CREATE',
        TemplateBody: JSON.stringify(template),
        ...others,
      }),
    );

  it('a stack is in review until its first change set is executed, and goes when it is deleted', async () => {
    const { Id: id = '', StackId: stackId } = await create(topic);
    expect((await describeStack('Small'))?.StackStatus).toBe('REVIEW_IN_PROGRESS');
    const described = await client.send(new DescribeChangeSetCommand({ ChangeSetName: id }));
    expect(described).toMatchObject({ StackId: stackId, Status: 'CREATE_COMPLETE' });
    expect(described.Changes?.[0]?.ResourceChange).toMatchObject({ Action: 'Add', LogicalResourceId: 'T' });
    const kept = new ExecuteChangeSetCommand({ ChangeSetName: id, DisableRollback: true });
    await expect(client.send(kept)).rejects.toThrow('DisableRollback = true');
    // As `aws cloudformation deploy` calls it.
    await client.send(new ExecuteChangeSetCommand({ ChangeSetName: id, DisableRollback: false }));
    await expect.poll(async () => (await describeStack('Small'))?.StackStatus).toBe('CREATE_COMPLETE');
    const { StackResources } = await client.send(new DescribeStackResourcesCommand({ StackName: 'Small' }));
    expect(StackResources?.[0]).toMatchObject({ PhysicalResourceId: `arn:aws:sns:${REGION}:${ACCOUNT}:t` });
    await client.send(new DeleteStackCommand({ StackName: 'Small' }));
    await expect(describeStack('Small')).rejects.toThrow('Stack with id Small does not exist');
    await expect(client.send(new DeleteStackCommand({ StackName: 'Small' }))).resolves.toBeDefined();
  });

  it('a replacement and a removal are told before they are made', async () => {
    const { Id: first = '' } = await create({
      Resources: { ...topic.Resources, Q: { Type: 'AWS::SQS::Queue' } },
    });
    await client.send(new ExecuteChangeSetCommand({ ChangeSetName: first }));
    await expect.poll(async () => (await describeStack('Small'))?.StackStatus).toBe('CREATE_COMPLETE');
    const renamed = { Resources: { T: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'other' } } } };
    const { Id: second = '' } = await create(renamed, { ChangeSetType: 'UPDATE', ChangeSetName: 'two' });
    const { Changes } = await client.send(new DescribeChangeSetCommand({ ChangeSetName: second }));
    expect(Changes?.map(({ ResourceChange }) => ResourceChange)).toMatchObject([
      { Action: 'Modify', LogicalResourceId: 'T', Replacement: 'True' },
      { Action: 'Remove', LogicalResourceId: 'Q' },
    ]);
    await client.send(new DeleteStackCommand({ StackName: 'Small' }));
  });

  it.each<[string, object, Partial<CreateChangeSetCommandInput>, string]>([
    [
      'a type that is not modelled',
      { Resources: { X: { Type: 'AWS::EKS::Cluster' } } },
      {},
      'AWS::EKS::Cluster',
    ],
    ['an update of no stack', topic, { ChangeSetType: 'UPDATE' }, 'Stack [Small] does not exist'],
    ['what is no template', topic, { TemplateBody: '- a' }, 'Template format error: unsupported structure'],
    ['a tag of YAML', topic, { TemplateBody: 'Resources: !Sub x' }, 'Unresolved tag: !Sub'],
    ['text that cannot be read', topic, { TemplateBody: '{' }, 'Template format error'],
    ['a template nowhere', topic, { TemplateBody: undefined }, 'Either TemplateBody or TemplateURL'],
    [
      'a URL elsewhere',
      topic,
      { TemplateBody: undefined, TemplateURL: 'https://example.com/t' },
      'TemplateURL must be a supported URL',
    ],
    [
      'roles without the capability',
      { Resources: { R: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'r' } } } },
      { Capabilities: ['CAPABILITY_IAM'] },
      'Requires capabilities : [CAPABILITY_NAMED_IAM]',
    ],
    [
      'an unknown condition',
      { Resources: { R: { Type: 'AWS::SNS::Topic', Condition: 'x' } } },
      {},
      'dependency x',
    ],
  ])('%s is refused', async (_what, template, others, message) => {
    await expect(create(template, others)).rejects.toThrow(message);
  });

  it('a change set that does not exist is said to be missing', async () => {
    const sent = client.send(new DescribeChangeSetCommand({ StackName: 'Orders', ChangeSetName: 'none' }));
    await expect(sent).rejects.toMatchObject({ name: 'ChangeSetNotFoundException' });
  });
});
