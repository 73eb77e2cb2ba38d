// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CloudFormation's placeholders
import { describe, expect, it } from 'vitest';
import { type References, referencesIn, resolve } from '../../cloudformation/intrinsics.ts';
import type { TemplateValue } from '../../cloudformation/template.ts';

const NAMES: Readonly<Record<string, TemplateValue>> = {
  'AWS::Region': 'eu-central-1',
  Bucket: 'vault',
  List: ['a', 'b'],
};
const REFERENCES: References = {
  ref: (name) => NAMES[name],
  attribute: (logicalId, name) => `${logicalId}#${name}`,
  availabilityZones: (region) => [`${region}a`, `${region}b`],
  condition: (name) => name === 'Holds',
};

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
it.each<[TemplateValue, unknown]>([
  ['plain', 'plain'],
  [{ Ref: 'Bucket' }, 'vault'],
  [{ 'Fn::GetAtt': ['Key', 'Arn'] }, 'Key#Arn'],
  [{ 'Fn::GetAtt': 'Key.Endpoint.Port' }, 'Key#Endpoint.Port'],
  [{ 'Fn::Join': ['-', ['a', { Ref: 'Bucket' }, 1]] }, 'a-vault-1'],
  [{ 'Fn::Join': [',', { Ref: 'List' }] }, 'a,b'],
  [{ 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
  [{ 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }, 'eu-central-1a'],
  [{ 'Fn::Select': [1, { 'Fn::GetAZs': { Ref: 'AWS::Region' } }] }, 'eu-central-1b'],
  [{ 'Fn::Sub': 'arn:${AWS::Region}:${Key.Arn}:${!Literal}' }, 'arn:eu-central-1:Key#Arn:${Literal}'],
  [{ 'Fn::Sub': ['${a}/${Bucket}', { a: { Ref: 'Bucket' } }] }, 'vault/vault'],
  [{ 'Fn::If': ['Holds', 1, { Ref: 'Nothing' }] }, 1],
  [{ a: { 'Fn::If': ['Other', 1, { Ref: 'AWS::NoValue' }] } }, {}],
  [{ 'Fn::Equals': ['vault', { Ref: 'Bucket' }] }, true],
  [{ 'Fn::Not': [{ 'Fn::Equals': ['a,b', { 'Fn::Join': [',', { Ref: 'List' }] }] }] }, false],
  [{ 'Fn::And': [{ Condition: 'Holds' }, { Condition: 'Other' }] }, false],
  [{ 'Fn::Or': [{ Condition: 'Holds' }, { Condition: 'Other' }] }, true],
  [{ a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }] }, { b: [1] }],
  [
    { Effect: 'Allow', Condition: { Bool: { x: 'true' } } },
    { Effect: 'Allow', Condition: { Bool: { x: 'true' } } },
  ],
  [{ Condition: { Bool: { x: 'true' } } }, { Condition: { Bool: { x: 'true' } } }],
  [{ nested: [{ deep: { Ref: 'Bucket' } }, null, true] }, { nested: [{ deep: 'vault' }, null, true] }],
])('%j resolves to %j', (value, expected) => {
  expect(resolve(value, REFERENCES)).toEqual(expected);
});

describe('refused', () => {
  it.each<[TemplateValue, string]>([
    [{ 'Fn::ImportValue': 'x' }, 'Fn::ImportValue'],
    [{ 'Fn::If': ['c', 1] }, 'Fn::If'],
    [{ 'Fn::Not': ['text'] }, 'Fn::Not takes conditions'],
    [{ 'Fn::FindInMap': ['m', 'a', 'b'] }, 'Fn::FindInMap'],
    [{ 'Fn::Base64': 'x' }, 'Fn::Base64'],
    ['{{resolve:ssm:/a}}', '{{resolve:ssm:/a}}'],
    [{ Ref: 'Nothing' }, '[Nothing]'],
    [{ 'Fn::Sub': '${Nothing}' }, '[Nothing]'],
    [{ 'Fn::Select': [7, ['a']] }, 'index 7'],
    [{ 'Fn::Join': ['', 'text'] }, 'Fn::Join takes a list'],
    [{ 'Fn::Join': ['', [['a']]] }, 'Fn::Join takes text'],
  ])('%j', (value, named) => {
    expect(() => resolve(value, REFERENCES)).toThrow(named);
  });
});

it('finds every reference, placeholders of Fn::Sub included', () => {
  const value = {
    a: { Ref: 'A' },
    b: [{ 'Fn::GetAtt': ['B', 'Arn'] }, { 'Fn::GetAtt': 'C.Arn' }],
    c: { 'Fn::Sub': ['${D.Arn}${own}${!E}', { own: { Ref: 'F' } }] },
    d: { 'Fn::Join': ['', ['x', { Ref: 'G' }]] },
  };
  expect(referencesIn(value)).toEqual(['A', 'B', 'C', 'D', 'F', 'G']);
});
