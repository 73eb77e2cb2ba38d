import type { NormalizedSchema } from '@smithy/core/schema';
import type { WireRequest } from './protocol.ts';
import type { MatchedRoute } from './routes.ts';
import { MalformedOutputError, unknownParameter } from './schema.ts';
import { SIGNATURE_PARAMETERS } from './signature.ts';
import { readText, writeText } from './text.ts';

/*
 * Members that travel in the path, the query and the headers:
 * https://smithy.io/2.0/spec/http-bindings.html
 */

/** An input's members that do not travel in the body, and those that do. */
export interface BoundInput {
  readonly input: Record<string, unknown>;
  /** The one member that is the whole body. */
  readonly payload: readonly [string, NormalizedSchema] | undefined;
  readonly bodyMembers: readonly [string, NormalizedSchema][];
  /** Headers that some member of the input is bound to. */
  readonly boundHeaders: ReadonlySet<string>;
}

/** @throws NotModelledError naming a query parameter that the operation does not have */
export function readBindings(route: MatchedRoute, request: WireRequest): BoundInput {
  const input: Record<string, unknown> = {};
  const bodyMembers: [string, NormalizedSchema][] = [];
  const boundHeaders = new Set<string>();
  const queryLeft = new Set([...request.query.keys()].filter((name) => !route.spokenFor.has(name)));
  let payload: [string, NormalizedSchema] | undefined;
  const members = route.operation.input.isUnitSchema() ? [] : route.operation.input.structIterator();
  for (const [name, schema] of members) {
    const traits = schema.getMergedTraits();
    const path = `${route.operation.name}.${name}`;
    let value: unknown;
    if (traits.httpLabel) value = readOptional(schema, route.labels[name], path);
    else if (traits.httpQuery !== undefined) value = readQuery(schema, request, traits.httpQuery, path);
    else if (traits.httpHeader !== undefined) value = readHeader(schema, request, traits.httpHeader, path);
    else if (typeof traits.httpPrefixHeaders === 'string')
      value = readPrefixed(request, traits.httpPrefixHeaders, boundHeaders);
    else if (traits.httpPayload) payload = [name, schema];
    else bodyMembers.push([name, schema]);
    if (traits.httpQuery !== undefined) queryLeft.delete(traits.httpQuery);
    if (traits.httpHeader !== undefined) boundHeaders.add(traits.httpHeader.toLowerCase());
    if (value !== undefined) input[name] = value;
  }
  const unknown = [...queryLeft].find((name) => !SIGNATURE_PARAMETERS.has(name));
  if (unknown !== undefined) throw unknownParameter(route.operation.name, `?${unknown}`);
  return { input, payload, bodyMembers, boundHeaders };
}

function readOptional(schema: NormalizedSchema, text: string | undefined, path: string): unknown {
  return text === undefined ? undefined : readText(schema, text, path);
}

function readQuery(schema: NormalizedSchema, request: WireRequest, name: string, path: string): unknown {
  const values = request.query.getAll(name);
  if (values.length === 0) return undefined;
  if (schema.isListSchema()) return values.map((value) => readText(schema.getValueSchema(), value, path));
  return readText(schema, values[0] ?? '', path);
}

function readHeader(schema: NormalizedSchema, request: WireRequest, name: string, path: string): unknown {
  const value = request.headers[name.toLowerCase()];
  const text = Array.isArray(value) ? value.join(',') : value;
  if (text === undefined || !schema.isListSchema()) return readOptional(schema, text, path);
  return text.split(',').map((one) => readText(schema.getValueSchema(), one.trim(), path));
}

function readPrefixed(
  request: WireRequest,
  prefix: string,
  boundHeaders: Set<string>,
): Record<string, string> | undefined {
  const map: Record<string, string> = {};
  for (const [header, value] of Object.entries(request.headers)) {
    if (!header.startsWith(prefix.toLowerCase())) continue;
    boundHeaders.add(header);
    map[header.slice(prefix.length)] = String(value);
  }
  return Object.keys(map).length === 0 ? undefined : map;
}

/** An output, sorted into headers and body. */
export interface BoundOutput {
  readonly headers: Record<string, string>;
  readonly payload: readonly [NormalizedSchema, unknown] | undefined;
  readonly bodyMembers: readonly [string, NormalizedSchema][];
  /** The output's members that belong in the body. */
  readonly body: Record<string, unknown>;
  readonly status: number | undefined;
}

/** @throws MalformedOutputError naming a member that the operation does not return */
export function writeBindings(schema: NormalizedSchema, output: object, path: string): BoundOutput {
  const headers: Record<string, string> = {};
  const bodyMembers: [string, NormalizedSchema][] = [];
  const body: Record<string, unknown> = {};
  const left = new Map(Object.entries(output).filter(([, value]) => value !== undefined && value !== null));
  let payload: [NormalizedSchema, unknown] | undefined;
  let status: number | undefined;
  for (const [name, member] of schema.isUnitSchema() ? [] : schema.structIterator()) {
    const traits = member.getMergedTraits();
    const value = left.get(name);
    left.delete(name);
    if (traits.httpPayload) payload = [member, value];
    else if (traits.httpResponseCode) status = Number(value);
    else if (traits.httpHeader !== undefined)
      writeHeader(headers, traits.httpHeader, member, value, `${path}.${name}`);
    else if (typeof traits.httpPrefixHeaders === 'string')
      for (const [key, text] of Object.entries(value ?? {}))
        headers[`${traits.httpPrefixHeaders}${key}`] = String(text);
    else {
      bodyMembers.push([name, member]);
      if (value !== undefined) body[name] = value;
    }
  }
  const [unknown] = left.keys();
  if (unknown !== undefined) throw new MalformedOutputError(`${path}.${unknown}`, 'no such member');
  return { headers, payload, bodyMembers, body, status };
}

function writeHeader(
  headers: Record<string, string>,
  name: string,
  schema: NormalizedSchema,
  value: unknown,
  path: string,
): void {
  if (value === undefined) return;
  headers[name.toLowerCase()] = Array.isArray(value)
    ? value.map((one) => writeText(schema.getValueSchema(), one, path, 'http-date')).join(',')
    : writeText(schema, value, path, 'http-date');
}
