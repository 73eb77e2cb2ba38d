/**
 * The text that a scripted fault's `resource` is looked for in: every name in an operation's input, at any depth, in
 * the input's order, joined by spaces. A name is a string, or a list of strings, under a member that ends in `Id`,
 * `Name`, `Arn`, `Url`, `Identifier` (or their plurals), `Key`, `Bucket`, `Prefix` or `CopySource`, in any case.
 * A bucket and a key of the same input come first, joined by `/`:
 *
 * - `{ Bucket: 'landing', Key: 'a-0001.rdb' }` gives `landing/a-0001.rdb landing a-0001.rdb`
 * - `{ SnapshotName: 'a', ReplicationGroupId: 'orders' }` gives `a orders`
 *
 * Tags are not names: their `Key` is not looked at.
 */
export function faultResource(input: unknown): string {
  const names = namesIn(input);
  const { Bucket, Key } = Object(input);
  return (
    typeof Bucket === 'string' && typeof Key === 'string' ? [`${Bucket}/${Key}`, ...names] : names
  ).join(' ');
}

const NAMED = /(?:(?:id|name|arn|url|identifier)s?|key|bucket|prefix|copysource)$/i;
const NOT_NAMED = /^(?:Tags|TagSet|Tagging|Body)$/;

function namesIn(input: unknown, member = ''): readonly string[] {
  if (typeof input === 'string') return NAMED.test(member) ? [input] : [];
  if (Array.isArray(input)) return input.flatMap((element) => namesIn(element, member));
  if (typeof input !== 'object' || input === null || ArrayBuffer.isView(input)) return [];
  return Object.entries(input)
    .filter(([key]) => !NOT_NAMED.test(key))
    .flatMap(([key, value]) => namesIn(value, key));
}
