import { EvaluationError } from './errors.ts';

export type Json = unknown;

/** A path to one value: `$.shards[0]['slot range']`, or `$$.Execution.Id` of the context object. */
export interface Path {
  readonly isOfContext: boolean;
  readonly steps: readonly (string | number)[];
}

/** What paths are applied to. */
export interface Data {
  readonly input: Json;
  readonly context: Json;
}

/** https://states-language.net/spec.html#ref-paths: in a name after a dot, a backslash makes the next character literal. */
const STEP = /\.((?:\\.|[^\\.[\]()*?@,:'"\s])+)|\[(?:(\d+)|'((?:\\.|[^\\'])*)'|"((?:\\.|[^\\"])*)")\]/y;

const parsed = new Map<string, Path | undefined>();

/** @returns undefined if the text is no path to one value */
export function parsePath(text: string): Path | undefined {
  if (!parsed.has(text)) parsed.set(text, text.startsWith('$') ? readPath(text) : undefined);
  return parsed.get(text);
}

function readPath(text: string): Path | undefined {
  const isOfContext = text.startsWith('$$');
  const steps: (string | number)[] = [];
  let end = isOfContext ? 2 : 1;
  for (;;) {
    STEP.lastIndex = end;
    const [step, dotted, index, single, double] = STEP.exec(text) ?? [];
    if (step === undefined) break;
    end += step.length;
    const name = dotted ?? single ?? double ?? '';
    steps.push(index === undefined ? name.replaceAll(/\\(.)/g, '$1') : Number(index));
  }
  return end === text.length ? { isOfContext, steps } : undefined;
}

/** @returns undefined where nothing lies at the path */
export function valueAt({ isOfContext, steps }: Path, { input, context }: Data): Json {
  return steps.reduce(childOf, isOfContext ? context : input);
}

function childOf(value: Json, step: string | number): Json {
  if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined;
  if (typeof value !== 'object' || value === null || typeof step === 'number') return undefined;
  return Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined;
}

/**
 * The data with a value put at a path, objects on the way made where there are none.
 * @throws EvaluationError `States.ResultPathMatchFailure` where something else is in the way
 */
export function withValueAt({ steps }: Pick<Path, 'steps'>, data: Json, value: Json): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  const child = () => withValueAt({ steps: rest }, childOf(data, step), value);
  if (typeof step === 'number' && Array.isArray(data) && step < data.length) return data.with(step, child());
  if (typeof step === 'string' && (data === undefined || isObject(data))) return { ...data, [step]: child() };
  throw new EvaluationError(
    `Unable to apply step "${step}" to input ${JSON.stringify(data)}`,
    'States.ResultPathMatchFailure',
  );
}

function isObject(value: Json): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
