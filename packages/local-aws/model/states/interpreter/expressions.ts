import { EvaluationError } from './errors.ts';
import { callIntrinsic } from './intrinsics.ts';
import { type Data, type Json, type Path, readPath, valueAt } from './paths.ts';

/** A path, or an intrinsic function with its arguments. */
export type Expression =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'text'; readonly raw: string }
  | Call;

export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expression[];
}

export interface Evaluation extends Data {
  /** From 0 up to 1. */
  random(): number;
}

const parsed = new Map<string, Expression | undefined>();

/** @returns undefined if the text is neither a path to one value nor a well-formed call */
export function parseExpression(text: string): Expression | undefined {
  if (!parsed.has(text)) parsed.set(text, new Reader(text).whole());
  return parsed.get(text);
}

/** The value of a path or of an intrinsic function; undefined where nothing lies at the path. */
export function evaluate(text: string, data: Evaluation): Json {
  const expression = parseExpression(text);
  if (expression === undefined) throw new EvaluationError(`Invalid path '${text}'`);
  return resultOf(expression, data);
}

/** The value that an expression in a field gives. @throws EvaluationError, in AWS's words, where there is none */
export function required(text: string, field: string, data: Evaluation): Json {
  const value = evaluate(text, data);
  if (value !== undefined) return value;
  throw new EvaluationError(
    `The JSONPath '${text}' specified for the field '${field}' could not be found in the input '${JSON.stringify(data.input)}'`,
  );
}

/** What a path selects. @throws EvaluationError, in AWS's words, where it selects nothing */
export function found(path: string, data: Evaluation): Json {
  const value = evaluate(path, data);
  if (value !== undefined) return value;
  const expression = parseExpression(path);
  const steps = expression?.kind === 'path' ? expression.path.steps : [];
  const shown = steps.map((step) => (typeof step === 'number' ? `[${step}]` : `['${step}']`)).join('');
  throw new EvaluationError(`Invalid path '${path}' : No results for path: $${shown}`);
}

/**
 * A payload template with the fields filled whose names end with `.$`.
 * https://states-language.net/spec.html#payload-template
 */
export function filled(template: Json, data: Evaluation): Json {
  if (Array.isArray(template)) return template.map((each) => filled(each, data));
  if (typeof template !== 'object' || template === null) return template;
  const fields = Object.entries(template).map(([name, value]) =>
    name.endsWith('.$')
      ? [name.slice(0, -2), required(String(value), name, data)]
      : [name, filled(value, data)],
  );
  return Object.fromEntries(fields);
}

function resultOf(expression: Expression, data: Evaluation): Json {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'text':
      return expression.raw.replaceAll(/\\(.)/g, '$1');
    case 'path':
      return valueAt(expression.path, data);
    case 'call':
      return callIntrinsic(expression.name, argumentsOf(expression, data), data.random);
  }
}

function argumentsOf({ name, args }: Call, data: Evaluation): readonly Json[] {
  return args.map((arg, index) => {
    // In a template for States.Format, an escaped brace is no place for a value.
    if (name === 'States.Format' && index === 0 && arg.kind === 'text') return arg.raw;
    const value = resultOf(arg, data);
    if (value !== undefined || arg.kind !== 'path') return value;
    throw new EvaluationError(
      `The JsonPath argument for the field '${arg.path.text}' could not be found in the input '${JSON.stringify(data.input)}'`,
    );
  });
}

/** Thrown and caught within the parser. */
class Malformed extends Error {}

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /(?:null|true|false)\b/y;
/** Braces are taken without their backslashes too, as AWS takes them; a backslash before anything else is an error. */
const TEXT = /'(?:\\[\\'{}]|[^\\'])*'/y;
const NAME = /States\.\w+(?=\()/y;

/** Reads an expression: https://states-language.net/spec.html#intrinsic-functions */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Expression | undefined {
    try {
      const expression = this.#text.startsWith('$') ? this.#path() : this.#call();
      return this.#at === this.#text.length ? expression : undefined;
    } catch (error) {
      if (error instanceof Malformed) return undefined;
      throw error;
    }
  }

  #path(): Expression {
    const { path, end } = readPath(this.#text, this.#at);
    this.#at = end;
    return { kind: 'path', path };
  }

  #call(): Expression {
    const name = this.#next(NAME);
    if (name === undefined) throw new Malformed();
    const args: Expression[] = [];
    do {
      this.#at++;
      this.#skipSpaces();
      if (args.length === 0 && this.#text[this.#at] === ')') break;
      args.push(this.#argument());
      this.#skipSpaces();
    } while (this.#text[this.#at] === ',');
    if (this.#text[this.#at++] !== ')') throw new Malformed();
    return { kind: 'call', name, args };
  }

  #argument(): Expression {
    if (this.#text[this.#at] === '$') return this.#path();
    const text = this.#next(TEXT);
    if (text !== undefined) return { kind: 'text', raw: text.slice(1, -1) };
    const plain = this.#next(NUMBER) ?? this.#next(WORD);
    return plain === undefined ? this.#call() : { kind: 'literal', value: JSON.parse(plain) };
  }

  #skipSpaces(): void {
    while (this.#text[this.#at] === ' ') this.#at++;
  }

  #next(token: RegExp): string | undefined {
    token.lastIndex = this.#at;
    const [found] = token.exec(this.#text) ?? [];
    this.#at += found?.length ?? 0;
    return found;
  }
}
