import { EvaluationError } from './errors.ts';
import { type Data, type Json, parsePath, valueAt } from './paths.ts';

/** What lies at a path; undefined where nothing does. */
export function evaluate(text: string, data: Data): Json {
  const path = parsePath(text);
  if (path === undefined) throw new EvaluationError(`Invalid path '${text}'`);
  return valueAt(path, data);
}

/** The value at a path in a field. @throws EvaluationError, in AWS's words, where there is none */
export function required(text: string, field: string, data: Data): Json {
  const value = evaluate(text, data);
  if (value !== undefined) return value;
  throw new EvaluationError(
    `The JSONPath '${text}' specified for the field '${field}' could not be found in the input '${JSON.stringify(data.input)}'`,
  );
}

/** What a path selects. @throws EvaluationError, in AWS's words, where it selects nothing */
export function found(path: string, data: Data): Json {
  const value = evaluate(path, data);
  if (value !== undefined) return value;
  const steps = parsePath(path)?.steps ?? [];
  const shown = steps.map((step) => (typeof step === 'number' ? `[${step}]` : `['${step}']`)).join('');
  throw new EvaluationError(`Invalid path '${path}' : No results for path: $${shown}`);
}

/**
 * A payload template with the fields filled whose names end with `.$`.
 * https://states-language.net/spec.html#payload-template
 */
export function filled(template: Json, data: Data): Json {
  if (Array.isArray(template)) return template.map((each) => filled(each, data));
  if (typeof template !== 'object' || template === null) return template;
  const fields = Object.entries(template).map(([name, value]) =>
    name.endsWith('.$')
      ? [name.slice(0, -2), required(String(value), name, data)]
      : [name, filled(value, data)],
  );
  return Object.fromEntries(fields);
}
