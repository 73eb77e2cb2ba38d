/** State machine definitions as far as they are interpreted; whatever else a definition says is refused by name. */

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath?: string | null;
  readonly Next: string;
}

export interface Choice {
  readonly Variable: string;
  readonly StringEquals?: string;
  readonly BooleanEquals?: boolean;
  readonly IsPresent?: boolean;
  readonly Next: string;
}

export interface State {
  readonly Type: 'Task' | 'Map' | 'Choice' | 'Wait' | 'Pass' | 'Fail' | 'Succeed';
  readonly Next?: string;
  readonly End?: boolean;
  readonly Comment?: string;
  readonly InputPath?: string;
  readonly OutputPath?: string | null;
  readonly ResultPath?: string | null;
  readonly Parameters?: unknown;
  readonly Result?: unknown;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Choices?: readonly Choice[];
  readonly Default?: string;
  readonly Seconds?: number;
  readonly SecondsPath?: string;
  readonly ItemsPath?: string;
  readonly ItemSelector?: unknown;
  readonly ItemProcessor?: Definition;
  readonly MaxConcurrency?: number;
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly TimeoutSeconds?: number;
}

const COMMON = ['Type', 'Comment', 'Next', 'End', 'InputPath', 'OutputPath'];
const FIELDS: Readonly<Record<State['Type'], readonly string[]>> = {
  Task: ['Resource', 'Parameters', 'ResultPath', 'TimeoutSeconds', 'Retry', 'Catch'],
  Map: ['ItemsPath', 'ItemSelector', 'ItemProcessor', 'MaxConcurrency', 'ResultPath', 'Retry', 'Catch'],
  Choice: ['Choices', 'Default'],
  Wait: ['Seconds', 'SecondsPath'],
  Pass: ['Parameters', 'Result', 'ResultPath'],
  Fail: ['Error', 'ErrorPath', 'Cause', 'CausePath'],
  Succeed: [],
};
const INSIDE: readonly (readonly [keyof State, readonly string[]])[] = [
  ['Choices', ['Variable', 'StringEquals', 'BooleanEquals', 'IsPresent', 'Next']],
  [
    'Retry',
    ['ErrorEquals', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds', 'JitterStrategy'],
  ],
  ['Catch', ['ErrorEquals', 'ResultPath', 'Next']],
];

/** @throws Error that names what this interpreter would not do as Step Functions does it */
export function refuseUninterpretable(definition: Definition, where: string): void {
  refuseOthers(definition, ['StartAt', 'States', 'TimeoutSeconds', 'Comment', 'ProcessorConfig'], where);
  for (const [name, state] of Object.entries(definition.States)) {
    const place = `${where}.${name}`;
    const fields = FIELDS[state.Type];
    if (fields === undefined) throw new Error(`${place}: states of type ${state.Type} are not simulated`);
    refuseOthers(state, [...COMMON, ...fields], place);
    for (const [list, allowed] of INSIDE)
      for (const each of (state[list] as readonly object[] | undefined) ?? [])
        refuseOthers(each, allowed, `${place}.${list}`);
    if (state.ItemProcessor !== undefined) refuseUninterpretable(state.ItemProcessor, place);
  }
}

function refuseOthers(found: object, allowed: readonly string[], where: string): void {
  const stray = Object.keys(found).find((field) => !allowed.includes(field));
  if (stray !== undefined) throw new Error(`${where}: the field ${stray} is not simulated`);
}
