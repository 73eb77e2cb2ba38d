import type { NormalizedSchema } from '@smithy/core/schema';
import { ServiceError } from '../model/service.ts';
import type { AnswerContext, ParsedCall, Protocol, WireRequest, WireResponse } from './protocol.ts';
import { describeRefusal } from './refusal.ts';
import { operationSchema, requiredMembers, type ServiceSchemas, unknownParameter } from './schema.ts';
import { readText } from './text.ts';
import { element, escapeXml } from './xml.ts';
import { writeXmlMembers } from './xml-shape.ts';

/** Parameters of a query request, their dotted names unfolded: `Tags.Tag.1.Key=a` is Tags → Tag → 1 → Key. */
interface Parameter {
  text: string | undefined;
  readonly below: Map<string, Parameter>;
}

/** https://smithy.io/2.0/aws/protocols/aws-query-protocol.html: form-encoded calls, XML answers. */
export const queryProtocol: Protocol = {
  async parse(request: WireRequest, schemas: ServiceSchemas, requireModelled): Promise<ParsedCall> {
    const form = new URLSearchParams((await request.body()).toString());
    const name = form.get('Action');
    if (name === null)
      throw new ServiceError('MissingAction', 'The request is missing an action parameter', 400);
    form.delete('Action');
    form.delete('Version');
    const operation = operationSchema(schemas, name);
    requireModelled(name);
    return { operation, input: readStructure(operation.input, unfold(form), name, name) };
  },

  answer({ operation }: ParsedCall, output: object, context: AnswerContext): WireResponse {
    const { name, output: schema } = operation;
    const result = schema.isUnitSchema()
      ? ''
      : element(`${name}Result`, writeXmlMembers(schema.structIterator(), output, name));
    const metadata = element('ResponseMetadata', element('RequestId', context.requestId));
    return xmlAnswer(200, element(`${name}Response`, result + metadata, namespace(context.schemas)), context);
  },

  refuse(error: ServiceError, context: AnswerContext): WireResponse {
    const refusal = describeRefusal(error, context.schemas);
    const details = Object.entries(refusal.details)
      .map(([name, value]) => element(name, escapeXml(String(value))))
      .join('');
    const described =
      element('Type', refusal.fault) +
      element('Code', escapeXml(refusal.schema?.queryCode ?? refusal.code)) +
      element('Message', escapeXml(refusal.message)) +
      details;
    const body = element('Error', described) + element('RequestId', context.requestId);
    return xmlAnswer(refusal.status, element('ErrorResponse', body, namespace(context.schemas)), context);
  },
};

function namespace(schemas: ServiceSchemas): string {
  return ` xmlns="${schemas.wire.xmlNamespace}"`;
}

function xmlAnswer(status: number, body: string, { requestId }: AnswerContext): WireResponse {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}

function unfold(form: URLSearchParams): Parameter {
  const root: Parameter = { text: undefined, below: new Map() };
  for (const [name, text] of form) {
    let at = root;
    for (const step of name.split('.')) {
      const next = at.below.get(step) ?? { text: undefined, below: new Map() };
      at.below.set(step, next);
      at = next;
    }
    at.text = text;
  }
  return root;
}

function readStructure(schema: NormalizedSchema, from: Parameter, path: string, operation: string): object {
  const structure: Record<string, unknown> = {};
  const left = new Set(from.below.keys());
  if (schema.isStructSchema()) {
    for (const [name, member] of schema.structIterator()) {
      const wireName = member.getMergedTraits().xmlName ?? name;
      const parameter = from.below.get(wireName);
      if (parameter === undefined) continue;
      left.delete(wireName);
      structure[name] = readMember(member, parameter, `${path}.${name}`, operation);
    }
  }
  const [unknown] = left;
  if (unknown !== undefined) throw unknownParameter(path, unknown);
  for (const name of requiredMembers(schema))
    if (structure[name] === undefined)
      throw new ServiceError('MissingParameter', `The request must contain the parameter ${name}`);
  return structure;
}

function readMember(schema: NormalizedSchema, from: Parameter, path: string, operation: string): unknown {
  if (schema.isStructSchema()) return readStructure(schema, from, path, operation);
  if (schema.isListSchema()) return readList(schema, from, path, operation);
  if (schema.isMapSchema()) return readMap(schema, from, path, operation);
  const [unknown] = from.below.keys();
  if (unknown !== undefined) throw unknownParameter(path, unknown);
  return readText(schema, from.text ?? '', path);
}

/** `List=` is an empty list; otherwise `List.member.1`, or `List.1` where it is flattened. */
function readList(schema: NormalizedSchema, from: Parameter, path: string, operation: string): unknown[] {
  const item = schema.getValueSchema();
  const itemName = item.getMergedTraits().xmlName ?? 'member';
  const parent = schema.getMergedTraits().xmlFlattened ? from : from.below.get(itemName);
  if (parent === undefined && from.below.size > 0)
    throw unknownParameter(path, [...from.below.keys()].join(', '));
  return numbered(parent, path).map((one) => readMember(item, one, path, operation));
}

function readMap(
  schema: NormalizedSchema,
  from: Parameter,
  path: string,
  operation: string,
): Record<string, unknown> {
  const parent = schema.getMergedTraits().xmlFlattened ? from : from.below.get('entry');
  const map: Record<string, unknown> = {};
  for (const entry of numbered(parent, path)) {
    const key = entry.below.get(schema.getKeySchema().getMergedTraits().xmlName ?? 'key');
    const value = entry.below.get(schema.getValueSchema().getMergedTraits().xmlName ?? 'value');
    if (key?.text === undefined || value === undefined)
      throw new ServiceError('InvalidParameterValue', `${path} has an entry without key or value`);
    map[key.text] = readMember(schema.getValueSchema(), value, `${path}.${key.text}`, operation);
  }
  return map;
}

function numbered(parent: Parameter | undefined, path: string): Parameter[] {
  const entries = [...(parent?.below ?? [])].map(([step, one]) => ({ index: Number(step), step, one }));
  const odd = entries.find(({ index }) => !Number.isInteger(index));
  if (odd !== undefined) throw unknownParameter(path, odd.step);
  return entries.sort((a, b) => a.index - b.index).map(({ one }) => one);
}
