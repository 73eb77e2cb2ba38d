import { VirtualClock } from './clock.ts';
import { loadAssembly } from './cloudformation/assembly.ts';
import type { DeployedStack } from './cloudformation/stack.ts';
import { DEFAULT_ACCOUNT, type DeployOptions } from './cloudformation/stacks.ts';
import { Faults } from './faults.ts';
import { administratorOf } from './iam/roles.ts';
import type { InternetHost } from './model/lambda/protocol.ts';
import { readingsOf } from './readings.ts';
import { requireServer } from './redis/server-binary.ts';
import { createServices, type Services } from './services.ts';
import { startEndpoint } from './wire/endpoint.ts';

export interface LocalAwsOptions {
  /** Folder for objects, snapshots and the servers' files; made if need be. */
  readonly dataDir: string;
  /** The virtual instant to start at, ms since the epoch. @default now */
  readonly startsAt?: number;
  /** Port of the endpoint. @default any free one */
  readonly port?: number;
  /** Named hosts outside AWS that functions outside a VPC reach. @default none */
  readonly internet?: Readonly<Record<string, InternetHost>>;
  /** Answers to what AWS's documentation leaves open, by question (readings.ts). @default the usual ones */
  readonly readings?: Readonly<Record<string, string>>;
  /**
   * How many invocations of one function run at the same time; further ones wait. Fewer need fewer processes.
   * @default as many as there are, as on Lambda
   */
  readonly environmentsPerFunction?: number;
}

/** AWS on one machine: the services that Redrill's stacks use, in every region, behind one endpoint. */
export interface LocalAws extends Services {
  readonly clock: VirtualClock;
  readonly faults: Faults;
  readonly url: string;
  /** What a client of the account's administrator needs in its environment. */
  environment(region: string, account?: string): Readonly<Record<string, string>>;
  /** Creates, or changes to, what `cdk synth` wrote. */
  deploy(assemblyDir: string, options?: DeployOptions): Promise<readonly DeployedStack[]>;
  /** Ends every server and every Lambda. */
  close(): Promise<void>;
}

/**
 * @throws NoServerError if there is no Valkey or Redis server on this machine
 * @throws RangeError for a question or a reading that does not exist
 */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const clock = new VirtualClock(options.startsAt);
  const faults = new Faults();
  const lambdaEndpoint = { url: '', caFile: '' };
  const services = createServices({
    clock,
    faults,
    dataDir: options.dataDir,
    server: await requireServer(),
    internet: options.internet ?? {},
    readings: readingsOf(options.readings),
    environmentsPerFunction: options.environmentsPerFunction ?? Number.POSITIVE_INFINITY,
    endpoint: () => lambdaEndpoint,
  });
  const { fabric, elasticache, lambda, s3 } = services;
  lambdaEndpoint.caFile = (await elasticache.tls()).caFile;
  const endpoint = await startEndpoint({
    fabric,
    principals: (key, region) => fabric.principalOf(key, region),
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  lambdaEndpoint.url = endpoint.url;
  const { stacks } = services;
  return {
    ...services,
    clock,
    faults,
    url: endpoint.url,
    environment: (region, account = DEFAULT_ACCOUNT) => {
      const key = fabric.issueAccessKey(administratorOf(account));
      return {
        AWS_ENDPOINT_URL: endpoint.url,
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_ACCESS_KEY_ID: key.accessKeyId,
        AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
      };
    },
    deploy: (assemblyDir, options) => stacks.deploy(loadAssembly(assemblyDir), options),
    close: async () => {
      services.scheduler.pause();
      s3.close();
      await Promise.all([lambda.close(), elasticache.close(), endpoint.close()]);
    },
  };
}
