import type * as z from 'zod';
import { AppError } from '../model/errors.ts';

/**
 * What does not fit a contract, in words that an engineer who has never seen the contract can act on: where, the wrong
 * value, the fix. Fields with a form of their own bring their wording along ({@link form}); this is everything else.
 */
export type Fit<Value> =
  | { readonly fits: true; readonly value: Value }
  | { readonly fits: false; readonly problems: readonly string[] };

/** @param whole what the problems of the value as a whole are told of, for example `the configuration` */
export function fitContract<Schema extends z.ZodType>(
  value: unknown,
  schema: Schema,
  whole: string,
): Fit<z.output<Schema>> {
  const parsed = schema.safeParse(value, { error: wording, reportInput: true });
  if (parsed.success) return { fits: true, value: parsed.data };
  return { fits: false, problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, whole)) };
}

/** All problems of a file of a person's at once. */
export function cannotBeUsed(file: string, problems: readonly string[]): AppError {
  const lines = problems.map((problem) => `  - ${problem}`);
  return new AppError('BadConfig', `${file} cannot be used:\n${lines.join('\n')}`);
}

/** The wording of a field with a form of its own: `what` it is, and `how` to write it. */
export function form(what: string, how: string): { readonly error: (issue: { input?: unknown }) => string } {
  return {
    error: ({ input }) =>
      input === undefined ? `it is missing; ${how}` : `${shown(input)} is not ${what}; ${how}`,
  };
}

function problemsOf(issue: z.core.$ZodIssue, whole: string): readonly string[] {
  if (issue.code === 'invalid_union') {
    // The unions are plans, protected or not, and conventions, by name or in full. Only what the person meant is worth telling.
    const meant =
      isUnprotected(issue.input) || typeof issue.input === 'string'
        ? issue.errors.slice(0, 1)
        : issue.errors.slice(-1);
    return meant
      .flat()
      .flatMap((inner) => problemsOf({ ...inner, path: [...issue.path, ...inner.path] }, whole));
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.flatMap((inner) => problemsOf({ ...inner, path: issue.path }, whole));
  }
  const where = issue.path.join('.') || whole;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${where}: '${key}' is not a field; remove it or correct its spelling`);
  }
  return [`${where}: ${issue.message}`];
}

function isUnprotected(plan: unknown): boolean {
  return typeof plan === 'object' && plan !== null && 'unprotected' in plan;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

/** zod asks this for every problem whose field brings no wording along; undefined leaves it to zod. */
function wording(issue: z.core.$ZodRawIssue): string | undefined {
  const { input } = issue;
  switch (issue.code) {
    case 'invalid_type': {
      const type = TYPES[issue.expected] ?? issue.expected;
      return input === undefined ? `it is missing; give ${type}` : `${shown(input)} is not ${type}`;
    }
    case 'invalid_value': {
      const allowed = issue.values.map((value) => shown(value)).join(', ');
      return input === undefined
        ? `it is missing; use ${allowed}`
        : `${shown(input)} is not one of ${allowed}`;
    }
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return `${shown(input)} is too large; use at most ${issue.maximum}`;
    case 'invalid_format':
      return issue.format === 'datetime'
        ? `${shown(input)} is not an instant; write it as 2026-11-21T06:00:00Z`
        : `${shown(input)} does not have the form ${issue.pattern ?? issue.format}`;
    default:
      return undefined;
  }
}

function tooSmall({
  origin,
  minimum,
  inclusive,
  input,
}: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>): string {
  if (origin === 'array') return `it has too few entries; give at least ${minimum}`;
  return `${shown(input)} is too small; use ${inclusive === false ? 'more than' : 'at least'} ${minimum}`;
}

/** Longest value that a message repeats, characters. */
const SHOWN_CHARACTERS = 60;

function shown(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? String(value));
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS - 1)}…`;
}
