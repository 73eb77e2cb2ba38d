import type { Tag } from '@aws-sdk/client-elasticache';
import type { Call } from '../service.ts';
import { invalidValue, refusal } from './refusals.ts';
import type { Tags } from './state.ts';

/** Values of the condition keys of one authorisation. */
export type Conditions = Record<string, string | readonly string[]>;

/** `aws:RequestTag/<key>` with `aws:TagKeys`, or `aws:ResourceTag/<key>`, for these tags. */
export function tagConditions(
  kind: 'aws:RequestTag' | 'aws:ResourceTag',
  tags: ReadonlyMap<string, string> | undefined,
): Conditions {
  if (tags === undefined || tags.size === 0) return {};
  const conditions: Conditions = Object.fromEntries(
    [...tags].map(([key, value]) => [`${kind}/${key}`, value]),
  );
  if (kind === 'aws:RequestTag') conditions['aws:TagKeys'] = [...tags.keys()];
  return conditions;
}

/**
 * Creating something with tags takes the permission to tag it as well.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Tagging-Resources.html
 */
export function authorizeTagging(call: Call, arn: string, tags: Tags): void {
  if (tags.size === 0) return;
  call.authorize({
    action: 'elasticache:AddTagsToResource',
    resource: arn,
    conditions: tagConditions('aws:RequestTag', tags),
  });
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Tagging-Resources.html */
const MOST_TAGS = 50;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

/** @throws InvalidParameterValue, TagQuotaPerResourceExceeded */
export function parseTags(given: readonly Tag[] | undefined): Tags {
  const tags: Tags = new Map();
  for (const { Key, Value } of given ?? []) {
    const key = Key ?? '';
    if (key === '' || key.length > LONGEST_KEY || (Value ?? '').length > LONGEST_VALUE) {
      throw invalidValue(
        `'${key}' is not a tag key of 1 to ${LONGEST_KEY} characters, or its value is too long`,
      );
    }
    if (/^aws:/i.test(key)) throw invalidValue(`The tag key '${key}' begins with the reserved prefix aws:`);
    if (tags.has(key)) throw invalidValue(`The tag key '${key}' is given twice`);
    tags.set(key, Value ?? '');
  }
  checkTagCount(tags.size);
  return tags;
}

/** @throws TagQuotaPerResourceExceeded */
export function checkTagCount(count: number): void {
  if (count > MOST_TAGS)
    throw refusal('TagQuotaPerResourceExceeded', `A resource has at most ${MOST_TAGS} tags`);
}
