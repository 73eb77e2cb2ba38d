import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BootstrapEnvironments, BootstrapStackParameters, Toolkit } from '@aws-cdk/toolkit-lib';
import { administratorOf } from '@redrill/local-aws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deployOutput } from '../../../cli/deploy/contract.ts';
import { presets } from '../../../core/contracts/presets.ts';
import { type Started, startEmpty } from '../../../demo/demo.ts';
import type { Ran } from '../../unit/cli/run.ts';
import { runHere } from '../../unit/cli/run-here.ts';

/*
 * redrill deploy in an account in which nothing is deployed: with the CDK's own bootstrap stack and toolkit, over HTTP.
 */

const [SOURCE, VAULT] = ['eu-west-1', 'eu-central-1'];
const ACCOUNT = '111122223333';
const OTHER_ACCOUNT = '444455556666';
const TAKEN = '/aws/lambda/redrill-watch-vault';

const folder = mkdtempSync(join(tmpdir(), 'redrill-deploy-'));
let started: Started;
let [file, files] = ['', 0];

beforeAll(async () => {
  started = await startEmpty({ dataDir: join(folder, 'aws'), startsAt: Date.now() });
  await call('logs', 'CreateLogGroup', VAULT, { logGroupName: TAKEN });
});

afterAll(async () => {
  await started.close();
  rmSync(folder, { recursive: true, force: true });
});

function call(service: string, operation: string, region: string, input: object): Promise<object> {
  return started.aws.fabric.call({ service, operation, region, input, principal: administratorOf(ACCOUNT) });
}

interface Configured {
  readonly vaultAccount?: string;
  readonly vault?: string;
  readonly emails?: readonly string[];
  readonly kmsKeyArn?: string;
  readonly pagerDuty?: string;
}

function configure({
  vaultAccount,
  vault = VAULT,
  emails = ['a@example.com'],
  kmsKeyArn,
  pagerDuty,
}: Configured): void {
  const config = {
    ...(vaultAccount === undefined ? {} : { account: ACCOUNT }),
    source: { region: SOURCE },
    vault: {
      region: vault,
      ...(vaultAccount === undefined ? {} : { account: vaultAccount }),
      ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
    },
    plans: { jobs: presets.jobQueue },
    alerts: { emails, ...(pagerDuty === undefined ? {} : { pagerDuty: { parameter: pagerDuty } }) },
  };
  // A file of its own each time: this process loads a module once.
  file = `redrill-${++files}.config.mjs`;
  writeFileSync(join(folder, file), `export default ${JSON.stringify(config)};\n`);
}

function deploy(options: readonly string[], account = ACCOUNT): Promise<Ran> {
  const env = { ...process.env, CDK_VALIDATION: 'false', ...started.aws.environment(SOURCE, account) };
  return runHere(['deploy', '--config', file, ...options], { cwd: folder, env });
}

const statusOf = (stack: string) => started.aws.stacks.get(stack).status;

describe('before anything is deployed', () => {
  test('it refuses without a terminal and without --yes', async () => {
    configure({});
    const { status, stderr, stdout } = await deploy([]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(
      `The CDK is not bootstrapped in aws://${ACCOUNT}/${SOURCE} and aws://${ACCOUNT}/${VAULT}.`,
    );
    expect(stderr).toContain('there is no terminal to ask on, so nothing was deployed; add --yes');
    expect(() => statusOf('CDKToolkit')).toThrow();
  });

  test('it refuses credentials of an account that the configuration does not name', async () => {
    configure({ vaultAccount: OTHER_ACCOUNT });
    const { status, stderr } = await deploy(['--yes'], '777788889999');
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining(`names ${ACCOUNT} and ${OTHER_ACCOUNT}; nothing was deployed`),
    });
  });
});

describe('the first deployment', () => {
  test('that fails is rolled back, with the reason, what remains, and the next command', async () => {
    configure({});
    const { status, stderr, stdout } = await deploy(['--yes']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/redrill-vault in eu-central-1: new, \d+ resources\n {2}\d+ IAM::Role, /);
    expect(stderr).toContain('Deployed before: redrill-source.');
    expect(stderr).toContain(
      'the stack redrill-vault in eu-central-1 was not deployed; CloudFormation has rolled it back\n',
    );
    expect(stderr).toMatch(/ {2}\w+ \(AWS::Logs::LogGroup.*\): .*already exists/);
    expect(stderr).toMatch(/What CloudFormation could not delete:\n {2}\w+ \(AWS::KMS::Key, /);
    expect(stderr).toMatch(
      /set vault\.kmsKeyArn in the configuration to 'arn:aws:kms:eu-central-1:111122223333:key\//,
    );
    expect(stderr).toContain('Next, after correcting the cause: npx redrill deploy');
  });

  test('succeeds when the cause is corrected; what doctor finds then is part of the result', async () => {
    await call('logs', 'DeleteLogGroup', VAULT, { logGroupName: TAKEN });
    const { status, stdout, stderr } = await deploy(['--yes', '--json']);
    expect(stderr).toContain('redrill-vault in eu-central-1: its first deployment failed;');
    const output = deployOutput.parse(JSON.parse(stdout));
    expect(output.stacks).toMatchObject([
      { stack: 'redrill-source', region: SOURCE, outcome: 'unchanged' },
      { stack: 'redrill-vault', region: VAULT, outcome: 'created' },
    ]);
    expect(output.next).toEqual([
      `Confirm the subscription in the e-mails from AWS Notifications to a@example.com (one from each region: ${VAULT}), within 48 hours`,
      expect.stringContaining('Protect a cache'),
    ]);
    expect(output.doctor).toMatchObject({ deployed: 'yes', outcome: 'problems' });
    expect(status).toBe(1);
  });
});

describe('a further deployment', () => {
  test('changes nothing if nothing has changed, and needs no consent', async () => {
    await call('iam', 'CreateRole', SOURCE, {
      RoleName: 'AWSServiceRoleForElastiCache',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { Service: 'elasticache.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      }),
    });
    const { status, stdout } = await deploy([]);
    expect(stdout).toMatch(
      /^redrill-source {2}eu-west-1 {5}unchanged\nredrill-vault {3}eu-central-1 {2}unchanged\n/,
    );
    expect(stdout).toContain('all well');
    expect(status).toBe(0);
  });

  test('shows what changes, and needs consent', async () => {
    configure({ emails: ['a@example.com', 'b@example.com'] });
    const { status, stderr } = await deploy([]);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /redrill-source in eu-west-1: \d+ resources changed\nResources\n\[\+\] AWS::SNS::Subscription/,
    );
    expect(stderr).toMatch(/\[~\] \d+ AWS::Lambda::Function: new code or configuration\n/);
    expect(stderr).toContain('add --yes to deploy without asking');
    const agreed = await deploy(['--yes']);
    expect(agreed.stdout).toMatch(/^redrill-source {2}eu-west-1 {5}updated {2}\d+ resources, /);
    expect(agreed.stdout).toContain(
      'to a@example.com, b@example.com (one from each region: eu-west-1, eu-central-1)',
    );
    expect(agreed.status).toBe(0);
  });

  test('that removes a key from its stack needs a consent of its own', async () => {
    const key = started.aws.stacks
      .get('redrill-vault')
      .resources.find(({ type, ref }) => type === 'AWS::KMS::Key' && ref);
    configure({ kmsKeyArn: `arn:aws:kms:${VAULT}:${ACCOUNT}:key/${key?.ref}` });
    const { status, stderr } = await deploy(['--yes']);
    expect(status).toBe(2);
    expect(stderr).toContain('This deployment replaces or removes resources that hold something:');
    expect(stderr).toMatch(/\w+ \(AWS::KMS::Key\) leaves the stack, and stays in the account/);
    expect(stderr).toContain('add --allow-replacement to replace or remove the resources above');
    expect(statusOf('redrill-vault')).toBe('UPDATE_COMPLETE');
  });
});

describe('a further deployment that fails', () => {
  test('is rolled back to what was deployed before, with the reason and the next command', async () => {
    const logGroupName = '/aws/lambda/redrill-page-pagerduty';
    await call('logs', 'CreateLogGroup', VAULT, { logGroupName });
    configure({ emails: ['a@example.com', 'b@example.com'], pagerDuty: '/redrill/pagerduty-key' });
    const { status, stderr, stdout } = await deploy(['--yes']);
    await call('logs', 'DeleteLogGroup', VAULT, { logGroupName });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(
      'the stack redrill-vault in eu-central-1 was not deployed; CloudFormation has rolled it back\n',
    );
    expect(stderr).toMatch(/ {2}\w+ \(AWS::Logs::LogGroup.*\): .*already exists/);
    expect(stderr).toContain('Next, after correcting the cause: npx redrill deploy');
    expect(statusOf('redrill-vault')).toBe('UPDATE_ROLLBACK_COMPLETE');
  });
});

describe('a bootstrap stack that the stacks cannot use', () => {
  test('of an old version is refused, with the command that upgrades it', async () => {
    configure({});
    const version = (Value: string) =>
      call('ssm', 'PutParameter', VAULT, {
        Name: '/cdk-bootstrap/hnb659fds/version',
        Type: 'String',
        Value,
        Overwrite: true,
      });
    await version('5');
    const { status, stderr } = await deploy(['--yes']);
    await version('30');
    expect(stderr).toContain('has version 5, which is too old');
    expect(stderr).toContain(`npx cdk bootstrap aws://${ACCOUNT}/${VAULT}`);
    expect(status).toBe(2);
  });

  test('with another qualifier is refused, with the command that adds one', async () => {
    const ioHost = {
      notify: async () => undefined,
      requestResponse: async <T>({ defaultResponse }: { readonly defaultResponse: T }) => defaultResponse,
    };
    const environment = process.env;
    process.env = { ...environment, ...started.aws.environment(SOURCE) };
    const parameters = BootstrapStackParameters.exactly({ qualifier: 'ours' });
    await new Toolkit({ ioHost }).bootstrap(BootstrapEnvironments.fromList([`aws://${ACCOUNT}/eu-west-3`]), {
      parameters,
    });
    process.env = environment;
    configure({ vault: 'eu-west-3' });
    const { status, stderr } = await deploy(['--yes']);
    expect(stderr).toContain("is bootstrapped with the qualifier 'ours'");
    expect(stderr).toContain('--toolkit-stack-name CDKToolkit-hnb659fds --qualifier hnb659fds');
    expect(status).toBe(2);
  });
});

describe('the vault in another account', () => {
  test('each account’s credentials deploy its own stack, and the other command is named', async () => {
    configure({ vaultAccount: OTHER_ACCOUNT });
    const { status, stdout } = await deploy(['--yes'], OTHER_ACCOUNT);
    expect(stdout).toMatch(/^redrill-vault {2}eu-central-1 {2}created {2}\d+ resources, /);
    expect(stdout).toContain(
      `Deploy redrill-source, which is in account ${ACCOUNT}: AWS_PROFILE=<profile of account ${ACCOUNT}> npx redrill deploy`,
    );
    expect(status).toBe(1);
  });
});
