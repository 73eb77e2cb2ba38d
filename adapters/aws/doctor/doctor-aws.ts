import { DescribeReservedCacheNodesOfferingsCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetAccountSettingsCommand, GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { DoctorAws } from '../../../core/ports/doctor.ts';
import { bucketsNamed } from '../buckets.ts';
import { stsAnswers } from '../caller.ts';
import { CLIENT_OPTIONS } from '../client-options.ts';
import { restoreElastiCache } from '../restore-elasticache.ts';
import { settings } from '../settings/settings.ts';
import { nameOf, translating } from '../translate.ts';
import { cacheFacts } from './cache-facts.ts';
import { quotas } from './quotas.ts';
import { simulator } from './simulator.ts';
import { takenNames } from './taken-names.ts';

/** Holds the version of the bootstrap stack with the CDK's default qualifier. https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-customizing.html (checked 2026-11-23) */
const BOOTSTRAP_PARAMETER = '/cdk-bootstrap/hnb659fds/version';

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/using-service-linked-roles.html (checked 2026-11-23) */
const SERVICE_LINKED_ROLE = 'AWSServiceRoleForElastiCache';

const BUCKETS = 'redrill-';

/** What `redrill doctor` asks in one region. */
export function doctorAws(region: string): DoctorAws {
  const options = { ...CLIENT_OPTIONS, region };
  const [lambda, elasticache] = [new LambdaClient(options), new ElastiCacheClient(options)];
  const [ssm, iam] = [new SSMClient(options), new IAMClient(options)];
  return {
    answers: async () => void (await stsAnswers(region)()),
    bootstrapVersion: () =>
      found(`read the SSM parameter ${BOOTSTRAP_PARAMETER}`, ['ParameterNotFound'], async () => {
        const { Parameter } = await ssm.send(new GetParameterCommand({ Name: BOOTSTRAP_PARAMETER }));
        return Parameter?.Value;
      }),
    hasServiceLinkedRole: async () => {
      const read = () => iam.send(new GetRoleCommand({ RoleName: SERVICE_LINKED_ROLE }));
      const role = await found(
        `read the role ${SERVICE_LINKED_ROLE}`,
        ['NoSuchEntity', 'NoSuchEntityException'],
        read,
      );
      return role !== undefined;
    },
    bucketsOf: (names) => bucketsOf(names, region),
    lambdaEnvironment: (name) =>
      found(`read the configuration of ${name}`, ['ResourceNotFoundException'], async () => {
        const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: name }));
        return Configuration?.Environment?.Variables ?? {};
      }),
    concurrentExecutions: () =>
      translating('read the quotas of Lambda', async () => {
        const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
        return AccountLimit?.ConcurrentExecutions ?? 0;
      }),
    ...quotas(region),
    taken: takenNames(region),
    cache: (name, aliases) => cacheFacts(elasticache, name, aliases),
    engineOffers: restoreElastiCache(region).engineOffers,
    isReservable: (nodeType) =>
      translating(`list offerings of ${nodeType}`, async () => {
        const input = { CacheNodeType: nodeType, MaxRecords: 20 };
        const { ReservedCacheNodesOfferings = [] } = await elasticache.send(
          new DescribeReservedCacheNodesOfferingsCommand(input),
        );
        return ReservedCacheNodesOfferings.length > 0;
      }),
    simulate: simulator(iam),
  };
}

/** Undefined of what does not exist. */
function found<Result>(
  what: string,
  absent: readonly string[],
  read: () => Promise<Result>,
): Promise<Result | undefined> {
  return translating(what, async () => {
    try {
      return await read();
    } catch (error) {
      if (absent.includes(nameOf(error))) return undefined;
      throw error;
    }
  });
}

async function bucketsOf(names: readonly string[], region: string): ReturnType<DoctorAws['bucketsOf']> {
  const there = await bucketsNamed(BUCKETS, region);
  const { ofBucket } = settings({ region });
  return Promise.all(
    names
      .filter((name) => there.includes(name))
      .map(async (name) => {
        const key = keyIn(await ofBucket(name, 'encryption'));
        return { name, ...(key === undefined ? {} : { key }) };
      }),
  );
}

/** The key's ARN, wherever the document of the bucket's encryption has it. */
function keyIn(encryption: object | undefined): string | undefined {
  return /"KMSMasterKeyID":"([^"]+)"/.exec(JSON.stringify(encryption ?? {}))?.[1];
}
