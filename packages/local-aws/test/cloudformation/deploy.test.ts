import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CfnOutput, CfnParameter, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { describe, expect, it } from 'vitest';
import { creationOrder } from '../../cloudformation/creation-order.ts';
import { deployAssembly } from '../../cloudformation/deploy.ts';
import { generatedName } from '../../cloudformation/generated-name.ts';
import type { ResourceDeclaration, ResourceHandler } from '../../cloudformation/resource.ts';
import { parseTemplate } from '../../cloudformation/template.ts';
import { synthesise } from '../../testing/synthesise.ts';

const VAULT = { env: { region: 'eu-central-1' } };

/** A handler that only remembers what it was asked to create. */
function recording(type: string, properties: readonly string[], log: ResourceDeclaration[]): ResourceHandler {
  return {
    type,
    properties,
    create: async (declaration) => {
      log.push(declaration);
      return { ref: `${declaration.logicalId}-ref`, attributes: { Arn: `arn:${declaration.logicalId}` } };
    },
  };
}

const TYPES: Readonly<Record<string, readonly string[]>> = {
  'AWS::IAM::Policy': ['PolicyDocument', 'PolicyName', 'Roles'],
  'AWS::IAM::Role': ['AssumeRolePolicyDocument', 'ManagedPolicyArns', 'Tags'],
  'AWS::Lambda::Function': ['Code', 'Handler', 'Role', 'Runtime', 'Tags', 'Environment'],
  'AWS::SNS::Topic': ['TopicName', 'DisplayName', 'Tags'],
  'AWS::SSM::Parameter': ['Type', 'Value', 'Name', 'Tags'],
};

function recorder() {
  const log: ResourceDeclaration[] = [];
  const handlers = Object.entries(TYPES).map(([type, properties]) => recording(type, properties, log));
  return { log, handlers };
}

describe('a synthesised stack', () => {
  const assembly = synthesise((app) => {
    const stack = new Stack(app, 'Vault', VAULT);
    const topic = new sns.Topic(stack, 'Alerts');
    topic.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const run = new lambda.Function(stack, 'FindExports', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(import.meta.dirname),
      environment: { TOPIC: topic.topicArn, REGION: stack.region, ACCOUNT: stack.account },
    });
    topic.grantPublish(run);
    new CfnOutput(stack, 'Role', { value: run.role?.roleArn ?? '' });
    Tags.of(app).add('product', 'redrill');
  });

  it('is created in the order of its dependencies, intrinsics resolved, under the default account', async () => {
    const { log, handlers } = recorder();
    const [stack] = await deployAssembly(assembly, { handlers });
    expect(stack).toMatchObject({ name: 'Vault', account: '111122223333', region: 'eu-central-1' });
    expect(log.map(({ type }) => type)).toEqual([
      'AWS::SNS::Topic',
      'AWS::IAM::Role',
      'AWS::IAM::Policy',
      'AWS::Lambda::Function',
    ]);
    const [topic, role, , code] = log;
    expect(code?.properties.Environment.Variables).toEqual({
      TOPIC: `${topic?.logicalId}-ref`,
      REGION: 'eu-central-1',
      ACCOUNT: '111122223333',
    });
    expect(stack?.outputs).toEqual({ Role: `arn:${role?.logicalId}` });
    expect(stack?.resources[0]).toMatchObject({ type: 'AWS::SNS::Topic', deletionPolicy: 'Retain' });
  });

  it('finds its assets by the object key in the template', async () => {
    const { log, handlers } = recorder();
    await deployAssembly(assembly, { handlers });
    const code = log.find(({ type }) => type === 'AWS::Lambda::Function');
    expect(code?.properties.Code.S3Bucket).toBe('cdk-hnb659fds-assets-111122223333-eu-central-1');
    const folder = code?.asset(code.properties.Code.S3Key);
    expect(existsSync(join(folder ?? '', 'deploy.test.ts'))).toBe(true);
    expect(() => code?.asset('none.zip')).toThrow('none.zip');
  });

  it('gets the same generated names every time, short enough for a role', async () => {
    const [first, second] = [recorder(), recorder()];
    await deployAssembly(assembly, first);
    await deployAssembly(assembly, second);
    const names = first.log.map((each) => each.generatedName);
    expect(second.log.map((each) => each.generatedName)).toEqual(names);
    expect(new Set(names).size).toBe(names.length);
    expect(Math.max(...names.map(({ length }) => length))).toBeLessThanOrEqual(64);
    const stack = { name: 'A'.repeat(100), account: '1', region: 'r' };
    expect(generatedName(stack, 'L'.repeat(100))).toHaveLength(62);
  });

  it('goes to the account it is sent to', async () => {
    const [stack] = await deployAssembly(assembly, { ...recorder(), accountFor: () => '444455556666' });
    expect(stack?.account).toBe('444455556666');
    expect(stack?.stackId).toMatch(
      /^arn:aws:cloudformation:eu-central-1:444455556666:stack\/Vault\/[0-9a-f-]{36}$/,
    );
  });
});

describe('several stacks', () => {
  it('are deployed in the order of their dependencies, each where it says', async () => {
    const assembly = synthesise((app) => {
      const vault = new Stack(app, 'AVault', { env: { region: 'eu-central-1', account: '444455556666' } });
      const source = new Stack(app, 'BSource', { env: { region: 'eu-west-1' }, stackName: 'redrill-source' });
      new sns.Topic(vault, 'Alerts');
      new sns.Topic(source, 'Alerts');
      vault.addStackDependency(source);
    });
    const { log, handlers } = recorder();
    const stacks = await deployAssembly(assembly, { handlers });
    expect(stacks.map(({ name, account }) => `${name} ${account}`)).toEqual([
      'redrill-source 111122223333',
      'AVault 444455556666',
    ]);
    expect(log.map(({ stack }) => stack.region)).toEqual(['eu-west-1', 'eu-central-1']);
  });
});

describe('parameters', () => {
  const assembly = synthesise((app) => {
    const stack = new Stack(app, 'Vault', VAULT);
    const email = new CfnParameter(stack, 'Email', { default: 'ops@example.com', allowedPattern: '.+@.+' });
    new ssm.CfnParameter(stack, 'P', { type: 'String', value: email.valueAsString });
  });
  const deploy = (parameters?: Record<string, string>) => {
    const { log, handlers } = recorder();
    const given = parameters === undefined ? {} : { parameters: { Vault: parameters } };
    return deployAssembly(assembly, { handlers, ...given }).then(() => log[0]?.properties.Value);
  };

  it('have their default or what is given', async () => {
    await expect(deploy()).resolves.toBe('ops@example.com');
    await expect(deploy({ Email: 'a@b' })).resolves.toBe('a@b');
  });

  it('refuse values that are not allowed, and names that do not exist', async () => {
    await expect(deploy({ Email: 'nobody' })).rejects.toThrow('Vault/Email');
    await expect(deploy({ Mail: 'a@b' })).rejects.toThrow('[Mail] do not exist');
  });
});

describe('what is not modelled is refused by name, before anything is created', () => {
  it.each<[string, (stack: Stack) => void, string]>([
    ['a resource type', (stack) => void new sqs.Queue(stack, 'Q'), 'AWS::SQS::Queue'],
    [
      'a property',
      (stack) => void new sns.CfnTopic(stack, 'T', { fifoTopic: true }),
      'AWS::SNS::Topic.FifoTopic (Vault/T)',
    ],
  ])('%s', async (_name, build, named) => {
    const assembly = synthesise((app) => {
      const stack = new Stack(app, 'Vault', VAULT);
      new sns.Topic(stack, 'First');
      build(stack);
    });
    const { log, handlers } = recorder();
    await expect(deployAssembly(assembly, { handlers })).rejects.toThrow(named);
    expect(log).toEqual([]);
  });

  it('an attribute that the handler does not give', async () => {
    const assembly = synthesise((app) => {
      const stack = new Stack(app, 'Vault', VAULT);
      const role = new iam.Role(stack, 'R', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
      new ssm.CfnParameter(stack, 'P', { type: 'String', value: role.roleId });
    });
    await expect(deployAssembly(assembly, recorder())).rejects.toThrow(
      'the attribute RoleId of AWS::IAM::Role',
    );
  });

  it('a stack without a region', () => {
    expect(() => synthesise((app) => void new sns.Topic(new Stack(app, 'Anywhere'), 'T'))).toThrow(
      'Anywhere without a region',
    );
  });

  it.each<[string, object, string]>([
    ['Mappings', { Mappings: { a: {} } }, 'Mappings'],
    ['Transform', { Transform: { a: {} } }, 'Transform'],
    ['rules', { Rules: { Mine: {} } }, 'Mine'],
    ['creation policies', { Resources: { R: { Type: 'A::B::C', CreationPolicy: {} } } }, 'CreationPolicy'],
    ['other deletion policies', { Resources: { R: { Type: 'A::B::C', DeletionPolicy: 'Maybe' } } }, 'Maybe'],
  ])('in templates: %s', (_name, template, named) => {
    expect(() => parseTemplate({ ...template }, 'Vault')).toThrow(named);
  });

  it('but the usage report of the CDK is passed over', () => {
    const Resources = { CDKMetadata: { Type: 'AWS::CDK::Metadata', Condition: 'CDKMetadataAvailable' } };
    expect(parseTemplate({ Resources, Conditions: { CDKMetadataAvailable: {} } }, 'Vault').resources).toEqual(
      [],
    );
  });
});

it('names a circular dependency', () => {
  const Resources = {
    A: { Type: 'AWS::SNS::Topic', DependsOn: 'B' },
    B: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: { Ref: 'A' } } },
  };
  expect(() => creationOrder(parseTemplate({ Resources }, 'Vault'))).toThrow(
    'Circular dependency between resources: [A, B]',
  );
});
