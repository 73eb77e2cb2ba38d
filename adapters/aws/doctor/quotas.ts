import { ElastiCacheClient, paginateDescribeCacheClusters } from '@aws-sdk/client-elasticache';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import type { DoctorAws } from '../../../core/ports/doctor.ts';
import { CLIENT_OPTIONS } from '../client-options.ts';
import { nameOf, translating } from '../translate.ts';

/** What the account may have in a region, and what of it it has. */
export function quotas(region: string): Pick<DoctorAws, 'quota' | 'cacheNodes'> {
  const options = { ...CLIENT_OPTIONS, region };
  const [client, elasticache] = [new ServiceQuotasClient(options), new ElastiCacheClient(options)];
  return {
    quota: (ServiceCode, QuotaCode) =>
      translating(`read the quota ${ServiceCode} ${QuotaCode}`, async () => {
        const input = { ServiceCode, QuotaCode };
        const read = async (command: GetServiceQuotaCommand | GetAWSDefaultServiceQuotaCommand) =>
          (await client.send(command as GetServiceQuotaCommand)).Quota;
        const found =
          (await read(new GetServiceQuotaCommand(input)).catch(orNone)) ??
          // Some quotas have no applied value until one was requested: https://github.com/hashicorp/terraform-provider-aws/issues/19745
          (await read(new GetAWSDefaultServiceQuotaCommand(input)).catch(orNone));
        if (found?.Value === undefined) return undefined;
        return { name: found.QuotaName ?? '', value: found.Value };
      }),
    cacheNodes: () =>
      translating('count the nodes of ElastiCache', async () => {
        let nodes = 0;
        for await (const { CacheClusters = [] } of paginateDescribeCacheClusters({ client: elasticache }, {}))
          nodes += CacheClusters.reduce((sum, { NumCacheNodes = 1 }) => sum + NumCacheNodes, 0);
        return nodes;
      }),
  };
}

function orNone(error: unknown): undefined {
  if (nameOf(error) === 'NoSuchResourceException') return undefined;
  throw error;
}
