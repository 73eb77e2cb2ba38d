import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResourceDeclaration } from '../../cloudformation/resource.ts';
import { type LocalAws, startLocalAws } from '../../local-aws.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
const STACK = { name: 'table', account: ACCOUNT, region: REGION };

/** What the rows of the table find: buckets, a topic, a key, roles, a function and a state machine. */
export async function startWorld(): Promise<LocalAws> {
  const folder = mkdtempSync(join(tmpdir(), 'redrill-botocore-'));
  const aws = await startLocalAws({ dataDir: join(folder, 'aws') });
  const close = aws.close;
  const code = join(folder, 'function');
  writeFunction(code);
  for (const [type, properties] of RESOURCES) await create(aws, type, { properties, code });
  makeBuckets(aws);
  return {
    ...aws,
    close: async () => {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function makeBuckets({ s3 }: LocalAws): void {
  const here = { account: ACCOUNT, region: REGION };
  s3.admin.createBucket({ ...here, name: 'plain' });
  s3.admin.createBucket({ ...here, name: 'versioned' }, { versioned: true });
  s3.admin.createBucket({ ...here, name: 'locked' }, { versioned: true, objectLock: {} });
  s3.admin.createBucket({ ...here, name: 'elsewhere', region: 'eu-central-1' });
}

const allowing = (Principal: object) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
});
const ofService = (name: string) => allowing({ Service: `${name}.amazonaws.com` });
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

const RESOURCES: readonly (readonly [type: string, properties: Readonly<Record<string, unknown>>])[] = [
  ['AWS::IAM::Role', { RoleName: 'scheduler', AssumeRolePolicyDocument: ofService('scheduler') }],
  ['AWS::IAM::Role', { RoleName: 'worker', AssumeRolePolicyDocument: ofService('lambda') }],
  ['AWS::IAM::Role', { RoleName: 'machine', AssumeRolePolicyDocument: ofService('states') }],
  ['AWS::KMS::Key', { Description: 'of the table' }],
  ['AWS::KMS::Alias', { AliasName: 'alias/table', TargetKeyId: '{{key}}' }],
  ['AWS::SNS::Topic', { TopicName: 'table' }],
  [
    'AWS::Lambda::Function',
    {
      FunctionName: 'table',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: role('worker'),
      Code: { S3Bucket: 'assets', S3Key: 'function.zip' },
    },
  ],
  [
    'AWS::StepFunctions::StateMachine',
    {
      StateMachineName: 'table',
      RoleArn: role('machine'),
      DefinitionString: JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Pass', End: true } } }),
    },
  ],
];

const made = new Map<string, string>();

async function create(
  aws: LocalAws,
  type: string,
  { properties, code }: { readonly properties: Readonly<Record<string, unknown>>; readonly code: string },
): Promise<void> {
  const handler = aws.handlers.find((each) => each.type === type);
  if (handler === undefined) throw new Error(`no handler of ${type}`);
  const given = JSON.parse(JSON.stringify(properties).replace('{{key}}', made.get('AWS::KMS::Key') ?? ''));
  const declaration: ResourceDeclaration = {
    logicalId: type.split(':').at(-1) ?? '',
    type,
    properties: given,
    stack: STACK,
    generatedName: 'table',
    generatedId: 'table',
    asset: () => code,
  };
  made.set(type, (await handler.create(declaration)).ref);
}

/** The function's code: it answers with what it was given. */
function writeFunction(folder: string): void {
  mkdirSync(folder);
  writeFileSync(join(folder, 'index.mjs'), 'export const handler = async (event) => ({ got: event });\n');
}
