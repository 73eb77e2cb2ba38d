import type { ServiceError } from '../model/service.ts';
import { readBindings, writeBindings } from './http-bindings.ts';
import { errorBody, jsonFlavour, parseJson } from './json-protocol.ts';
import { readTreeStructure, requireMembers, writeTreeStructure } from './json-shape.ts';
import type { AnswerContext, ParsedCall, Protocol, WireRequest, WireResponse } from './protocol.ts';
import { describeRefusal } from './refusal.ts';
import { matchRoute } from './routes.ts';
import type { ServiceSchemas } from './schema.ts';
import { asBytes } from './text.ts';

const FLAVOUR = jsonFlavour({ jsonName: true });

/** https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html */
export const restJsonProtocol: Protocol = {
  async parse(request: WireRequest, schemas: ServiceSchemas, requireModelled): Promise<ParsedCall> {
    const route = matchRoute(request, schemas, { path: request.path, inBucket: false });
    const { operation } = route;
    requireModelled(operation.name);
    const { input, payload, bodyMembers } = readBindings(route, request);
    const body = await request.body();
    if (payload !== undefined) {
      const [name, schema] = payload;
      if (schema.isStructSchema())
        input[name] = readTreeStructure(schema.structIterator(), parseJson(String(body)), name, FLAVOUR);
      else if (body.length > 0) input[name] = schema.isBlobSchema() ? new Uint8Array(body) : String(body);
    } else {
      const tree = parseJson(body.toString());
      Object.assign(input, readTreeStructure(bodyMembers, tree, operation.name, FLAVOUR));
    }
    requireMembers(operation.input, input, operation.name);
    return { operation, input };
  },

  answer({ operation }: ParsedCall, output: object, { requestId }: AnswerContext): WireResponse {
    const bound = writeBindings(operation.output, output, operation.name);
    const headers = { 'content-type': 'application/json', 'x-amzn-requestid': requestId, ...bound.headers };
    const status = bound.status ?? operation.http?.[2] ?? 200;
    if (bound.payload === undefined) {
      const tree = writeTreeStructure(bound.bodyMembers, bound.body, operation.name, FLAVOUR);
      return { status, headers, body: status === 204 ? '' : JSON.stringify(tree) };
    }
    const [schema, value] = bound.payload;
    if (value === undefined) return { status, headers, body: '' };
    if (!schema.isStructSchema()) return { status, headers, body: asBytes(value, operation.name) };
    const tree = writeTreeStructure(schema.structIterator(), value, operation.name, FLAVOUR);
    return { status, headers, body: JSON.stringify(tree) };
  },

  refuse(error: ServiceError, context: AnswerContext): WireResponse {
    const refusal = describeRefusal(error, context.schemas);
    const { __type: type, ...body } = errorBody(refusal, FLAVOUR);
    const headers = {
      'content-type': 'application/json',
      'x-amzn-requestid': context.requestId,
      'x-amzn-errortype': String(type),
    };
    return { status: refusal.status, headers, body: JSON.stringify(body) };
  },
};
