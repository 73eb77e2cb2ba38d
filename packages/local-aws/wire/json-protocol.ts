import type { NormalizedSchema } from '@smithy/core/schema';
import { ServiceError } from '../model/service.ts';
import {
  readTreeStructure,
  requireMembers,
  type TreeFlavour,
  writeTreeStructure,
  wrongType,
} from './json-shape.ts';
import type { AnswerContext, ParsedCall, Protocol, WireRequest, WireResponse } from './protocol.ts';
import { describeRefusal, type Refusal } from './refusal.ts';
import { operationSchema, type ServiceSchemas } from './schema.ts';
import { readInstant, timestampFormat, writeInstant } from './text.ts';

/** JSON: base64 for bytes, epoch seconds for instants unless the member says otherwise. */
export function jsonFlavour(options: { readonly jsonName: boolean }): TreeFlavour {
  return {
    jsonName: options.jsonName,
    readBytes(value, path) {
      if (typeof value !== 'string') throw wrongType(path, 'base64 text');
      return Buffer.from(value, 'base64');
    },
    writeBytes: (bytes) => Buffer.from(bytes).toString('base64'),
    readInstant(value, path) {
      if (typeof value !== 'string' && typeof value !== 'number') throw wrongType(path, 'a timestamp');
      return readInstant(String(value), path);
    },
    writeInstant(instant: Date, schema: NormalizedSchema) {
      const format = timestampFormat(schema, 'epoch-seconds');
      return format === 'epoch-seconds' ? instant.getTime() / 1000 : writeInstant(instant, format);
    },
  };
}

const FLAVOUR = jsonFlavour({ jsonName: false });

/** https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html: the operation in `X-Amz-Target`, JSON both ways. */
export const jsonProtocol: Protocol = {
  async parse(request: WireRequest, schemas: ServiceSchemas, requireModelled): Promise<ParsedCall> {
    const [target, name] = String(request.headers['x-amz-target'] ?? '').split('.');
    if (name === undefined || target !== schemas.wire.target)
      throw new ServiceError('UnknownOperationException', `unknown target ${target}.${name}`, 404);
    const operation = operationSchema(schemas, name);
    requireModelled(name);
    const body = parseJson((await request.body()).toString());
    const members = operation.input.isUnitSchema() ? [] : operation.input.structIterator();
    const input = readTreeStructure(members, body, name, FLAVOUR);
    requireMembers(operation.input, input, name);
    return { operation, input };
  },

  answer({ operation }: ParsedCall, output: object, context: AnswerContext): WireResponse {
    if (operation.output.isUnitSchema()) return jsonAnswer(200, '', context);
    const written = writeTreeStructure(operation.output.structIterator(), output, operation.name, FLAVOUR);
    return jsonAnswer(200, JSON.stringify(written), context);
  },

  refuse(error: ServiceError, context: AnswerContext): WireResponse {
    const refusal = describeRefusal(error, context.schemas);
    const answer = jsonAnswer(refusal.status, JSON.stringify(errorBody(refusal, FLAVOUR)), context);
    return { ...answer, headers: { ...answer.headers, ...queryCompatibleHeader(refusal, context) } };
  },
};

/** `__type`, `message` and the members of the error's own shape. */
export function errorBody(refusal: Refusal, flavour: TreeFlavour): Record<string, unknown> {
  const described = { __type: refusal.schema?.shapeName ?? refusal.code, message: refusal.message };
  if (refusal.schema === undefined) return { ...refusal.details, ...described };
  const members = refusal.schema.schema.structIterator();
  return { ...writeTreeStructure(members, refusal.details, refusal.code, flavour), ...described };
}

/**
 * Services that once spoke the query protocol keep its error codes in a header:
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
 */
export function queryCompatibleHeader(refusal: Refusal, context: AnswerContext): Record<string, string> {
  if (context.request.headers['x-amzn-query-mode'] !== 'true') return {};
  return { 'x-amzn-query-error': `${refusal.schema?.queryCode ?? refusal.code};${refusal.fault}` };
}

/** @throws ServiceError `SerializationException` */
export function parseJson(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ServiceError('SerializationException', `the body is not JSON: ${String(cause)}`);
  }
}

function jsonAnswer(status: number, body: string, { schemas, requestId }: AnswerContext): WireResponse {
  const contentType = `application/x-amz-json-${schemas.wire.jsonVersion}`;
  return { status, headers: { 'content-type': contentType, 'x-amzn-requestid': requestId }, body };
}
