import type { Readings } from '../../../readings.ts';
import { pageOf } from '../paging.ts';
import { invalidValue } from '../refusals.ts';

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeServerlessCacheSnapshots.html: 50 */
const LARGEST_PAGE = 50;
const BOUNDS = { smallest: 1, largest: LARGEST_PAGE, usual: LARGEST_PAGE };

export interface NextPageRequest {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

/** One page of things with names, in the order of the names. */
export function nextPageOf<T extends { readonly name: string }>(
  items: readonly T[],
  { NextToken, MaxResults = LARGEST_PAGE }: NextPageRequest,
  readings: Readings,
): { readonly items: readonly T[]; readonly token: { readonly NextToken?: string } } {
  if (!Number.isInteger(MaxResults) || MaxResults < 1 || MaxResults > LARGEST_PAGE)
    throw invalidValue(`MaxResults is ${MaxResults}; it must be 1 to ${LARGEST_PAGE}`);
  const request = { Marker: NextToken, MaxRecords: MaxResults };
  const page = pageOf(items, ({ name }) => name, { request, bounds: BOUNDS, readings });
  return { items: page.items, token: page.Marker === undefined ? {} : { NextToken: page.Marker } };
}
