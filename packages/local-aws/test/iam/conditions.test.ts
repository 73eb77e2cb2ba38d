import { describe, expect, it } from 'vitest';
import { conditionsHold, type RequestContext } from '../../iam/conditions.ts';
import type { PolicyStatement } from '../../iam/policy.ts';

const SOURCE = 'arn:aws:cloudwatch:eu-central-1:111122223333:alarm:redrill-rpo';

type Row = readonly [
  condition: NonNullable<PolicyStatement['Condition']>,
  context: RequestContext,
  holds: boolean,
];

function table(title: string, rows: readonly Row[]) {
  describe(title, () => {
    it.each(rows)('%j given %j is %s', (Condition, context, holds) => {
      expect(conditionsHold({ Effect: 'Allow', Condition }, context)).toBe(holds);
    });
  });
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
table('operators', [
  [{ StringEquals: { 's3:prefix': 'registry/' } }, { 's3:prefix': 'registry/' }, true],
  [{ StringEquals: { 's3:prefix': 'registry/' } }, { 's3:prefix': 'Registry/' }, false],
  [{ StringEquals: { 's3:prefix': ['a/', 'b/'] } }, { 's3:prefix': 'b/' }, true],
  [{ StringEqualsIgnoreCase: { 's3:prefix': 'A/' } }, { 's3:prefix': 'a/' }, true],
  [{ StringNotEquals: { 's3:prefix': ['a/', 'b/'] } }, { 's3:prefix': 'b/' }, false],
  [{ StringNotEquals: { 's3:prefix': ['a/', 'b/'] } }, { 's3:prefix': 'c/' }, true],
  [{ StringLike: { 's3:prefix': 'daily/*' } }, { 's3:prefix': 'daily/orders/' }, true],
  [{ StringLike: { 's3:prefix': 'dail?' } }, { 's3:prefix': 'daily/' }, false],
  [{ StringLike: { 's3:prefix': 'a.c' } }, { 's3:prefix': 'abc' }, false],
  [{ StringNotLike: { 's3:prefix': 'daily/*' } }, { 's3:prefix': 'weekly/' }, true],
  [{ Bool: { 'aws:SecureTransport': 'false' } }, { 'aws:SecureTransport': 'true' }, false],
  [{ Bool: { 'aws:SecureTransport': 'true' } }, { 'AWS:securetransport': 'true' }, true],
  [{ NumericLessThan: { 's3:TlsVersion': '1.2' } }, { 's3:TlsVersion': '1.3' }, false],
  [{ NumericLessThan: { 's3:TlsVersion': '1.2' } }, { 's3:TlsVersion': '1.1' }, true],
  [{ NumericLessThanEquals: { 's3:max-keys': '10' } }, { 's3:max-keys': '10' }, true],
  [{ NumericGreaterThan: { 's3:max-keys': '9' } }, { 's3:max-keys': '10' }, true],
  [{ NumericEquals: { 's3:max-keys': '10' } }, { 's3:max-keys': 'ten' }, false],
  [
    { ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:*:111122223333:alarm:*' } },
    { 'aws:SourceArn': SOURCE },
    true,
  ],
  [
    { ArnEquals: { 'aws:SourceArn': 'arn:aws:cloudwatch:*:*:alarm:redrill-*' } },
    { 'aws:SourceArn': SOURCE },
    true,
  ],
  [{ ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:*' } }, { 'aws:SourceArn': SOURCE }, false],
  [{ ArnNotLike: { 'aws:SourceArn': 'arn:aws:sns:*:*:*' } }, { 'aws:SourceArn': SOURCE }, true],
  [{ Null: { 's3:prefix': 'true' } }, {}, true],
  [{ Null: { 's3:prefix': 'true' } }, { 's3:prefix': '' }, false],
  [{ Null: { 's3:prefix': 'false' } }, { 's3:prefix': 'a' }, true],
]);

// "If the key … is not present in the request context, the values do not match and the condition is false" and, for
// negated operators, true: same page, the box above "String condition operators"
table('a missing key', [
  [{ StringEquals: { 'aws:SourceAccount': '111122223333' } }, {}, false],
  [{ StringNotEquals: { 'aws:SourceAccount': '111122223333' } }, {}, true],
  [{ StringNotLike: { 'aws:SourceAccount': '1*' } }, {}, true],
  [{ ArnNotLike: { 'aws:SourceArn': SOURCE } }, {}, true],
  [{ ArnLike: { 'aws:SourceArn': SOURCE } }, {}, false],
  [{ Bool: { 'aws:SecureTransport': 'false' } }, {}, false],
  [{ NumericLessThan: { 's3:TlsVersion': '1.2' } }, {}, false],
  [{ StringEqualsIfExists: { 'aws:SourceAccount': '111122223333' } }, {}, true],
  [{ StringEqualsIfExists: { 'aws:SourceAccount': '111122223333' } }, { 'aws:SourceAccount': '4' }, false],
  [{ BoolIfExists: { 'aws:ViaAWSService': 'true' } }, {}, true],
]);

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
table('keys with several values', [
  [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } }, { 'aws:TagKeys': ['a'] }, true],
  [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } }, { 'aws:TagKeys': ['a', 'c'] }, false],
  [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } }, {}, true],
  [{ 'ForAllValues:StringNotEquals': { 'aws:TagKeys': ['a'] } }, { 'aws:TagKeys': ['b', 'a'] }, false],
  [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a', 'b'] } }, { 'aws:TagKeys': ['c', 'b'] }, true],
  [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a', 'b'] } }, {}, false],
  [{ 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': ['a'] } }, { 'aws:TagKeys': ['a', 'b'] }, true],
  [{ 'ForAnyValue:StringEqualsIfExists': { 'aws:TagKeys': ['a'] } }, {}, false],
]);

table('several conditions must all hold', [
  [
    { StringEquals: { 's3:prefix': 'a/', 's3:delimiter': '/' }, Bool: { 'aws:SecureTransport': 'true' } },
    { 's3:prefix': 'a/', 's3:delimiter': '/', 'aws:SecureTransport': 'true' },
    true,
  ],
  [{ StringEquals: { 's3:prefix': 'a/', 's3:delimiter': '/' } }, { 's3:prefix': 'a/' }, false],
]);
