import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { administratorOf, type InternetHost, type LocalAws, startLocalAws } from '@redrill/local-aws';
import { DEFAULT_ACCOUNT, type DeployedStack } from '@redrill/local-aws/cloudformation';
import { NoServerError, type TlsFiles } from '@redrill/local-aws/redis';
import type { Config } from '../core/contracts/config.ts';
import { parseConfig } from '../core/contracts/parse-config.ts';
import { resourceNames, WORKFLOWS, type Workflow } from '../core/contracts/resources.ts';
import { AppError } from '../core/model/errors.ts';
import { ASSEMBLY_FOLDER, SYNTHESIS } from './folders.ts';
import {
  HEARTBEAT_ADDRESS,
  HEARTBEAT_HOST,
  type HeartbeatReceiver,
  startHeartbeatReceiver,
} from './heartbeat-receiver.ts';

/** A local AWS, and where the two halves of Redrill are or will be. */
export interface Started {
  readonly aws: LocalAws;
  readonly source: Place;
  readonly vault: Place;
  close(): Promise<void>;
}

/** The stacks deployed into a local AWS, and how to find one's way in them. */
export interface Demo extends Started {
  readonly config: Config;
  /** The source's. */
  readonly account: string;
  readonly landingBucket: string;
  readonly vaultBucket: string;
  readonly machines: Readonly<Record<Workflow, string>>;
  readonly heartbeats: HeartbeatReceiver;
  /** A call as the administrator of the account that has its half in that region. */
  call(service: string, operation: string, region: string, input: object): Promise<object>;
}

export interface Place {
  readonly account: string;
  readonly region: string;
}

export interface DemoOptions {
  /** Where everything is kept; emptied first. */
  readonly dataDir: string;
  /** Virtual instant to start at, ms since the epoch. */
  readonly startsAt: number;
  readonly port?: number;
  /** What the assembly was synthesised from. @default redrill.config.ts */
  readonly config?: Config;
  /** Answers to what AWS's documentation leaves open. @default the usual ones */
  readonly readings?: Readonly<Record<string, string>>;
  /** Starts further hosts of the local internet, with certificates of its authority. @default none */
  readonly hosts?: (tls: TlsFiles) => Promise<Readonly<Record<string, InternetHost>>>;
  /** How many invocations of one Lambda run at the same time. @default as many as there are */
  readonly environmentsPerFunction?: number;
  /** @default deploys the assembly */
  readonly deploy?: (aws: LocalAws) => Promise<readonly DeployedStack[]>;
}

/** The runtime of the Lambdas, `nodejs24.x`. */
const LAMBDA_NODE = 24;

/**
 * Writes the cloud assembly, as `cdk synth` does, and gives its folder.
 * @param config file of another configuration. @default redrill.config.ts
 */
export async function synthesise(config?: string): Promise<string> {
  refuseOlderNode();
  const env = { ...process.env, CDK_OUTDIR: ASSEMBLY_FOLDER, ...(config && { REDRILL_CONFIG: config }) };
  await promisify(execFile)(process.execPath, [SYNTHESIS], { env });
  return ASSEMBLY_FOLDER;
}

/** The Lambdas run in processes of this Node. */
function refuseOlderNode(): void {
  const { node } = process.versions;
  if (Number.parseInt(node, 10) >= LAMBDA_NODE) return;
  throw new AppError(
    'NotInstalled',
    `the local AWS runs Lambda functions in Node ${LAMBDA_NODE}, and this is Node ${node}; install Node ${LAMBDA_NODE} or newer`,
  );
}

function sayingWhatToInstall(error: unknown): never {
  if (error instanceof NoServerError) throw new AppError('NoServer', error.message, { cause: error });
  throw error;
}

/** Starts a local AWS in which nothing is deployed. */
export async function startEmpty({ dataDir, startsAt, port }: DemoOptions): Promise<Started> {
  refuseOlderNode();
  await emptied(dataDir);
  const options = { dataDir, startsAt, ...(port === undefined ? {} : { port }) };
  const aws = await startLocalAws(options).catch(sayingWhatToInstall);
  const { source, vault } = parseConfig((await import('../redrill.config.ts')).default);
  const account = DEFAULT_ACCOUNT;
  return {
    aws,
    source: { account, region: source.region },
    vault: { account, region: vault.region },
    close: () => aws.close(),
  };
}

async function emptied(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}

/** Starts a local AWS, deploys the assembly into it, and stores the heartbeat's address. */
export async function startDemo(assemblyDir: string, options: DemoOptions): Promise<Demo> {
  const {
    dataDir,
    startsAt,
    port,
    config: deployed,
    readings = {},
    hosts,
    environmentsPerFunction,
  } = options;
  await emptied(dataDir);
  const internet: Record<string, InternetHost> = {};
  const aws = await startLocalAws({
    dataDir,
    startsAt,
    internet,
    readings,
    ...(port === undefined ? {} : { port }),
    ...(environmentsPerFunction === undefined ? {} : { environmentsPerFunction }),
  }).catch(sayingWhatToInstall);
  const tls = await aws.elasticache.tls();
  const heartbeats = await startHeartbeatReceiver(tls);
  Object.assign(internet, await hosts?.(tls));
  internet[HEARTBEAT_HOST] = { address: HEARTBEAT_ADDRESS, port: heartbeats.port };
  const stacks = await (options.deploy?.(aws) ?? aws.deploy(assemblyDir));
  const config = deployed ?? parseConfig((await import('../redrill.config.ts')).default);
  const placeOf = ({ region }: { readonly region: string }): Place => {
    const account = stacks.find((stack) => stack.region === region)?.account ?? '';
    return { account, region };
  };
  const source = placeOf(config.source);
  const vault = placeOf(config.vault);
  const demo: Demo = {
    aws,
    config,
    account: source.account,
    source,
    vault,
    landingBucket: resourceNames.landingBucket(source.account, config),
    vaultBucket: resourceNames.vaultBucket(vault.account, config),
    machines: machinesOf(stacks),
    heartbeats,
    call: (service, operation, region, input) => {
      const { account } = region === vault.region ? vault : source;
      return aws.fabric.call({ service, operation, region, principal: administratorOf(account), input });
    },
    close: async () => void (await Promise.all([aws.close(), heartbeats.close()])),
  };
  await storeHeartbeat(demo);
  return demo;
}

function machinesOf(stacks: readonly DeployedStack[]): Record<Workflow, string> {
  const machines = stacks.flatMap(({ resources }) =>
    resources.filter(({ type }) => type === 'AWS::StepFunctions::StateMachine'),
  );
  const arnOf = (workflow: Workflow) => machines.find(({ ref }) => ref.endsWith(`-${workflow}`))?.ref ?? '';
  return Object.fromEntries(WORKFLOWS.map((workflow) => [workflow, arnOf(workflow)])) as Record<
    Workflow,
    string
  >;
}

async function storeHeartbeat({ call, config, vault }: Demo): Promise<void> {
  if (config.heartbeat === undefined) return;
  const input = {
    Name: config.heartbeat.parameter,
    Type: 'SecureString',
    Value: `https://${HEARTBEAT_HOST}/ping/redrill-demo`,
  };
  await call('ssm', 'PutParameter', vault.region, input);
}
