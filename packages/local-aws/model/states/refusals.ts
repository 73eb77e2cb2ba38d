import { refuseUnknown, refuseUnless } from '../lambda/refuse.ts';
import { NotModelledError } from '../service.ts';

/** A state machine definition, or the inside of a Map or Parallel state, as JSON. */
export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, StateDefinition>>;
  readonly TimeoutSeconds?: number;
  readonly QueryLanguage?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: eight kinds of state, checked by asl-validator; each reader narrows what it reads
export type StateDefinition = Readonly<Record<string, any>>;

const MACHINE_FIELDS = ['Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds', 'Version'];
const COMMON = ['Type', 'Comment', 'QueryLanguage', 'InputPath', 'OutputPath'];
const FLOW = ['Next', 'End'];
const FAILURE = ['Retry', 'Catch'];
const RESULT = ['ResultPath', 'ResultSelector'];

/** Fields of each kind of state that run as on AWS: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-states.html */
const STATE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Task: [...COMMON, ...FLOW, ...FAILURE, ...RESULT, 'Parameters', 'Resource', 'TimeoutSeconds'],
  Parallel: [...COMMON, ...FLOW, ...FAILURE, ...RESULT, 'Parameters', 'Branches'],
  Map: [
    ...[...COMMON, ...FLOW, ...FAILURE, ...RESULT, 'Parameters', 'ItemSelector', 'ItemsPath'],
    ...['ItemProcessor', 'Iterator', 'MaxConcurrency', 'MaxConcurrencyPath'],
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

/** Intrinsic functions that the library evaluates as AWS does. */
const INTRINSICS = [
  'States.Array',
  'States.ArrayContains',
  'States.ArrayGetItem',
  'States.ArrayLength',
  'States.ArrayPartition',
  'States.ArrayRange',
  'States.ArrayUnique',
  'States.Base64Decode',
  'States.Base64Encode',
  'States.Format',
  'States.Hash',
  'States.MathAdd',
  'States.StringToJson',
  'States.UUID',
];

export const LAMBDA_INVOKE = 'arn:aws:states:::lambda:invoke';
const LAMBDA_FUNCTION = /^arn:aws:lambda:[\w-]+:\d{12}:function:[\w-]+(:\$LATEST)?$/;
/** Where item values are known: the library does not carry `$$.Map` into the iterations. */
const ITEM_TEMPLATES = ['ItemSelector', 'Parameters'];

/** Refuses, by name, every feature of the language that would not run here as it runs on AWS. */
export function refuseUnmodelled(definition: Definition, inIteration = false): void {
  refuseUnknown('the state machine field', definition, [
    ...MACHINE_FIELDS,
    ...(inIteration ? ['ProcessorConfig'] : []),
  ]);
  refuseQueryLanguage(definition);
  for (const [name, state] of Object.entries(definition.States)) refuseInState(name, state, inIteration);
}

function refuseInState(name: string, state: StateDefinition, inIteration: boolean): void {
  const where = `${state.Type} state "${name}"`;
  refuseUnknown(`the field of ${where}`, state, STATE_FIELDS[state.Type] ?? []);
  refuseQueryLanguage(state);
  for (const retry of state.Retry ?? []) refuseUnknown(`the Retry field of ${where}`, retry, RETRY_FIELDS);
  for (const caught of state.Catch ?? []) refuseUnknown(`the Catch field of ${where}`, caught, CATCH_FIELDS);
  if (state.Type === 'Task') refuseTask(where, state);
  if (state.Type === 'Map') refuseMap(where, state);
  if (state.Type === 'Pass' && 'Result' in state && !state.Result) {
    throw new NotModelledError(`Result ${JSON.stringify(state.Result)} of ${where}`);
  }
  refuseExpressions(where, state, inIteration);
  const branches: readonly Definition[] = state.Branches ?? [];
  for (const branch of branches) refuseUnmodelled(branch, inIteration);
}

function refuseQueryLanguage({ QueryLanguage }: StateDefinition | Definition): void {
  refuseUnless('QueryLanguage', QueryLanguage, ['JSONPath']);
}

function refuseTask(where: string, state: StateDefinition): void {
  const resource: string = state.Resource;
  if (LAMBDA_FUNCTION.test(resource)) return;
  if (resource !== LAMBDA_INVOKE) throw new NotModelledError(`Resource ${resource} of ${where}`);
  const known = ['FunctionName', 'FunctionName.$', 'Payload', 'Payload.$', 'InvocationType'];
  refuseUnknown(`the lambda:invoke parameter of ${where}`, state.Parameters, known);
  refuseUnless(`InvocationType of ${where}`, state.Parameters?.InvocationType, ['RequestResponse']);
}

function refuseMap(where: string, state: StateDefinition): void {
  const inside = state.ItemProcessor ?? state.Iterator;
  refuseUnknown(`ProcessorConfig of ${where}`, inside.ProcessorConfig, ['Mode']);
  refuseUnless(`ProcessorConfig Mode of ${where}`, inside.ProcessorConfig?.Mode, ['INLINE']);
  refuseUnmodelled(inside, true);
}

/** Paths and intrinsic functions, wherever they stand in the state itself (not in its branches). */
function refuseExpressions(where: string, state: StateDefinition, inIteration: boolean): void {
  const { Branches: _branches, ItemProcessor: _processor, Iterator: _iterator, ...own } = state;
  for (const { expression, field } of expressionsIn(own)) {
    refuseIntrinsics(where, expression);
    // Literals of an intrinsic function may contain anything.
    const paths = expression.replaceAll(/'(\\.|[^'\\])*'/g, "''");
    if (/\[\s*(\*|\?|\(|-|\d*:)|\.\.|\.\*|\[[^\]]*,/.test(paths) && !paths.startsWith('States.')) {
      throw new NotModelledError(`the path ${expression} of ${where}, which can match several values`);
    }
    const ownItem = state.Type === 'Map' && ITEM_TEMPLATES.includes(field);
    if (paths.includes('$$.Map') && !ownItem) {
      throw new NotModelledError(
        `$$.Map in ${where}: pass the item on with ItemSelector${inIteration ? '' : ' of the Map state'}`,
      );
    }
  }
}

function refuseIntrinsics(where: string, expression: string): void {
  for (const [name] of expression.matchAll(/States\.\w+(?=\()/g)) {
    if (!INTRINSICS.includes(name)) throw new NotModelledError(`the intrinsic function ${name} of ${where}`);
  }
}

const PATH_FIELDS = /(\.\$|Path)$|^Variable$/;

/** Every path and intrinsic expression below `value`, with the top-level field it stands in. */
function expressionsIn(
  value: unknown,
  field = '',
): { readonly expression: string; readonly field: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([member, content]) => {
    const top = field === '' ? member : field;
    const isExpression =
      typeof content === 'string' && PATH_FIELDS.test(member) && /^(\$|States\.)/.test(content);
    return isExpression ? [{ expression: content, field: top }] : expressionsIn(content, top);
  });
}
