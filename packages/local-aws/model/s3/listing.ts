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
  /** Whether a key is listed at all. @default every key */
  readonly visible?: (key: string) => boolean;
}

/** A page of a listing: each entry is a key, or a common prefix standing for many. */
export interface ListingPage {
  readonly keys: readonly string[];
  readonly commonPrefixes: readonly string[];
  /** The last entry of the page when more follow. */
  readonly nextAfter: string | undefined;
}

/** One page of sorted keys, rolled up at the delimiter. It looks at no more keys than it has to: a bucket may hold millions. */
export function listKeys(sorted: readonly string[], options: ListingOptions): ListingPage {
  const { prefix, delimiter, after, pageSize, visible = () => true } = options;
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  if (pageSize === 0) return { keys, commonPrefixes, nextAfter: undefined };
  let last = after;
  const from = inUtf8Order(after, prefix) > 0 ? after : prefix;
  for (let at = firstIndex(sorted, (key) => inUtf8Order(key, from) >= 0); at < sorted.length; at++) {
    const key = sorted[at] ?? '';
    if (!key.startsWith(prefix)) break;
    const commonPrefix = rollUp(key, prefix, delimiter);
    if (commonPrefix !== undefined && commonPrefix === last) {
      at = firstIndex(sorted, (each) => inUtf8Order(each, key) > 0 && !each.startsWith(commonPrefix)) - 1;
      continue;
    }
    if (inUtf8Order(key, after) <= 0 || !visible(key)) continue;
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

/** Index of the first key of which `reached` is true, as it is of all behind it. */
function firstIndex(sorted: readonly string[], reached: (key: string) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reached(sorted[middle] ?? '')) high = middle;
    else low = middle + 1;
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
