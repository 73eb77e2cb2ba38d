import { NotModelledError, type ServiceError } from '../model/service.ts';
import type { AnswerContext, WireRequest, WireResponse } from './protocol.ts';
import { PROTOCOLS } from './protocols.ts';
import type { ServiceSchemas } from './schema.ts';
import type { ProtocolName } from './services.ts';
import { element, escapeXml } from './xml.ts';

/**
 * Services that speak XML over REST; every other one without a header that says its protocol speaks JSON over REST.
 * The protocols are those of the services' own models: https://github.com/aws/api-models-aws
 */
const REST_XML: ReadonlySet<string> = new Set(['cloudfront', 's3', 's3-outposts', 's3express', 'route53']);

/**
 * Answers a call to a service without a front, in the form that its client reads: a client that meets another protocol's
 * error reports an unknown error, or one of its own parser.
 */
export async function refuseService(
  service: string,
  { request, requestId }: Omit<AnswerContext, 'schemas'>,
): Promise<WireResponse> {
  const error = new NotModelledError(`${service}:${await operationOf(request)}`);
  if (service === 'ec2') return ec2Refusal(error, requestId);
  const name = guessProtocol(request, service);
  return PROTOCOLS[name].refuse(error, { schemas: bareSchemas(service), request, requestId });
}

/** Which protocol an error is to be written in when nothing is known of the service: by the headers of the request. */
export function guessProtocol({ headers }: WireRequest, service = ''): ProtocolName {
  if (headers['smithy-protocol'] === 'rpc-v2-cbor') return 'cbor';
  if (headers['x-amz-target'] !== undefined) return 'json';
  if (isForm(headers['content-type'])) return 'query';
  return REST_XML.has(service) || service === '' ? 's3' : 'rest-json';
}

/** What an error of a service without schemas is written with. */
export function bareSchemas(signingName: string): ServiceSchemas {
  const nothing = { protocols: [], target: '', xmlNamespace: '', load: async () => ({}) };
  return {
    wire: { signingName, jsonVersion: '1.1', refusals: 'as modelled', ...nothing },
    operations: new Map(),
    errors: new Map(),
  };
}

/** The operation's name where the protocol says it, else method and path. */
async function operationOf(request: WireRequest): Promise<string> {
  const { headers, method, path } = request;
  const target = headers['x-amz-target'];
  if (target !== undefined) return String(target).split('.').at(-1) ?? '';
  if (isForm(headers['content-type'])) {
    const form = new URLSearchParams((await request.body()).toString());
    return form.get('Action') ?? `${method} ${path}`;
  }
  return /\/service\/[^/]+\/operation\/([^/]+)$/.exec(path)?.[1] ?? `${method} ${path}`;
}

function isForm(contentType: string | undefined): boolean {
  return contentType?.startsWith('application/x-www-form-urlencoded') ?? false;
}

/** https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html#operation-error-serialization */
function ec2Refusal({ code, message, status }: ServiceError, requestId: string): WireResponse {
  const error = element('Error', element('Code', code) + element('Message', escapeXml(message)));
  const body = element('Response', element('Errors', error) + element('RequestID', requestId));
  return { status, headers: { 'content-type': 'text/xml' }, body };
}
