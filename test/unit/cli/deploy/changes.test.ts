import { describe, expect, it } from 'vitest';
import {
  countedTypes,
  isCovered,
  shortened,
  statefulChanges,
  statefulLine,
} from '../../../../cli/deploy/changes.ts';

const change = (type: string, impact: string) => ({ logicalId: 'It', type, impact });

describe('changes that need a consent of their own', () => {
  it.each(['WILL_REPLACE', 'MAY_REPLACE', 'WILL_DESTROY', 'WILL_ORPHAN'])('%s of a bucket is one', (impact) =>
    expect(statefulChanges([change('AWS::S3::Bucket', impact)])).toHaveLength(1),
  );

  it('an update of a bucket is none, and neither is the replacement of a role', () =>
    expect(
      statefulChanges([change('AWS::S3::Bucket', 'WILL_UPDATE'), change('AWS::IAM::Role', 'WILL_REPLACE')]),
    ).toEqual([]));

  it('are told with what is lost', () =>
    expect(statefulLine(change('AWS::S3::Bucket', 'WILL_DESTROY'))).toBe(
      'It (AWS::S3::Bucket) is deleted; lost with it: its objects',
    ));
});

describe('a change set that is about to be executed', () => {
  const replaces = [change('AWS::S3::Bucket', 'WILL_REPLACE')];

  it.each([
    ['replaces nothing', [change('AWS::S3::Bucket', 'WILL_UPDATE')], { text: '', resources: [] }],
    ['replaces what was agreed to', replaces, { text: '', resources: replaces }],
  ])('and %s is executed', (_what, found, agreed) => expect(isCovered('one', found, agreed)).toBe(true));

  it.each([
    ['since the stack was compared', { text: '', resources: [] }],
    ['although the stack was new', undefined],
  ])('and replaces a bucket %s is refused', (_what, agreed) =>
    expect(() => isCovered('one', replaces, agreed)).toThrow(
      'one has changed since it was compared: the deployment would now also replace or remove It',
    ),
  );
});

it('types are counted, the most frequent first', () =>
  expect(countedTypes(['AWS::SNS::Topic', 'AWS::IAM::Role', 'AWS::IAM::Role'])).toBe(
    '2 IAM::Role, 1 SNS::Topic',
  ));

describe('the differences as the CDK prints them', () => {
  const code = (name: string) => `\u001b[33m[~]\u001b[39m AWS::Lambda::Function ${name} ${name}1
 └─ [~] Code
     └─ [~] .S3Key:
         ├─ [-] 1234abcd.zip
         └─ [+] 5678ef.zip
`;
  const timeout = '[~] AWS::Lambda::Function Other Other1\n └─ [~] Timeout\n     ├─ [-] 3\n     └─ [+] 6';

  it('have one line for all functions that get nothing but new code', () =>
    expect(shortened(`Stack x (aws://1/2)\nResources\n${code('A')}${timeout}\n${code('B')}`)).toBe(
      `Resources\n${timeout}\n[~] 2 AWS::Lambda::Function: new code or configuration`,
    ));

  it('stay as they are without any', () =>
    expect(shortened(`Resources\n${timeout}\n`)).toBe(`Resources\n${timeout}`));
});
