import type * as z from 'zod';
import { checked, parseDocument as parseReally } from '../adapters/documents/json-document.ts';

export * from '../adapters/documents/json-document.ts';

/** What was read out of the bytes of a document: bytes in a bucket in memory never change. */
const texts = new WeakMap<Uint8Array, unknown>();
/** And what that was by a contract. */
const readings = new WeakMap<Uint8Array, Map<z.ZodType, unknown>>();
const EMPTY = new Uint8Array();
const decoder = new TextDecoder();

/** The JSON that a document is, whoever looks at it. Not to be changed. @throws SyntaxError if it is none */
export function jsonOf(body: Uint8Array = EMPTY): unknown {
  let json = texts.get(body);
  if (json === undefined) {
    json = JSON.parse(decoder.decode(body));
    texts.set(body, json);
  }
  return json;
}

/**
 * Reads each document once by each contract and then remembers what it said: the watch looks at the same registry many
 * times a day. Frozen, so that nobody can change what the next one reads. One that does not fit is read again.
 */
export function parseDocument<Schema extends z.ZodType>(
  body: Uint8Array,
  schema: Schema,
  where: string,
): z.output<Schema> {
  const known = readings.get(body) ?? new Map<z.ZodType, unknown>();
  const remembered = known.get(schema);
  if (remembered !== undefined) return remembered as z.output<Schema>;
  const value = frozen(
    isJson(body) ? checked(jsonOf(body), schema, where) : parseReally(body, schema, where),
  );
  readings.set(body, known.set(schema, value));
  return value;
}

function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  for (const each of Object.values(value)) frozen(each);
  return Object.freeze(value);
}

function isJson(body: Uint8Array): boolean {
  try {
    jsonOf(body);
    return true;
  } catch {
    return false;
  }
}
