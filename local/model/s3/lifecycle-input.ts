import type { LifecycleConfiguration } from './lifecycle-rule.ts';
import { readLifecycle } from './lifecycle-template.ts';
import { listOf, type Properties, propertiesOf } from './template-values.ts';

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
  return readLifecycle({ ...rest, Rules: listOf(Rules, 'Rules', ruleInput) }, 'LifecycleConfiguration');
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
