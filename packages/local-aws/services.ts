import { join } from 'node:path';
import type { VirtualClock } from './clock.ts';
import type { ResourceHandler } from './cloudformation/resource.ts';
import { Stacks } from './cloudformation/stacks.ts';
import { createFabric } from './fabric.ts';
import type { Faults } from './faults.ts';
import { iamHandlers } from './iam/resources.ts';
import { administratorOf } from './iam/roles.ts';
import { createChatbot } from './model/chatbot.ts';
import { createCloudFormation } from './model/cloudformation/cloudformation.ts';
import { Objects } from './model/cloudformation/objects.ts';
import { createCloudWatch } from './model/cloudwatch/cloudwatch.ts';
import { MetricStore } from './model/cloudwatch/metrics.ts';
import { createEc2 } from './model/ec2.ts';
import { repositoryHandler } from './model/ecr.ts';
import { createElastiCache } from './model/elasticache/elasticache.ts';
import { elastiCacheRole } from './model/elasticache/service-linked-role.ts';
import { createEventBridge } from './model/events.ts';
import { createIam } from './model/iam.ts';
import { createKms } from './model/kms.ts';
import type { Endpoint as LambdaEndpoint } from './model/lambda/child-environment.ts';
import { createLambda } from './model/lambda/lambda.ts';
import type { InternetHost } from './model/lambda/protocol.ts';
import { createLogs } from './model/log-groups.ts';
import { LogStore, logGroupHandler } from './model/logs.ts';
import { createRoute53 } from './model/route53.ts';
import { createS3 } from './model/s3/s3.ts';
import { createScheduler } from './model/scheduler/scheduler.ts';
import { ServiceQuotas } from './model/service-quotas.ts';
import { createSns } from './model/sns.ts';
import { createSqs } from './model/sqs.ts';
import { createSsm } from './model/ssm.ts';
import { createStates } from './model/states/states.ts';
import { createSts } from './model/sts.ts';
import { createTagging } from './model/tagging.ts';
import type { Readings } from './readings.ts';
import type { ServerBinary } from './redis/server-binary.ts';
import { snapshotStore } from './snapshot-store.ts';

export interface ServicesOptions {
  readonly clock: VirtualClock;
  readonly faults: Faults;
  readonly dataDir: string;
  /** The program that every cache node runs. */
  readonly server: ServerBinary;
  readonly internet: Readonly<Record<string, InternetHost>>;
  readonly readings: Readings;
  readonly environmentsPerFunction: number;
  /** Where the Lambdas find AWS; asked when a function starts. */
  readonly endpoint: () => LambdaEndpoint;
}

export type Services = ReturnType<typeof createServices>;

/** Every modelled service, wired to the others and registered; and a handler for each resource type they can create. */
export function createServices(options: ServicesOptions) {
  const { clock, faults, dataDir, server, internet, readings, endpoint, environmentsPerFunction } = options;
  const fabric = createFabric({ clock, faults });
  const metrics = new MetricStore();
  const store = storage({ clock, dataDir, readings, metrics });
  const ec2 = createEc2();
  const events = createEventBridge({ clock, fabric });
  const quotas = new ServiceQuotas();
  const elasticache = createElastiCache({
    clock,
    faults,
    dataDir: join(dataDir, 'elasticache'),
    s3: snapshotStore(fabric, store.s3.admin),
    keys: store.kms,
    network: ec2.network,
    nodeQuota: (place) => quotas.get({ ...place, quota: 'elasticache/L-DFE45DF3' }),
    server,
    readings,
  });
  const logs = new LogStore(clock);
  const network = { internet: { hosts: internet }, openTo: elasticache.routesFor };
  const runtime = { clock, fabric, acts: fabric, roles: fabric.sessions, logs, metrics };
  const accountConcurrency = readings['lambda-concurrency'] === 'ten' ? 10 : 1000;
  const lambda = createLambda({
    ...runtime,
    network,
    endpoint,
    faults,
    accountConcurrency,
    environmentsPerFunction,
  });
  const states = createStates(runtime);
  const scheduler = createScheduler(runtime);
  const cloudwatch = createCloudWatch({ ...runtime, events, readings });
  metrics.count('AWS/SQS', store.sqs.metric);
  const parts = [...Object.values(store), events, elasticache, lambda, states, scheduler, cloudwatch];
  fabric.register(...parts.map(({ service }) => service));
  fabric.register(
    createSts(fabric.sessions),
    createIam(fabric.roles, elastiCacheRole(fabric)),
    createRoute53(),
    quotas.service,
    createLogs(logs),
    createTagging(elasticache.taggingSources),
  );
  fabric.onKill(({ arn }) => void lambda.killInvocationsOf(arn));
  const handlers: readonly ResourceHandler[] = [
    ...parts.flatMap((part) => part.resourceHandlers),
    ...ec2.resourceHandlers,
    ...iamHandlers(fabric.roles),
    logGroupHandler(logs),
    repositoryHandler(),
  ];
  const stacks = new Stacks({
    handlers,
    now: () => clock.now(),
    call: ({ account, region }, service, operation, input) =>
      fabric.call({ service, operation, region, principal: administratorOf(account), input }),
  });
  const objects = new Objects(
    (principal, operation, region, input) =>
      fabric.call({ service: 's3', operation, region, principal, input }),
    join(dataDir, 'code'),
  );
  fabric.register(createCloudFormation({ stacks, objects, sessions: fabric.sessions }));
  return {
    fabric,
    logs,
    events,
    quotas,
    elasticache,
    lambda,
    states,
    scheduler,
    cloudwatch,
    ...store,
    handlers,
    stacks,
  };
}

/** What keeps things: objects, keys, parameters, messages. */
function storage({
  clock,
  dataDir,
  readings,
  metrics,
}: Pick<ServicesOptions, 'clock' | 'dataDir' | 'readings'> & { readonly metrics: MetricStore }) {
  const kms = createKms({ clock });
  const sns = createSns({ clock, kms, metrics });
  return {
    kms,
    s3: createS3({ clock, kms, readings, dataDir: join(dataDir, 's3') }),
    ssm: createSsm({ clock, kms }),
    sns,
    chatbot: createChatbot(sns),
    sqs: createSqs({ clock }),
  };
}
