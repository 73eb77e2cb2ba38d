import { cbor, dateToTag } from '@smithy/core/cbor';
import { ServiceError } from '../model/service.ts';
import { errorBody, queryCompatibleHeader } from './json-protocol.ts';
import {
  readTreeStructure,
  requireMembers,
  type TreeFlavour,
  writeTreeStructure,
  wrongType,
} from './json-shape.ts';
import type { AnswerContext, ParsedCall, Protocol, WireRequest, WireResponse } from './protocol.ts';
import { describeRefusal } from './refusal.ts';
import { operationSchema, type ServiceSchemas } from './schema.ts';
import { readInstant } from './text.ts';

/** CBOR: bytes as bytes, instants as tag 1 (epoch seconds). */
const FLAVOUR: TreeFlavour = {
  jsonName: false,
  readBytes(value, path) {
    if (value instanceof Uint8Array) return value;
    throw wrongType(path, 'a byte string');
  },
  writeBytes: (bytes) => bytes,
  readInstant(value, path) {
    const seconds = typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
    return readInstant(String(seconds), path);
  },
  writeInstant: (instant) => dateToTag(instant),
};

/** https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html, which botocore speaks to CloudWatch. */
export const cborProtocol: Protocol = {
  async parse(request: WireRequest, schemas: ServiceSchemas, requireModelled): Promise<ParsedCall> {
    const name = /\/service\/[^/]+\/operation\/([^/]+)$/.exec(request.path)?.[1];
    if (name === undefined) throw new ServiceError('UnknownOperationException', request.path, 404);
    const operation = operationSchema(schemas, name);
    requireModelled(name);
    const body = await request.body();
    const tree: unknown = body.length === 0 ? {} : cbor.deserialize(body);
    const members = operation.input.isUnitSchema() ? [] : operation.input.structIterator();
    const input = readTreeStructure(members, tree, name, FLAVOUR);
    requireMembers(operation.input, input, name);
    return { operation, input };
  },

  answer({ operation }: ParsedCall, output: object, context: AnswerContext): WireResponse {
    if (operation.output.isUnitSchema()) return cborAnswer(200, {}, context, {});
    const tree = writeTreeStructure(operation.output.structIterator(), output, operation.name, FLAVOUR);
    return cborAnswer(200, tree, context, {});
  },

  refuse(error: ServiceError, context: AnswerContext): WireResponse {
    const refusal = describeRefusal(error, context.schemas);
    const headers = queryCompatibleHeader(refusal, context);
    return cborAnswer(refusal.status, errorBody(refusal, FLAVOUR), context, headers);
  },
};

function cborAnswer(
  status: number,
  tree: object,
  { requestId }: AnswerContext,
  more: Readonly<Record<string, string>>,
): WireResponse {
  const headers = {
    'content-type': 'application/cbor',
    'smithy-protocol': 'rpc-v2-cbor',
    'x-amzn-requestid': requestId,
    ...more,
  };
  return { status, headers, body: cbor.serialize(tree) };
}
