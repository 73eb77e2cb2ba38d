import { ServiceError } from '../model/service.ts';
import { cborProtocol } from './cbor-protocol.ts';
import { jsonProtocol } from './json-protocol.ts';
import type { Protocol, WireRequest } from './protocol.ts';
import { queryProtocol } from './query-protocol.ts';
import { restJsonProtocol } from './rest-json-protocol.ts';
import { restXmlProtocol } from './rest-xml-protocol.ts';
import { s3Protocol } from './s3-protocol.ts';
import type { ProtocolName, ServiceWire } from './services.ts';

export const PROTOCOLS: Readonly<Record<ProtocolName, Protocol>> = {
  query: queryProtocol,
  json: jsonProtocol,
  cbor: cborProtocol,
  'rest-json': restJsonProtocol,
  'rest-xml': restXmlProtocol,
  s3: s3Protocol,
};

/** Which of a service's protocols the request is written in: RPC protocols say so in a header each. */
export function protocolFor(wire: ServiceWire, request: WireRequest): Protocol {
  const name = wire.protocols.length === 1 ? wire.protocols[0] : detect(request);
  if (name === undefined || !wire.protocols.includes(name))
    throw new ServiceError('UnknownOperationException', `${wire.signingName} does not speak ${name}`, 404);
  return PROTOCOLS[name];
}

function detect(request: WireRequest): ProtocolName {
  if (request.headers['smithy-protocol'] === 'rpc-v2-cbor') return 'cbor';
  return request.headers['x-amz-target'] === undefined ? 'query' : 'json';
}
