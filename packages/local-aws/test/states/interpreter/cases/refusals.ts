/**
 * After https://docs.aws.amazon.com/step-functions/latest/dg/workflow-states.html and
 * https://states-language.net/spec.html#state-type-table: what is in the language and is not interpreted, and what is not.
 */

const pass = (more: object) => ({ StartAt: 'S', States: { S: { Type: 'Pass', End: true, ...more } } });
const task = (more: object) => ({
  StartAt: 'S',
  States: { S: { Type: 'Task', Resource: 'f', End: true, ...more }, T: { Type: 'Succeed' } },
});
const map = (more: object, processor: object = {}) => ({
  StartAt: 'S',
  States: { S: { Type: 'Map', ItemProcessor: { ...pass({}), ...processor }, End: true, ...more } },
});
const choice = (rule: object) => ({
  StartAt: 'C',
  States: { C: { Type: 'Choice', Choices: [{ ...rule, Next: 'D' }] }, D: { Type: 'Succeed' } },
});
const picked = (path: string) => pass({ Parameters: { 'a.$': path } });

/** What is refused when a state machine is created, and how it is named. */
export const REFUSALS: readonly (readonly [what: string, definition: object, named: RegExp])[] = [
  ['JSONata', { ...pass({}), QueryLanguage: 'JSONata' }, /QueryLanguage = "JSONata"/],
  ['JSONata of a state', pass({ QueryLanguage: 'JSONata' }), /QueryLanguage = "JSONata"/],
  ['variables', pass({ Assign: { a: 1 } }), /Pass state "S": Assign/],
  ['fields of JSONata', task({ Arguments: {} }), /Task state "S": Arguments/],
  ['credentials', task({ Credentials: {} }), /Task state "S": Credentials/],
  ['a field that another state has', pass({ Retry: [] }), /Pass state "S": Retry/],
  ['a state inside another', map({}, pass({ Assign: {} })), /Pass state "S": Assign/],
  ['a type of state', { StartAt: 'S', States: { S: { Type: 'Loop' } } }, /Loop state "S"/],
  ['a field of the machine', { ...pass({}), Timeout: 1 }, /state machine field: Timeout/],
  ['distributed maps', map({}, { ProcessorConfig: { Mode: 'DISTRIBUTED' } }), /Mode of Map state "S"/],
  ['readers of items', map({ ItemReader: {} }), /Map state "S": ItemReader/],
  ['batches of items', map({ ItemBatcher: {} }), /Map state "S": ItemBatcher/],
  ['tolerated failures', map({ ToleratedFailureCount: 1 }), /Map state "S": ToleratedFailureCount/],
  [
    'a field of Retry',
    task({ Retry: [{ ErrorEquals: ['A'], Delay: 1 }] }),
    /Retry field of Task state "S": Delay/,
  ],
  [
    'a field of Catch',
    task({ Catch: [{ ErrorEquals: ['A'], Next: 'T', Assign: {} }] }),
    /Catch field .*: Assign/,
  ],
  [
    'a comparison',
    choice({ Variable: '$', NumericAbout: 1 }),
    /Choices field of Choice state "C": NumericAbout/,
  ],
  [
    'a comparison in another',
    choice({ And: [{ Not: { Variable: '$', StringMatchesPath: '$.a' } }] }),
    /Choice state "C": StringMatchesPath/,
  ],
  [
    'States.ALL beside other names',
    task({ Retry: [{ ErrorEquals: ['A', 'States.ALL'] }] }),
    /Retry field of Task state "S", States.ALL must stand alone and last/,
  ],
  [
    'States.ALL before other names',
    task({
      Catch: [
        { ErrorEquals: ['States.ALL'], Next: 'T' },
        { ErrorEquals: ['A'], Next: 'T' },
      ],
    }),
    /Catch field of Task state "S", States.ALL must stand alone and last/,
  ],
  [
    'every item',
    picked('$.x[*].y'),
    /the path \$\.x\[\*\]\.y of Pass state "S", which can match several values/,
  ],
  ['some items', picked('$.x[1:2]'), /which can match several values/],
  ['items counted from the end', picked('$.x[-1]'), /\$\.x\[-1\] of Pass state "S"/],
  ['filters', picked('$.x[?(@.a > 1)]'), /which can match several values/],
  ['descents', picked('$..a'), /\$\.\.a of Pass state "S"/],
  ['what is no path', picked('$x'), /the path \$x of Pass state "S"/],
  ['what is no expression', picked('plain'), /the path plain of Pass state "S"/],
  ['a path of a choice', choice({ Variable: '$.a[*]', IsPresent: true }), /\$\.a\[\*\] of Choice state "C"/],
  ['a result in the context', pass({ ResultPath: '$$.a' }), /ResultPath \$\$\.a of Pass state "S"/],
  [
    'items inside a Map',
    map({}, picked('$$.Map.Item.Value')),
    /\$\$\.Map in Pass state "S": pass the item on/,
  ],
  ['task tokens', task({ Parameters: { 'token.$': '$$.Task.Token' } }), /\$\$\.Task in Task state "S"/],
  [
    'intrinsic functions',
    picked('States.Format($.a)'),
    /the intrinsic function States\.Format of Pass state "S"/,
  ],
];
