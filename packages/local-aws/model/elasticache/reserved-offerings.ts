import type { DescribeReservedCacheNodesOfferingsCommandInput } from '@aws-sdk/client-elasticache';
import { type Call, NotModelledError } from '../service.ts';
import { NODE_TYPES } from './node-types.ts';
import { acceptOnly } from './refusals.ts';

const YEAR_SECONDS = 31_536_000;

/**
 * One offering for each node type that is modelled, in every region. Prices are not modelled: they are zero.
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeReservedCacheNodesOfferings.html
 */
export function describeReservedOfferings(
  input: DescribeReservedCacheNodesOfferingsCommandInput,
  call: Call,
): object {
  acceptOnly('DescribeReservedCacheNodesOfferings', input, ['CacheNodeType', 'MaxRecords']);
  call.authorize({ action: 'elasticache:DescribeReservedCacheNodesOfferings', resource: '*' });
  const { CacheNodeType: wanted } = input;
  if (wanted === undefined)
    throw new NotModelledError('elasticache:DescribeReservedCacheNodesOfferings without CacheNodeType');
  return {
    ReservedCacheNodesOfferings: NODE_TYPES.filter((nodeType) => nodeType === wanted).map((nodeType) => ({
      ReservedCacheNodesOfferingId: `offering-${nodeType}`,
      CacheNodeType: nodeType,
      Duration: YEAR_SECONDS,
      FixedPrice: 0,
      UsagePrice: 0,
      ProductDescription: 'valkey',
      OfferingType: 'No Upfront',
      RecurringCharges: [{ RecurringChargeAmount: 0, RecurringChargeFrequency: 'Hourly' }],
    })),
  };
}
