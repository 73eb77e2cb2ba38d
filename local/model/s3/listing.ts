import { inUtf8Order } from './key-index.ts';
import { invalidArgument } from './s3-error.ts';

/** 1,000 a page: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const PAGE_SIZE = 1000;

export interface ListingOptions {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  /** Start behind this key, or behind everything that a common prefix stands for. */
  readonly after: string;
  readonly pageSize: number;
}

/** A page of a listing: each entry is a key, or a common prefix standing for many. */
export interface ListingPage {
  readonly keys: readonly string[];
  readonly commonPrefixes: readonly string[];
  /** The last entry of the page when more follow. */
  readonly nextAfter: string | undefined;
}

/** One page of sorted keys, rolled up at the delimiter. */
export function listKeys(sorted: readonly string[], options: ListingOptions): ListingPage {
  const { prefix, delimiter, after, pageSize } = options;
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  if (pageSize === 0) return { keys, commonPrefixes, nextAfter: undefined };
  let last = after;
  const from = inUtf8Order(after, prefix) > 0 ? after : prefix;
  for (const key of sorted.slice(firstIndex(sorted, from))) {
    if (!key.startsWith(prefix)) break;
    const commonPrefix = rollUp(key, prefix, delimiter);
    if (inUtf8Order(key, after) <= 0 || (commonPrefix !== undefined && commonPrefix === last)) continue;
    if (keys.length + commonPrefixes.length === pageSize) return { keys, commonPrefixes, nextAfter: last };
    if (commonPrefix === undefined) keys.push(key);
    else commonPrefixes.push(commonPrefix);
    last = commonPrefix ?? key;
  }
  return { keys, commonPrefixes, nextAfter: undefined };
}

function rollUp(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (delimiter === undefined || delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** Index of the first key that is not before `from`. */
function firstIndex(sorted: readonly string[], from: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (inUtf8Order(sorted[middle] ?? '', from) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @throws ServiceError `InvalidArgument` */
export function pageSizeOf(asked: number | undefined, name: string): number {
  if (asked === undefined) return PAGE_SIZE;
  if (!Number.isInteger(asked) || asked < 0)
    throw invalidArgument(
      `Argument ${name} must be an integer between 0 and 2147483647`,
      name,
      String(asked),
    );
  return Math.min(asked, PAGE_SIZE);
}

/** How keys are written in the answer: `url` keeps control characters out of the XML. */
export function keyEncoder(encodingType: string | undefined): (key: string) => string {
  if (encodingType === undefined) return (key) => key;
  if (encodingType !== 'url')
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encodingType);
  return (key) => key.split('/').map(encodeURIComponent).join('/');
}
