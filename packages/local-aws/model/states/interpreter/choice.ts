import type { ChoiceRule, ChoiceState } from './definition.ts';
import { EvaluationError } from './errors.ts';
import { evaluate } from './fields.ts';
import type { Data, Json } from './paths.ts';

/** RFC 3339 with an uppercase T and Z: https://states-language.net/spec.html#timestamps */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** @returns its instant, ms since the epoch; undefined if the value is no timestamp */
export function timestampOf(value: Json): number | undefined {
  const instant = typeof value === 'string' && TIMESTAMP.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}

type Comparable = string | number | boolean;

/** Converts a value to what the operators of a type compare; undefined if the value has another type. */
const TYPES: Readonly<Record<string, (value: Json) => Comparable | undefined>> = {
  String: (value) => (typeof value === 'string' ? value : undefined),
  Numeric: (value) => (typeof value === 'number' ? value : undefined),
  Boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  Timestamp: timestampOf,
};

const COMPARISONS: Readonly<Record<string, (one: Comparable, other: Comparable) => boolean>> = {
  Equals: (one, other) => one === other,
  LessThan: (one, other) => one < other,
  GreaterThan: (one, other) => one > other,
  LessThanEquals: (one, other) => one <= other,
  GreaterThanEquals: (one, other) => one >= other,
};

type Test = (value: Json, operand: Json) => boolean;

const IS: Readonly<Record<string, (value: Json) => boolean>> = {
  IsNull: (value) => value === null,
  IsPresent: (value) => value !== undefined,
  IsNumeric: (value) => typeof value === 'number',
  IsString: (value) => typeof value === 'string',
  IsBoolean: (value) => typeof value === 'boolean',
  IsTimestamp: (value) => timestampOf(value) !== undefined,
};

/** https://states-language.net/spec.html#choice-state: values of other types than the operator's compare as false. */
const TESTS: ReadonlyMap<string, Test> = new Map([
  ...Object.entries(TYPES).flatMap(([type, typed]) =>
    Object.entries(COMPARISONS)
      .filter(([comparison]) => type !== 'Boolean' || comparison === 'Equals')
      .map(([comparison, holds]): [string, Test] => {
        const test = (value: Json, operand: Json) => {
          const [one, other] = [typed(value), typed(operand)];
          return one !== undefined && other !== undefined && holds(one, other);
        };
        return [`${type}${comparison}`, test];
      }),
  ),
  ...Object.entries(IS).map(([name, is]): [string, Test] => [
    name,
    (value, operand) => is(value) === operand,
  ]),
  ['StringMatches', (value, operand) => typeof value === 'string' && pattern(String(operand)).test(value)],
]);

export const OPERATORS: readonly string[] = [...TESTS.keys()].flatMap((name) =>
  /^Is|Matches$/.test(name) ? [name] : [name, `${name}Path`],
);

/** The state that follows. @throws EvaluationError `States.NoChoiceMatched`, or `States.Runtime` where nothing lies at a path */
export function chosen({ Choices, Default }: ChoiceState, data: Data): string {
  const found = Choices.find((rule) => holds(rule, data))?.Next ?? Default;
  if (found !== undefined) return found;
  throw new EvaluationError('No choice rule matched, and there is no Default.', 'States.NoChoiceMatched');
}

function holds(rule: ChoiceRule, data: Data): boolean {
  if (rule.And !== undefined) return rule.And.every((each) => holds(each, data));
  if (rule.Or !== undefined) return rule.Or.some((each) => holds(each, data));
  if (rule.Not !== undefined) return !holds(rule.Not, data);
  const { Variable = '$', Next: _next, Comment: _comment, ...comparison } = rule;
  const [operator = '', given] = Object.entries(comparison)[0] ?? [];
  const value = operator === 'IsPresent' ? evaluate(Variable, data) : present(Variable, data);
  const isPath = operator.endsWith('Path');
  const operand = isPath ? present(String(given), data) : given;
  return TESTS.get(isPath ? operator.slice(0, -'Path'.length) : operator)?.(value, operand) ?? false;
}

function present(path: string, data: Data): Json {
  const value = evaluate(path, data);
  if (value !== undefined) return value;
  throw new EvaluationError(
    `Invalid path '${path}': The choice state's condition path references an invalid value.`,
  );
}

/** `*` matches any number of characters, and a backslash makes the next character literal. */
function pattern(text: string): RegExp {
  const source = text.replaceAll(/\\(.)|(\*)|./gs, (found, escaped?: string, star?: string) =>
    star === undefined ? (escaped ?? found).replace(/[\\^$.*+?()[\]{}|/]/, '\\$&') : '.*',
  );
  return new RegExp(`^${source}$`, 's');
}
