import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Fabric } from '../dispatch.ts';
import { NotModelledError, type Principal, ServiceError } from '../model/service.ts';
import { ConnectionCutError } from './connection-cut.ts';
import type { AnswerContext, Protocol, WireRequest, WireResponse } from './protocol.ts';
import { PROTOCOLS, protocolFor } from './protocols.ts';
import { type ServiceSchemas, serviceSchemas } from './schema.ts';
import { serviceWire } from './services.ts';
import { type Credential, readCredential } from './signature.ts';
import { bareSchemas, guessProtocol, refuseService } from './unmodelled.ts';

/** Whoever holds this access key, in a request signed for this region. */
export type PrincipalOf = (accessKeyId: string, region: string) => Principal | undefined;

export interface EndpointOptions {
  readonly fabric: Fabric;
  readonly principals: PrincipalOf;
  /** @default '127.0.0.1' */
  readonly host?: '127.0.0.1';
  /** @default 0, any free port */
  readonly port?: number;
  /** Told of exceptions that no AWS error explains: mistakes in the local AWS. @default prints them to stderr */
  readonly onFailure?: (failure: unknown) => void;
}

export interface Endpoint {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** API calls, uploads to S3 aside, are small: the largest is Lambda's 6 MB payload. */
const LARGEST_BODY_BYTES = 8 * 1024 * 1024;

/**
 * Serves all services of all regions on one HTTP port: service, region and caller are read from the signature's
 * credential scope. The signature has to be present; it is not verified (see {@link readCredential}). Plain HTTP on
 * loopback stands in for TLS.
 */
export async function startEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const host = options.host ?? '127.0.0.1';
  const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    void options.fabric.clock.track(() => serve(options, request, response));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the endpoint has no port');
  return { url: `http://${host}:${address.port}`, port: address.port, close: () => close(server) };
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

async function serve(
  options: EndpointOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const answer = await answerTo(options, readRequest(request));
    // Clients send the whole body before they look at the answer; cutting them short shows as a broken pipe.
    if (!request.complete) request.resume();
    // Clients set their clocks by this header, and the SDK repeats a refused request once they differ.
    response.setHeader('date', new Date(options.fabric.clock.now()).toUTCString());
    await send(response, answer);
  } catch (failure) {
    if (!(failure instanceof ConnectionCutError) && !isHangUp(failure)) reportFailure(options, failure);
    request.socket.destroy();
  }
}

async function answerTo(options: EndpointOptions, request: WireRequest): Promise<WireResponse> {
  const requestId = randomUUID();
  let protocol: Protocol | undefined;
  let schemas: ServiceSchemas | undefined;
  try {
    const authorization = request.headers.authorization;
    const credential = readCredential(authorization, request.query);
    if (serviceWire(credential.service) === undefined)
      return await refuseService(credential.service, { request, requestId });
    schemas = await serviceSchemas(credential.service);
    protocol = protocolFor(schemas.wire, request);
    const context: AnswerContext = { schemas, request, requestId };
    return await dispatch(options, credential, protocol, context);
  } catch (error) {
    if (error instanceof ConnectionCutError) throw error;
    schemas ??= bareSchemas('');
    protocol ??= PROTOCOLS[guessProtocol(request)];
    return protocol.refuse(asServiceError(options, error), { schemas, request, requestId });
  }
}

async function dispatch(
  { fabric, principals }: EndpointOptions,
  credential: Credential,
  protocol: Protocol,
  context: AnswerContext,
): Promise<WireResponse> {
  const { service, region, accessKeyId } = credential;
  const principal = principals(accessKeyId, region);
  if (principal === undefined) throw unknownAccessKey(service);
  const call = await protocol.parse(context.request, context.schemas, (operation) => {
    if (!Object.hasOwn(fabric.service(service).operations, operation))
      throw new NotModelledError(`${service}:${operation}`);
  });
  const { operation, input } = call;
  const output = await fabric.call({ service, operation: operation.name, region, principal, input });
  return protocol.answer(call, output, context);
}

function unknownAccessKey(service: string): ServiceError {
  return service === 's3'
    ? new ServiceError(
        'InvalidAccessKeyId',
        'The AWS Access Key Id you provided does not exist in our records.',
        403,
      )
    : new ServiceError('InvalidClientTokenId', 'The security token included in the request is invalid.', 403);
}

function asServiceError(options: EndpointOptions, error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (!isHangUp(error)) reportFailure(options, error);
  return new ServiceError('InternalFailure', `the local AWS failed: ${String(error)}`, 500);
}

function reportFailure({ onFailure }: EndpointOptions, failure: unknown): void {
  if (onFailure === undefined) console.error('local AWS:', failure);
  else onFailure(failure);
}

/** The client went away in the middle: no fault of ours. */
function isHangUp(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}

function readRequest(request: IncomingMessage): WireRequest {
  const [path = '/', search = ''] = splitOnce(request.url ?? '/', '?');
  return {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(search),
    headers: request.headers,
    stream: request,
    body: () => collect(request),
  };
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

async function collect(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Left open on an early end, so that the refusal can still be answered.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > LARGEST_BODY_BYTES)
      throw new ServiceError('RequestEntityTooLarge', `the body exceeds ${LARGEST_BODY_BYTES} bytes`, 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function send(response: ServerResponse, answer: WireResponse): Promise<void> {
  const { status, headers, body } = answer;
  if (body instanceof Readable) {
    response.writeHead(status, headers);
    await pipeline(body, response);
    return;
  }
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const bodiless = status === 204 || status === 304;
  response.writeHead(status, bodiless ? headers : { 'content-length': String(bytes.length), ...headers });
  // Of a client that went away while it was answered, the end has been told already.
  if (response.destroyed) return;
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.end(bodiless ? undefined : bytes, resolve);
  });
}
