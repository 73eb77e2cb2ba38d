import { DONE, type Group, GUIDE, RECORDED, SPEC } from '../case.ts';

const OPERATOR_SOURCES = [
  `${SPEC}#choice-state`,
  `${GUIDE}/state-choice.html`,
  `${RECORDED}/choice_operators`,
];

/** Whether an operator with an operand holds for a value. */
type Row = readonly [operator: string, operand: unknown, value: unknown, holds: boolean];

const T0 = '2012-10-09T19:00:55Z';
const T1 = '2012-10-09T19:00:56Z';

/** After OPERATOR_SOURCES, as CHOICES is; the variants that end with Path are made of the same rows. */
export const COMPARISONS: readonly Row[] = [
  ['StringEquals', 'Hello', 'Hello', true],
  ['StringEquals', 'Hello', 'hello', false],
  ['StringEquals', '1', 1, false],
  ['StringEquals', '', null, false],
  ['StringEquals', '', [], false],
  ['StringLessThan', 'AB', 'A', true],
  ['StringLessThan', 'A', 'A', false],
  ['StringLessThan', 'a', 'Z', true],
  ['StringLessThan', 'B', 1, false],
  ['StringGreaterThan', 'A', 'AB', true],
  ['StringGreaterThan', 'AB', 'A', false],
  ['StringLessThanEquals', '', '', true],
  ['StringLessThanEquals', 'A', 'AB', false],
  ['StringGreaterThanEquals', '', '', true],
  ['StringGreaterThanEquals', 'A', 'AB', true],
  ['StringGreaterThanEquals', 'A', null, false],
  ['NumericEquals', 0, 0, true],
  ['NumericEquals', 1, 1.0, true],
  ['NumericEquals', 2.22, 2.22, true],
  ['NumericEquals', 1, '1', false],
  ['NumericEquals', 1, true, false],
  ['NumericEquals', 0, null, false],
  ['NumericEquals', 0, [], false],
  ['NumericLessThan', 1, 0, true],
  ['NumericLessThan', 0, 0, false],
  ['NumericLessThan', 1, null, false],
  ['NumericGreaterThan', 0, 1, true],
  ['NumericGreaterThan', 0, '1', false],
  ['NumericLessThanEquals', 1, 1, true],
  ['NumericLessThanEquals', 1, 1.1, false],
  ['NumericGreaterThanEquals', 1, 1, true],
  ['NumericGreaterThanEquals', 1, 0, false],
  ['BooleanEquals', true, true, true],
  ['BooleanEquals', false, false, true],
  ['BooleanEquals', true, false, false],
  ['BooleanEquals', false, 0, false],
  ['BooleanEquals', true, 'true', false],
  ['BooleanEquals', false, null, false],
  ['TimestampEquals', T0, T0, true],
  ['TimestampEquals', T0, '2012-10-09T20:00:55+01:00', true],
  ['TimestampEquals', T0, T1, false],
  ['TimestampEquals', T0, '2012-10-09 19:00:55Z', false],
  ['TimestampEquals', T0, 1349809255, false],
  ['TimestampLessThan', T1, T0, true],
  ['TimestampLessThan', T0, T0, false],
  ['TimestampGreaterThan', T0, T1, true],
  ['TimestampGreaterThan', T1, T0, false],
  ['TimestampLessThanEquals', T0, T0, true],
  ['TimestampLessThanEquals', T0, T1, false],
  ['TimestampGreaterThanEquals', T0, T0, true],
  ['TimestampGreaterThanEquals', T1, T0, false],
];

export const TYPE_TESTS: readonly Row[] = [
  ['IsNull', true, null, true],
  ['IsNull', true, 0, false],
  ['IsNull', false, '', true],
  ['IsNumeric', true, 1.1, true],
  ['IsNumeric', true, '1', false],
  ['IsNumeric', false, null, true],
  ['IsString', true, '', true],
  ['IsString', true, [], false],
  ['IsString', false, {}, true],
  ['IsBoolean', true, false, true],
  ['IsBoolean', true, 0, false],
  ['IsBoolean', false, null, true],
  ['IsTimestamp', true, T0, true],
  ['IsTimestamp', true, '2012-10-09T19:00:55+01:00', true],
  ['IsTimestamp', true, '2012-10-09T19:00:55', false],
  ['IsTimestamp', true, '2023-02-24', false],
  ['IsTimestamp', false, 5, true],
  ['IsPresent', true, null, true],
  ['IsPresent', true, '', true],
  ['IsPresent', false, 1, false],
  ['StringMatches', 'foo*.log', 'foo23.log', true],
  ['StringMatches', '*.log', 'zebra.log', true],
  ['StringMatches', 'foo*.*', 'foobar.zebra', true],
  ['StringMatches', 'foo*.log', 'bar.log', false],
  ['StringMatches', 'a.c', 'abc', false],
  ['StringMatches', 'a?c', 'abc', false],
  ['StringMatches', 'a\\*c', 'a*c', true],
  ['StringMatches', 'a\\*c', 'abc', false],
  ['StringMatches', 'a\\\\*', 'a\\b', true],
  ['StringMatches', 'a*', 'a\nb', true],
  ['StringMatches', '*', 1, false],
];

const DESTINATIONS = { Yes: DONE, No: DONE } as const;
const INVALID = (path: string) =>
  `An error occurred while executing the state 'S' (entered at the event id #1). Invalid path '${path}': The choice state's condition path references an invalid value.`;

const DISPATCH = {
  S: {
    Type: 'Choice',
    Choices: [
      { Not: { Variable: '$.type', StringEquals: 'Private' }, Next: 'Public' },
      {
        And: [
          { Variable: '$.value', IsPresent: true },
          { Variable: '$.value', IsNumeric: true },
          { Variable: '$.value', NumericGreaterThanEquals: 20 },
          { Variable: '$.value', NumericLessThan: 30 },
        ],
        Next: 'ValueInTwenties',
      },
      { Variable: '$.rating', NumericGreaterThanPath: '$.auditThreshold', Next: 'StartAudit' },
    ],
    Default: 'RecordEvent',
  },
  Public: { Type: 'Pass', Result: 'Public', End: true },
  ValueInTwenties: { Type: 'Pass', Result: 'ValueInTwenties', End: true },
  StartAudit: { Type: 'Pass', Result: 'StartAudit', End: true },
  RecordEvent: { Type: 'Pass', Result: 'RecordEvent', End: true },
} as const;

const AUDITED = { type: 'Private', rating: 5, auditThreshold: 3 };

export const CHOICES: Group = {
  about: 'Choice',
  sources: [
    ...OPERATOR_SOURCES,
    'https://github.com/awslabs/states-language/blob/79ffadf/spec/States.html',
    `${RECORDED}/context_object/test_context_object.snapshot.json`,
  ],
  cases: [
    { it: 'Not', states: DISPATCH, input: { type: 'Public' }, output: 'Public' },
    { it: 'And', states: DISPATCH, input: { type: 'Private', value: 22 }, output: 'ValueInTwenties' },
    {
      it: 'And stops at the first that does not hold, so IsPresent guards what follows it',
      states: DISPATCH,
      input: AUDITED,
      output: 'StartAudit',
    },
    { it: 'the default', states: DISPATCH, input: { ...AUDITED, rating: 1 }, output: 'RecordEvent' },
    {
      it: 'Or stops at the first that holds',
      states: {
        S: {
          Type: 'Choice',
          Choices: [
            {
              Or: [
                { Variable: '$.a', NumericEquals: 1 },
                { Variable: '$.no', IsNull: true },
              ],
              Next: 'Yes',
            },
          ],
          Default: 'No',
        },
        Yes: { Type: 'Pass', Result: 'yes', End: true },
        No: DONE,
      },
      input: { a: 1 },
      output: 'yes',
    },
    {
      it: 'the first rule that holds',
      states: {
        S: {
          Type: 'Choice',
          Choices: [
            { Variable: '$', NumericGreaterThan: 1, Next: 'Yes' },
            { Variable: '$', NumericGreaterThan: 2, Next: 'No' },
          ],
        },
        Yes: { Type: 'Pass', Result: 'first', End: true },
        No: DONE,
      },
      input: 3,
      output: 'first',
    },
    {
      it: 'no rule and no default',
      states: {
        S: { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: 1, Next: 'Yes' }] },
        Yes: DONE,
      },
      input: 2,
      error: 'States.NoChoiceMatched',
    },
    {
      it: 'a Variable that is not there ends the execution, default or not',
      states: {
        S: {
          Type: 'Choice',
          Choices: [{ Variable: '$.processing_type', StringEquals: 'dataset', Next: 'Yes' }],
          Default: 'No',
        },
        ...DESTINATIONS,
      },
      error: 'States.Runtime',
      cause: INVALID('$.processing_type'),
    },
    {
      it: 'so does a tested type',
      states: {
        S: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: false, Next: 'Yes' }], Default: 'No' },
        ...DESTINATIONS,
      },
      error: 'States.Runtime',
      cause: INVALID('$.a'),
    },
    {
      it: 'and a value to compare with',
      states: {
        S: {
          Type: 'Choice',
          Choices: [{ Variable: '$.a', NumericEqualsPath: '$.b', Next: 'Yes' }],
          Default: 'No',
        },
        ...DESTINATIONS,
      },
      input: { a: 1 },
      error: 'States.Runtime',
      cause: INVALID('$.b'),
    },
    {
      it: 'IsPresent asks for what is not there',
      states: {
        S: { Type: 'Choice', Choices: [{ Variable: '$.a.b', IsPresent: false, Next: 'Yes' }], Default: 'No' },
        Yes: { Type: 'Pass', Result: 'absent', End: true },
        No: DONE,
      },
      output: 'absent',
    },
    {
      it: 'a Variable of the context object',
      states: {
        S: {
          Type: 'Choice',
          Choices: [{ Variable: '$$.Execution.Name', StringEquals: 'first', Next: 'Yes' }],
          Default: 'No',
        },
        Yes: { Type: 'Pass', Result: 'yes', End: true },
        No: DONE,
      },
      context: { Execution: { Name: 'first' } },
      output: 'yes',
    },
  ],
};
