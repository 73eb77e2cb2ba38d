import type { ServiceError } from '../model/service.ts';
import { readBindings, writeBindings } from './http-bindings.ts';
import type { AnswerContext, ParsedCall, Protocol, WireRequest, WireResponse } from './protocol.ts';
import { describeRefusal } from './refusal.ts';
import { matchRoute } from './routes.ts';
import type { ServiceSchemas } from './schema.ts';
import { element, escapeXml, parseXml } from './xml.ts';
import { readXmlStructure, writeXmlMembers } from './xml-shape.ts';

const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html; no member is a whole body here. */
export const restXmlProtocol: Protocol = {
  async parse(request: WireRequest, schemas: ServiceSchemas, requireModelled): Promise<ParsedCall> {
    const route = matchRoute(request, schemas, { path: request.path, inBucket: false });
    const { operation } = route;
    requireModelled(operation.name);
    const { input } = readBindings(route, request);
    const text = (await request.body()).toString();
    if (text !== '') Object.assign(input, readXmlStructure(operation.input, parseXml(text), operation.name));
    return { operation, input };
  },

  answer({ operation }: ParsedCall, output: object, context: AnswerContext): WireResponse {
    const { headers, body, bodyMembers } = writeBindings(operation.output, output, operation.name);
    const root = operation.output.getName() ?? `${operation.name}Response`;
    const xml = writeXmlMembers(bodyMembers, body, operation.name);
    return respond(context, operation.http?.[2] ?? 200, { headers, root, xml });
  },

  refuse(error: ServiceError, context: AnswerContext): WireResponse {
    const { code, message, status, fault } = describeRefusal(error, context.schemas);
    const members = { Type: fault, Code: code, Message: message };
    const xml = Object.entries(members)
      .map(([name, value]) => element(name, escapeXml(value)))
      .join('');
    const body = element('Error', xml) + element('RequestId', context.requestId);
    return respond(context, status, { headers: {}, root: 'ErrorResponse', xml: body });
  },
};

function respond(
  { requestId, schemas }: AnswerContext,
  status: number,
  { headers, root, xml }: { readonly headers: object; readonly root: string; readonly xml: string },
): WireResponse {
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId, ...headers },
    body: XML_DECLARATION + element(root, xml, ` xmlns="${schemas.wire.xmlNamespace}"`),
  };
}
