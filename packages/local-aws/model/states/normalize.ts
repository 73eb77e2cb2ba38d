import type { Definition, StateDefinition } from './refusals.ts';
import { EXECUTION_MEMBER } from './run-events.ts';

/** A Task without TimeoutSeconds waits this long: https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html */
const DEFAULT_TASK_TIMEOUT_SECONDS = 99_999_999;

type Rule = Readonly<Record<string, unknown>>;

/**
 * Rewrites a definition into one that means the same on AWS and that the library runs with that meaning. Each rewrite
 * is there because the library, version 3.0.0, differs:
 * - a Task without a timeout gets 60 seconds from it;
 * - `ResultPath: "$"` makes it write a member named `$`;
 * - tests like `IsPresent: false` never match, and comparisons coerce types;
 * - `?` is a wildcard in `StringMatches`;
 * - `$$.Execution` is another one inside Map and Parallel states.
 * The machine's own TimeoutSeconds is left out: the execution keeps that time itself.
 */
export function normalize({ TimeoutSeconds: _kept, ...definition }: Definition): Definition {
  const states = Object.entries(definition.States).map(([name, state]) => [name, normalizeState(state)]);
  return { ...definition, States: Object.fromEntries(states) };
}

function normalizeState(state: StateDefinition): StateDefinition {
  const { Branches, ItemProcessor, Iterator, ...own } = state;
  const inside = ItemProcessor ?? Iterator;
  const rewritten: StateDefinition = {
    ...withoutRootResultPath(rewritePaths(own)),
    ...(Branches && { Branches: Branches.map(normalize) }),
    ...(inside && { ItemProcessor: normalize(inside) }),
  };
  if (state.Type === 'Task') {
    return { ...rewritten, TimeoutSeconds: state.TimeoutSeconds ?? DEFAULT_TASK_TIMEOUT_SECONDS };
  }
  if (state.Type === 'Choice') return { ...rewritten, Choices: rewritten.Choices.map(normalizeChoice) };
  return rewritten;
}

/** Replaces the path of `$$.Execution` in every string that is an expression. */
function rewritePaths<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_member, content) =>
    typeof content === 'string' && /^(\$|States\.)/.test(content)
      ? content.replaceAll(/\$\$\.Execution\b/g, `$$$$.${EXECUTION_MEMBER}`)
      : content,
  );
}

function withoutRootResultPath(state: StateDefinition): StateDefinition {
  const { Catch, ...rest } = state;
  const caught = Catch && { Catch: Catch.map(dropRootResultPath) };
  return { ...dropRootResultPath(rest), ...caught };
}

function dropRootResultPath(target: StateDefinition): StateDefinition {
  const { ResultPath, ...rest } = target;
  return ResultPath === undefined || ResultPath === '$' ? rest : target;
}

function normalizeChoice({ Next, ...rule }: Rule): Rule {
  return { ...normalizeRule(rule), Next };
}

function normalizeRule({ Comment: _comment, ...rule }: Rule): Rule {
  if (Array.isArray(rule.And)) return { And: rule.And.map(normalizeRule) };
  if (Array.isArray(rule.Or)) return { Or: rule.Or.map(normalizeRule) };
  if (rule.Not !== undefined) return { Not: normalizeRule(rule.Not as Rule) };
  const { Variable, ...test } = rule;
  const [operator = '', operand] = Object.entries(test)[0] ?? [];
  if (operator.startsWith('Is')) {
    const positive = { Variable, [operator]: true };
    return operand === true ? positive : { Not: positive };
  }
  const type = /^(String|Numeric|Timestamp)/.exec(operator)?.[0];
  if (type === undefined) return { Variable, ...test };
  const escaped = operator === 'StringMatches' ? String(operand).replaceAll('?', '\\?') : operand;
  return {
    And: [
      { Variable, [`Is${type}`]: true },
      { Variable, [operator]: escaped },
    ],
  };
}
