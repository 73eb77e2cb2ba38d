import { NotModelledError } from '../model/service.ts';
import { matchesArn, matchesText } from './match.ts';
import type { PolicyStatement } from './policy.ts';

/** Condition keys and values of one request. Key names are compared without regard to case, values with. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

interface Comparison {
  /** `StringNotEquals` and its like: true when no value of the policy matches, and when the key is missing. */
  readonly negated: boolean;
  readonly matches: (wanted: string, given: string) => boolean;
}

/** An operator as written, taken apart: `ForAnyValue:StringLikeIfExists`. */
export interface ParsedOperator {
  readonly qualifier: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly name: string;
  readonly ifExists: boolean;
}

const equals = (wanted: string, given: string) => wanted === given;
const equalsIgnoringCase = (wanted: string, given: string) => wanted.toLowerCase() === given.toLowerCase();
const numeric = (holds: (given: number, wanted: number) => boolean) => (wanted: string, given: string) =>
  holds(Number(given), Number(wanted));
const sameNumber = numeric((given, wanted) => given === wanted);

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  StringEquals: { negated: false, matches: equals },
  StringNotEquals: { negated: true, matches: equals },
  StringEqualsIgnoreCase: { negated: false, matches: equalsIgnoringCase },
  StringNotEqualsIgnoreCase: { negated: true, matches: equalsIgnoringCase },
  StringLike: { negated: false, matches: matchesText },
  StringNotLike: { negated: true, matches: matchesText },
  ArnEquals: { negated: false, matches: matchesArn },
  ArnNotEquals: { negated: true, matches: matchesArn },
  ArnLike: { negated: false, matches: matchesArn },
  ArnNotLike: { negated: true, matches: matchesArn },
  Bool: { negated: false, matches: equalsIgnoringCase },
  NumericEquals: { negated: false, matches: sameNumber },
  NumericNotEquals: { negated: true, matches: sameNumber },
  NumericLessThan: { negated: false, matches: numeric((given, wanted) => given < wanted) },
  NumericLessThanEquals: { negated: false, matches: numeric((given, wanted) => given <= wanted) },
  NumericGreaterThan: { negated: false, matches: numeric((given, wanted) => given > wanted) },
  NumericGreaterThanEquals: { negated: false, matches: numeric((given, wanted) => given >= wanted) },
};

/** Takes an operator apart; one that is not modelled (dates, IP addresses, binary) is refused by name. */
export function parseOperator(written: string, where: string): ParsedOperator {
  const [, prefix, name = '', suffix] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(written) ?? [];
  const qualifier = prefix === 'ForAllValues' || prefix === 'ForAnyValue' ? prefix : undefined;
  const isNullCheck = name === 'Null' && suffix === undefined && qualifier === undefined;
  if (!isNullCheck && !Object.hasOwn(COMPARISONS, name)) {
    throw new NotModelledError(`the condition operator ${written} (${where})`);
  }
  return { qualifier, name, ifExists: suffix !== undefined };
}

/** Whether every condition of the statement holds: all operators, all keys, any value of each. */
export function conditionsHold(statement: PolicyStatement, context: RequestContext): boolean {
  const given = lowerCaseKeys(context);
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) => {
    const parsed = parseOperator(operator, statement.Sid ?? 'statement');
    return Object.entries(keys).every(([key, wanted]) =>
      conditionHolds(parsed, listOf(wanted), given.get(key.toLowerCase())),
    );
  });
}

function conditionHolds(
  operator: ParsedOperator,
  wanted: readonly string[],
  given: readonly string[] | undefined,
): boolean {
  if (operator.name === 'Null') return wanted.includes(String(given === undefined));
  const comparison = COMPARISONS[operator.name];
  if (comparison === undefined) throw new NotModelledError(`the condition operator ${operator.name}`);
  const holdsFor = (value: string) =>
    wanted.some((each) => comparison.matches(each, value)) !== comparison.negated;
  if (operator.qualifier === 'ForAllValues') return (given ?? []).every(holdsFor);
  // Without a value ForAnyValue is false, whatever it negates and whether or not IfExists follows.
  if (operator.qualifier === 'ForAnyValue') return (given ?? []).some(holdsFor);
  if (given === undefined) return operator.ifExists || comparison.negated;
  return comparison.negated ? given.every(holdsFor) : given.some(holdsFor);
}

function lowerCaseKeys(context: RequestContext): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), listOf(value)]));
}

/** One or many, as policies write it, as a list. */
export function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
