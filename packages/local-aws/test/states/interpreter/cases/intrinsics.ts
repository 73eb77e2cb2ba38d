/**
 * After https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html,
 * https://states-language.net/spec.html#intrinsic-functions and #appendix-b, and outputs of AWS that
 * https://github.com/localstack/localstack/tree/8b9a79f05/tests/aws/services/stepfunctions/v2/intrinsic_functions recorded.
 */

type Row = readonly [expression: string, input: unknown, value: unknown];

const LIST = { list: [1, 2, 3, 4, 5, 6, 7, 8, 9] };

export const VALUES: readonly Row[] = [
  ["States.Array('Foo', 2020, $.someJson, null)", { someJson: { a: 1 } }, ['Foo', 2020, { a: 1 }, null]],
  ['States.Array()', {}, []],
  ['States.ArrayPartition($.list, 4)', LIST, [[1, 2, 3, 4], [5, 6, 7, 8], [9]]],
  ['States.ArrayPartition($.list, 5)', { list: [] }, []],
  ['States.ArrayContains($.list, 5)', LIST, true],
  ['States.ArrayContains($.list, $.one)', { list: [[1, 2, 3], 2], one: [1, 2, 3] }, true],
  ['States.ArrayContains($.list, $.one)', { list: [{ a: 1 }], one: { a: 2 } }, false],
  ['States.ArrayRange(1, 9, 2)', {}, [1, 3, 5, 7, 9]],
  ['States.ArrayRange(0, 10, 3)', {}, [0, 3, 6, 9]],
  ['States.ArrayRange(9, 1, -4)', {}, [9, 5, 1]],
  ['States.ArrayGetItem($.list, 5)', LIST, 6],
  ['States.ArrayLength($.list)', LIST, 9],
  ['States.ArrayUnique($.list)', { list: [1, 2, 1, { a: 1 }, { a: 1 }, null, null] }, [1, 2, { a: 1 }, null]],
  ['States.Base64Encode($.in)', { in: 'Data to encode' }, 'RGF0YSB0byBlbmNvZGU='],
  ['States.Base64Decode($.in)', { in: 'RGF0YSB0byBlbmNvZGU=' }, 'Data to encode'],
  ["States.Hash('input data', 'MD5')", {}, '812f45842bc6d66ee14572ce20db8e86'],
  ["States.Hash($.in, 'SHA-1')", { in: 'input data' }, 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
  [
    "States.Hash($.in, 'SHA-256')",
    { in: 'input data' },
    'b4a697a057313163aee33cd8d40c66e9f0f177e00cac2de32475ffff6169c3e3',
  ],
  [
    'States.JsonMerge($.one, $.other, false)',
    { one: { a: { a1: 1, a2: 2 }, b: 2, d: 3 }, other: { a: { a3: 1, a4: 2 }, c: 3, d: 4 } },
    { a: { a3: 1, a4: 2 }, b: 2, c: 3, d: 4 },
  ],
  ['States.StringToJson($.in)', { in: '{"number": 20}' }, { number: 20 }],
  ['States.StringToJson($.in)', { in: ' ' }, null],
  ['States.StringToJson(\'{"a": "}"}\')', {}, { a: '}' }],
  ['States.JsonToString($.in)', { in: { name: 'Foo', year: 2020 } }, '{"name":"Foo","year":2020}'],
  ['States.JsonToString($.in)', { in: 'HelloWorld' }, '"HelloWorld"'],
  ['States.MathAdd($.in, -1)', { in: 111 }, 110],
  ['States.MathAdd($.a, $.b)', { a: 1.5, b: 1.51 }, 4],
  ['States.MathAdd($.a, $.b)', { a: 1.49, b: 1.5 }, 3],
  ['States.MathAdd($.a, $.b)', { a: -1.5, b: 0 }, -1],
  ['States.MathAdd($.a, $.b)', { a: -0.5, b: 0.5 }, 1],
  ['States.MathRandom(1, 999)', {}, 500],
  ["States.StringSplit('1,2,3,4,5', ',')", {}, ['1', '2', '3', '4', '5']],
  [
    'States.StringSplit($.in, $.at)',
    { in: 'This.is+a,test=string', at: '.+,=' },
    ['This', 'is', 'a', 'test', 'string'],
  ],
  ["States.StringSplit(', , ,', ',')", {}, [' ', ' ']],
  ['States.UUID()', {}, '88888888-8888-4888-8888-888888888888'],
  [
    "States.Format('Your name is {}, we are in the year {}', $.name, 2020)",
    { name: 'Foo' },
    'Your name is Foo, we are in the year 2020',
  ],
  [
    'States.Format($.template, $.name)',
    { template: 'Hello, my name is {}.', name: 'Arnav' },
    'Hello, my name is Arnav.',
  ],
  ["States.Format('{} {} {}', null, $.a, $.b)", { a: true, b: 1.1 }, 'null true 1.1'],
  [
    "States.Format('Welcome to {} {}\\'s playlist.', $.first, $.last)",
    { first: 'A', last: 'B' },
    "Welcome to A B's playlist.",
  ],
  ["States.Format('\\{\\} {} \\\\', 1)", {}, '{} 1 \\'],
  [
    "States.ArrayGetItem(States.StringSplit($.in, '-'), States.MathAdd(States.ArrayLength(States.StringSplit($.in, '-')), -1))",
    { in: 'a-b-c' },
    'c',
  ],
];

/** What the interpreter fails with `States.IntrinsicFailure`. */
export const FAILURES: readonly (readonly [expression: string, input: unknown])[] = [
  ['States.ArrayGetItem($.list, 9)', LIST],
  ["States.ArrayLength('abc')", {}],
  ['States.ArrayPartition($.list, 0)', LIST],
  ['States.ArrayRange(1, 5, 0)', {}],
  ['States.ArrayRange(1, 2000, 1)', {}],
  ['States.Base64Encode($.in)', { in: 'x'.repeat(10_001) }],
  ["States.Hash('a', 'CRC-32')", {}],
  ['States.JsonMerge($.one, $.one, true)', { one: {} }],
  ['States.JsonMerge($.one, $.one, false)', { one: [1] }],
  ['States.MathAdd($.a, 2)', { a: '1' }],
  ['States.StringToJson($.in)', { in: '{' }],
  ["States.Format('{} {}', 1)", {}],
  ["States.Format('{}', 1, 2)", {}],
  ["States.Format('{}', $.in)", { in: { a: 1 } }],
];
