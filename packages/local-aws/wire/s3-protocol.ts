import { Readable } from 'node:stream';
import { invalidRequest, S3Error } from '../model/s3/s3-error.ts';
import type { ServiceError } from '../model/service.ts';
import { type BoundInput, type BoundOutput, readBindings, writeBindings } from './http-bindings.ts';
import type { AnswerContext, ParsedCall, Protocol, WireRequest, WireResponse } from './protocol.ts';
import { describeRefusal } from './refusal.ts';
import { matchRoute } from './routes.ts';
import { isTransportHeader, locate, readUpload, verifiedText } from './s3-request.ts';
import {
  MalformedOutputError,
  type OperationSchema,
  type ServiceSchemas,
  unknownParameter,
} from './schema.ts';
import { element, escapeXml, parseXml } from './xml.ts';
import { readXmlStructure, writeXmlMembers } from './xml-shape.ts';

const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Statuses of success that are others than the service's model has, by what S3 was recorded to answer:
 * https://github.com/localstack/localstack/blob/main/tests/aws/services/s3/test_s3.snapshot.json (test_bucket_policy_crud) */
const UNLIKE_THE_MODEL: Readonly<Record<string, number>> = { PutBucketPolicy: 204 };

/** S3's dialect of https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html: buckets in host or path, streams. */
export const s3Protocol: Protocol = {
  async parse(request: WireRequest, schemas: ServiceSchemas, requireModelled): Promise<ParsedCall> {
    const { bucket, path } = locate(request);
    const route = matchRoute(request, schemas, { path, inBucket: bucket !== undefined });
    requireModelled(route.operation.name);
    const labels = bucket === undefined ? route.labels : { ...route.labels, Bucket: bucket };
    const bound = readBindings({ ...route, labels }, request);
    refuseUnknownHeaders(route.operation, request, bound);
    await readPayload(route.operation, request, bound);
    return { operation: route.operation, input: bound.input };
  },

  answer({ operation }: ParsedCall, output: object, context: AnswerContext): WireResponse {
    const bound = writeBindings(operation.output, output, operation.name);
    const partial = 'ContentRange' in output && output.ContentRange !== undefined;
    const status = partial ? 206 : (UNLIKE_THE_MODEL[operation.name] ?? operation.http?.[2] ?? 200);
    const headers = { ...baseHeaders(context), ...bound.headers };
    if (bound.payload?.[0].isStreaming()) return { status, headers, body: streamOf(bound.payload[1]) };
    const text = bound.payload?.[1];
    // A bucket policy travels as it is: JSON, which nothing may stand before.
    if (typeof text === 'string')
      return { status, headers: { ...headers, 'content-type': 'application/json' }, body: text };
    const xml = writeXmlBody(operation, bound, context.schemas);
    if (xml === '') return { status, headers, body: '' };
    return {
      status,
      headers: { ...headers, 'content-type': 'application/xml' },
      body: XML_DECLARATION + xml,
    };
  },

  refuse(error: ServiceError, context: AnswerContext): WireResponse {
    const refusal = describeRefusal(error, context.schemas);
    const members = { Code: refusal.code, Message: refusal.message, ...refusal.details };
    const xml = Object.entries({ ...members, RequestId: context.requestId, HostId: 'local' })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => element(name, escapeXml(String(value))))
      .join('');
    const headers = {
      ...baseHeaders(context),
      'content-type': 'application/xml',
      ...(error instanceof S3Error ? error.headers : {}),
    };
    return { status: refusal.status, headers, body: XML_DECLARATION + element('Error', xml) };
  },
};

function baseHeaders({ requestId }: AnswerContext): Record<string, string> {
  return { 'x-amz-request-id': requestId, 'x-amz-id-2': 'local', server: 'AmazonS3' };
}

/** An unknown `x-amz-` header would change what S3 does; silence would hide that it is not done here. */
function refuseUnknownHeaders(operation: OperationSchema, request: WireRequest, bound: BoundInput): void {
  for (const header of Object.keys(request.headers)) {
    const known = bound.boundHeaders.has(header) || isTransportHeader(header);
    if (header.startsWith('x-amz-') && !known) throw unknownParameter(operation.name, header);
  }
}

async function readPayload(
  operation: OperationSchema,
  request: WireRequest,
  bound: BoundInput,
): Promise<void> {
  if (bound.payload === undefined) {
    const [unread] = bound.bodyMembers;
    if (unread !== undefined) throw unknownParameter(operation.name, unread[0]);
    return;
  }
  const [name, schema] = bound.payload;
  if (schema.isStreaming()) {
    bound.input[name] = readUpload(request, bound.input);
    return;
  }
  const text = await verifiedText(request, operation.name, bound.boundHeaders);
  // A policy is JSON and travels as it is.
  if (schema.isStringSchema()) {
    bound.input[name] = text;
    return;
  }
  if (text === '') throw invalidRequest(`the body of ${operation.name} is missing`);
  bound.input[name] = readXmlStructure(schema, parseXml(text), `${operation.name}.${name}`);
}

function streamOf(value: unknown): Readable {
  if (value instanceof Readable) return value;
  if (value instanceof Uint8Array) return Readable.from([value]);
  throw new MalformedOutputError('Body', 'expected a Readable');
}

function writeXmlBody(operation: OperationSchema, bound: BoundOutput, schemas: ServiceSchemas): string {
  const namespace = ` xmlns="${schemas.wire.xmlNamespace}"`;
  // The one operation whose output is its root element's text (the trait s3UnwrappedXmlOutput).
  if (operation.name === 'GetBucketLocation')
    return element('LocationConstraint', escapeXml(String(bound.body.LocationConstraint ?? '')), namespace);
  if (bound.payload !== undefined) {
    const [schema, value] = bound.payload;
    if (value === undefined || value === null) return '';
    const root = schema.getMergedTraits().xmlName ?? schema.getName() ?? operation.name;
    return element(root, writeXmlMembers(schema.structIterator(), value, operation.name), namespace);
  }
  if (bound.bodyMembers.length === 0) return '';
  const root = operation.output.getMergedTraits().xmlName ?? operation.output.getName() ?? operation.name;
  return element(root, writeXmlMembers(bound.bodyMembers, bound.body, operation.name), namespace);
}
