import type { LifecycleConfiguration } from './lifecycle-rule.ts';
import { readLifecycle } from './lifecycle-template.ts';
import { invalidArgument, invalidRequest, malformedXml } from './s3-error.ts';
import { listOf, type Properties, propertiesOf } from './template-values.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html */
const LONGEST_ID = 255;

const RULE_MEMBERS = [
  'ID',
  'Status',
  'Prefix',
  'Filter',
  'Expiration',
  'NoncurrentVersionExpiration',
  'Transitions',
  'NoncurrentVersionTransitions',
  'AbortIncompleteMultipartUpload',
];
const CONDITIONS = ['Prefix', 'Tag', 'And', 'Tags', 'ObjectSizeGreaterThan', 'ObjectSizeLessThan'];

/**
 * As PutBucketLifecycleConfiguration takes it; a template says the same in slightly other words.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
 */
export function readLifecycleInput(setting: Properties): LifecycleConfiguration {
  const { Rules, ...rest } = propertiesOf(setting, 'LifecycleConfiguration', ['Rules']);
  checkRules(Rules);
  return readLifecycle({ ...rest, Rules: listOf(Rules, 'Rules', ruleInput) }, 'LifecycleConfiguration');
}

interface GivenRule {
  readonly ID?: string;
  readonly Status?: string;
  readonly Prefix?: string;
  readonly Filter?: Properties & { readonly And?: { readonly Tags?: readonly { readonly Key?: string }[] } };
  readonly Expiration?: Properties;
}

/** What S3 refuses of the rules as they are written, before it looks at what they ask for. */
function checkRules(given: unknown): void {
  const rules = (given ?? []) as readonly GivenRule[];
  if (rules.length === 0) throw malformedXml();
  for (const rule of rules) checkForm(rule);
  const ids = rules.flatMap(({ ID }) => (ID === undefined ? [] : [ID]));
  const tooLong = ids.find((id) => id.length > LONGEST_ID);
  if (tooLong !== undefined)
    throw invalidArgument(`ID length should not exceed allowed limit of ${LONGEST_ID}`, 'ID', tooLong);
  if (new Set(ids).size < ids.length)
    throw invalidArgument(
      'Rule ID must be unique. Found same ID for more than one rule',
      'ID',
      ids.join(', '),
    );
}

/** A rule names what it is about exactly once: by a filter, or by the prefix of old, and a filter by one condition. */
function checkForm({ Status, Prefix, Filter, Expiration = {} }: GivenRule): void {
  if ((Filter === undefined) === (Prefix === undefined)) throw malformedXml();
  if (Object.values(Filter ?? {}).filter((each) => each !== undefined).length > 1) throw malformedXml();
  if (Status !== 'Enabled' && Status !== 'Disabled') throw malformedXml();
  if (Expiration.Days !== undefined && Expiration.ExpiredObjectDeleteMarker !== undefined)
    throw malformedXml();
  const keys = (Filter?.And?.Tags ?? []).map(({ Key }) => Key);
  if (new Set(keys).size < keys.length) throw invalidRequest('Duplicate Tag Keys are not allowed.');
}

function ruleInput(value: unknown, path: string): Properties {
  const { ID, Filter, Expiration, Transitions, NoncurrentVersionTransitions, ...rest } = propertiesOf(
    value,
    path,
    RULE_MEMBERS,
  );
  const { Days, ExpiredObjectDeleteMarker } = propertiesOf(Expiration ?? {}, `${path}.Expiration`, [
    'Days',
    'ExpiredObjectDeleteMarker',
  ]);
  const given: Properties = {
    ...rest,
    Id: ID,
    ...filterInput(Filter, `${path}.Filter`),
    ExpirationInDays: Days,
    ExpiredObjectDeleteMarker,
    Transitions: transitionsInput(Transitions, 'Days', `${path}.Transitions`),
    NoncurrentVersionTransitions: transitionsInput(
      NoncurrentVersionTransitions,
      'NoncurrentDays',
      `${path}.NoncurrentVersionTransitions`,
    ),
  };
  return Object.fromEntries(Object.entries(given).filter(([, member]) => member !== undefined));
}

function filterInput(value: unknown, path: string): Properties {
  const { And, Tag, ...simple } = propertiesOf(value ?? {}, path, CONDITIONS);
  const { Tags, ...conditions } = propertiesOf(And ?? {}, `${path}.And`, CONDITIONS);
  const tags = [...(Tag === undefined ? [] : [Tag]), ...((Tags as readonly unknown[] | undefined) ?? [])];
  return { ...simple, ...conditions, TagFilters: tags };
}

function transitionsInput(value: unknown, days: string, path: string): readonly Properties[] {
  return listOf(value, path, (item, at) => {
    const { [days]: after, ...rest } = propertiesOf(item, at, [
      days,
      'StorageClass',
      'NewerNoncurrentVersions',
    ]);
    return { ...rest, TransitionInDays: after };
  });
}
