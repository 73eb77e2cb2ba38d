import type { Readings } from '../../readings.ts';
import { invalidValue } from './refusals.ts';

/** The bounds that an operation puts on MaxRecords. */
export interface PageBounds {
  readonly smallest: number;
  readonly largest: number;
  readonly usual: number;
}

/** Of DescribeSnapshots: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeSnapshots.html */
export const SNAPSHOT_PAGE: PageBounds = { smallest: 20, largest: 50, usual: 50 };
/** Of the others: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeReplicationGroups.html */
export const USUAL_PAGE: PageBounds = { smallest: 20, largest: 100, usual: 100 };

export interface PageRequest {
  readonly Marker?: string | undefined;
  readonly MaxRecords?: number | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Absent on the last page. */
  readonly Marker?: string;
}

interface Paging {
  readonly request: PageRequest;
  readonly bounds: PageBounds;
  readonly readings: Readings;
}

/** One page, in the order of the keys, which must be unique. */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { request, bounds, readings }: Paging,
): Page<T> {
  const size = request.MaxRecords ?? bounds.usual;
  if (!Number.isInteger(size) || size < bounds.smallest || size > bounds.largest) {
    throw invalidValue(`MaxRecords is ${size}; it must be ${bounds.smallest} to ${bounds.largest}`);
  }
  const after = request.Marker === undefined || request.Marker === '' ? undefined : decode(request.Marker);
  const shown = readings['page-size'] === 'one' ? 1 : size;
  const rest = items
    .map((item) => ({ item, key: keyOf(item) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .filter(({ key }) => after === undefined || key > after);
  const page = rest.slice(0, shown);
  const last = page.at(-1);
  return {
    items: page.map(({ item }) => item),
    ...(rest.length > page.length && last !== undefined ? { Marker: encode(last.key) } : {}),
  };
}

const PREFIX = 'after:';
const encode = (key: string): string => Buffer.from(PREFIX + key, 'utf8').toString('base64url');

function decode(marker: string): string {
  const text = Buffer.from(marker, 'base64url').toString('utf8');
  if (!text.startsWith(PREFIX)) throw invalidValue(`The marker '${marker}' is not valid`);
  return text.slice(PREFIX.length);
}
