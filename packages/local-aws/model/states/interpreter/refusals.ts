import { refuseUnknown, refuseUnless } from '../../lambda/refuse.ts';
import { NotModelledError, ServiceError } from '../../service.ts';
import { OPERATORS } from './choice.ts';
import {
  branchesOf,
  type Catcher,
  type ChoiceRule,
  type Definition,
  type Retrier,
  type State,
} from './definition.ts';
import { type Json, parsePath } from './paths.ts';

const MACHINE_FIELDS = ['Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds', 'Version'];
const COMMON = ['Type', 'Comment', 'QueryLanguage', 'InputPath', 'OutputPath'];
const FLOW = ['Next', 'End'];
const WORK = [...COMMON, ...FLOW, 'Retry', 'Catch', 'Parameters', 'ResultPath', 'ResultSelector'];

/** https://docs.aws.amazon.com/step-functions/latest/dg/workflow-states.html */
const STATE_FIELDS: Readonly<Record<State['Type'], readonly string[]>> = {
  Task: [
    ...[...WORK, 'Resource', 'TimeoutSeconds', 'TimeoutSecondsPath'],
    ...['HeartbeatSeconds', 'HeartbeatSecondsPath'],
  ],
  Parallel: [...WORK, 'Branches'],
  Map: [
    ...[...WORK, 'ItemSelector', 'ItemsPath', 'ItemProcessor', 'Iterator'],
    ...['MaxConcurrency', 'MaxConcurrencyPath'],
  ],
  Pass: [...COMMON, ...FLOW, 'Parameters', 'Result', 'ResultPath'],
  Wait: [...COMMON, ...FLOW, 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'],
  Choice: [...COMMON, 'Choices', 'Default'],
  Succeed: COMMON,
  Fail: ['Type', 'Comment', 'QueryLanguage', 'Error', 'ErrorPath', 'Cause', 'CausePath'],
};
const RETRY_FIELDS = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
];
const CATCH_FIELDS = ['ErrorEquals', 'Next', 'ResultPath', 'Comment'];
const RULE_FIELDS = ['Variable', 'And', 'Or', 'Not', 'Next', 'Comment', ...OPERATORS];
const TEMPLATES = ['Parameters', 'ResultSelector', 'ItemSelector'];
/** Paths into which something is put. */
const TARGETS = ['ResultPath'];

/** Refuses, by name, every feature of the language that would not run here as it runs on AWS. */
export function refuseUninterpreted(definition: Definition, isInMap = false): void {
  refuseUnknown('the state machine field', definition, [
    ...MACHINE_FIELDS,
    ...(isInMap ? ['ProcessorConfig'] : []),
  ]);
  refuseUnless('QueryLanguage', definition.QueryLanguage, ['JSONPath']);
  for (const [name, state] of Object.entries(definition.States)) refuseInState(name, state);
}

function refuseInState(name: string, state: State): void {
  const where = `${state.Type} state "${name}"`;
  const known = STATE_FIELDS[state.Type];
  if (known === undefined) throw new NotModelledError(`the ${where}`);
  refuseUnknown(`the field of ${where}`, state, known);
  refuseUnless('QueryLanguage', state.QueryLanguage, ['JSONPath']);
  if ('Retry' in state) refuseHandlers(`the Retry field of ${where}`, state.Retry ?? [], RETRY_FIELDS);
  if ('Catch' in state) refuseHandlers(`the Catch field of ${where}`, state.Catch ?? [], CATCH_FIELDS);
  if (state.Type === 'Choice')
    for (const rule of rulesIn(state.Choices))
      refuseUnknown(`the Choices field of ${where}`, rule, RULE_FIELDS);
  for (const place of placesOf(state)) refusePath(where, state, place);
  for (const branch of branchesOf(state)) {
    const { ProcessorConfig: config } = branch;
    refuseUnknown(`ProcessorConfig of ${where}`, config, ['Mode']);
    refuseUnless(`ProcessorConfig Mode of ${where}`, config?.Mode, ['INLINE']);
    refuseUninterpreted(branch, state.Type === 'Map');
  }
}

/** https://states-language.net/spec.html#errors: the wildcard must stand alone, and in the last entry. */
function refuseHandlers(
  where: string,
  handlers: readonly (Retrier | Catcher)[],
  known: readonly string[],
): void {
  for (const [at, handler] of handlers.entries()) {
    refuseUnknown(where, handler, known);
    const { ErrorEquals } = handler;
    if (!ErrorEquals.includes('States.ALL') || (ErrorEquals.length === 1 && at === handlers.length - 1))
      continue;
    throw new ServiceError(
      'InvalidDefinition',
      `Invalid State Machine Definition: in ${where}, States.ALL must stand alone and last`,
    );
  }
}

function rulesIn(rules: readonly ChoiceRule[]): readonly ChoiceRule[] {
  return rules.flatMap((rule) => [
    rule,
    ...rulesIn([...(rule.And ?? []), ...(rule.Or ?? []), ...(rule.Not === undefined ? [] : [rule.Not])]),
  ]);
}

/** A path and the field that contains it. */
interface Place {
  readonly text: string;
  readonly field: string;
}

/** Every path of a state, without those of the states inside it. */
function placesOf(state: State): readonly Place[] {
  const rules = state.Type === 'Choice' ? rulesIn(state.Choices) : [];
  const catchers = 'Catch' in state ? (state.Catch ?? []) : [];
  const paths = [state, ...rules, ...catchers].flatMap((holder) =>
    Object.entries(holder).flatMap(([field, text]: [string, Json]) =>
      /Path$|^Variable$/.test(field) && typeof text === 'string' ? [{ text, field }] : [],
    ),
  );
  const filled = TEMPLATES.flatMap((field) => placesIn(Reflect.get(state, field), field));
  return [...paths, ...filled];
}

function placesIn(template: Json, field: string): readonly Place[] {
  if (typeof template !== 'object' || template === null) return [];
  return Object.entries(template).flatMap(([name, value]: [string, Json]) =>
    name.endsWith('.$') ? [{ text: String(value), field }] : placesIn(value, field),
  );
}

function refusePath(where: string, state: State, { text, field }: Place): void {
  // https://states-language.net/spec.html#intrinsic-functions
  const [, intrinsic] = /^(States\.\w+)\(/.exec(text) ?? [];
  if (intrinsic !== undefined) throw new NotModelledError(`the intrinsic function ${intrinsic} of ${where}`);
  const path = parsePath(text);
  if (path === undefined)
    throw new NotModelledError(`the path ${text} of ${where}, which can match several values or none`);
  if (!path.isOfContext) return;
  if (TARGETS.includes(field)) throw new NotModelledError(`the ${field} ${text} of ${where}`);
  refuseContext(where, state, path.steps[0], field);
}

/**
 * Only the Map state itself sees its item, not the states inside it: https://states-language.net/spec.html#map-input-output.
 * There are no task tokens, because `.waitForTaskToken` is not interpreted.
 */
function refuseContext(
  where: string,
  state: State,
  member: string | number | undefined,
  field: string,
): void {
  if (member === 'Task') throw new NotModelledError(`$$.Task in ${where}`);
  if (member !== 'Map' || (state.Type === 'Map' && ['ItemSelector', 'Parameters'].includes(field))) return;
  throw new NotModelledError(`$$.Map in ${where}: pass the item on with ItemSelector of the Map state`);
}
