/** JSONPath as far as the definitions use it: `$`, `$.field.field`, and `$$.` for the context. */

export type Json = unknown;

const known = new Map<string, readonly string[]>();

function stepsOf(path: string): readonly string[] {
  let steps = known.get(path);
  if (steps === undefined) {
    if (!/^\$\$?(\.\w+)*$/.test(path)) throw new Error(`the simulation does not read the path ${path}`);
    steps = path.split('.').slice(1);
    known.set(path, steps);
  }
  return steps;
}

/** @returns undefined where nothing lies at the path */
export function valueAt(path: string, state: Json, context: Json): Json {
  let value: Json = path.startsWith('$$') ? context : state;
  for (const step of stepsOf(path)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, Json>>)[step];
  }
  return value;
}

/** The state with the value put at the path; a null path discards the value. */
export function withValueAt(path: string | null, state: Json, value: Json): Json {
  if (path === null) return state;
  const put = (into: Json, [step, ...rest]: readonly string[]): Json =>
    step === undefined
      ? value
      : {
          ...(into as object),
          [step]: put((into as Readonly<Record<string, Json>> | undefined)?.[step], rest),
        };
  return put(state, stepsOf(path));
}

/** Fills the fields whose names end with `.$`. @throws PathMissing where nothing lies at a path */
export function filled(template: Json, state: Json, context: Json): Json {
  if (Array.isArray(template)) return template.map((each) => filled(each, state, context));
  if (typeof template !== 'object' || template === null) return template;
  const result: Record<string, Json> = {};
  for (const [name, value] of Object.entries(template)) {
    if (!name.endsWith('.$')) {
      result[name] = filled(value, state, context);
      continue;
    }
    const found = valueAt(String(value), state, context);
    if (found === undefined) throw new PathMissing(`there is nothing at ${value}`);
    result[name.slice(0, -2)] = found;
  }
  return result;
}

/** What Step Functions calls States.ParameterPathFailure: no Retry and no Catch but States.ALL takes it. */
export class PathMissing extends Error {
  override readonly name = 'States.ParameterPathFailure';
}
