import { refuseUnknown } from './lambda/refuse.ts';
import { type Call, type Service, ServiceError } from './service.ts';

interface KnownQuota {
  readonly serviceName: string;
  readonly name: string;
  readonly default: number;
}

/**
 * The quotas that are known here, by service code and quota code. Defaults:
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html and
 * https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html. AWS publishes no list of codes: that of ElastiCache's
 * nodes is the one that public scripts ask for and compare with a sum of `NumCacheNodes`; the ARNs have the form of what is
 * printed in https://github.com/hashicorp/terraform-provider-aws/issues/13075.
 */
const QUOTAS: Readonly<Record<string, KnownQuota>> = {
  'elasticache/L-DFE45DF3': { serviceName: 'Amazon ElastiCache', name: 'Nodes per Region', default: 300 },
  'vpc/L-F678F1CE': {
    serviceName: 'Amazon Virtual Private Cloud (Amazon VPC)',
    name: 'VPCs per Region',
    default: 5,
  },
};

interface Input {
  readonly ServiceCode: string;
  readonly QuotaCode: string;
}

/** Where a quota applies. */
export interface QuotaId {
  readonly account: string;
  readonly region: string;
  /** `elasticache/L-DFE45DF3` */
  readonly quota: string;
}

/** What the accounts may have, and Service Quotas, which tells. Quotas are changed in code, not by a request. */
export class ServiceQuotas {
  readonly #applied = new Map<string, number | undefined>();

  /**
   * @param value undefined: the account has no value of its own, and the default holds
   * @throws RangeError for a quota that is not known
   */
  set(id: QuotaId, value: number | undefined): void {
    if (!Object.hasOwn(QUOTAS, id.quota)) throw new RangeError(`the quota ${id.quota} is not known`);
    this.#applied.set(keyOf(id), value);
  }

  /** The account's own value, or the default. */
  get(id: QuotaId): number {
    return this.#applied.get(keyOf(id)) ?? QUOTAS[id.quota]?.default ?? 0;
  }

  /**
   * A quota that nobody has raised has an applied value here, as in AWS's own example; some have none until one was requested
   * (https://github.com/hashicorp/terraform-provider-aws/issues/19745), as after `set(id, undefined)`.
   * @see https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
   */
  get service(): Service {
    return {
      name: 'servicequotas',
      operations: {
        GetServiceQuota: async (input: Input, call) => {
          const known = this.#asked('GetServiceQuota', input, call);
          const { account } = call.principal;
          const id = { account, region: call.region, quota: idOf(input) };
          if (this.#applied.has(keyOf(id)) && this.#applied.get(keyOf(id)) === undefined)
            throw new ServiceError('NoSuchResourceException', 'The quota has no applied value.');
          const Value = this.get(id);
          return { Quota: { ...viewOf(input, known), Value, QuotaArn: arnOf(input, call, account) } };
        },
        GetAWSDefaultServiceQuota: async (input: Input, call) => {
          const known = this.#asked('GetAWSDefaultServiceQuota', input, call);
          const view = { ...viewOf(input, known), Value: known.default };
          return { Quota: { ...view, QuotaArn: arnOf(input, call, '') } };
        },
      },
    };
  }

  #asked(operation: string, input: Input, call: Call): KnownQuota {
    refuseUnknown(`servicequotas:${operation}`, input, ['ServiceCode', 'QuotaCode']);
    const { account } = call.principal;
    const resource = operation === 'GetServiceQuota' ? arnOf(input, call, account) : '*';
    call.authorize({ action: `servicequotas:${operation}`, resource });
    const known = QUOTAS[idOf(input)];
    if (known === undefined)
      throw new ServiceError(
        'NoSuchResourceException',
        'The request failed because the specified quota does not exist.',
      );
    return known;
  }
}

const keyOf = ({ account, region, quota }: QuotaId): string => `${account} ${region} ${quota}`;
const idOf = ({ ServiceCode, QuotaCode }: Input): string => `${ServiceCode}/${QuotaCode}`;
const arnOf = (input: Input, { region }: Call, account: string): string =>
  `arn:aws:servicequotas:${region}:${account}:${idOf(input)}`;

/** As in https://docs.aws.amazon.com/cli/latest/reference/service-quotas/get-service-quota.html#examples */
function viewOf({ ServiceCode, QuotaCode }: Input, { serviceName, name }: KnownQuota): object {
  return {
    ServiceCode,
    ServiceName: serviceName,
    QuotaCode,
    QuotaName: name,
    Unit: 'None',
    Adjustable: true,
    GlobalQuota: false,
  };
}
