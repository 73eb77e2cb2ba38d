import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { ServiceError } from '../model/service.ts';
import type { OperationSchema, ServiceSchemas } from './schema.ts';

/** A request as it arrived. */
export interface WireRequest {
  readonly method: string;
  /** Still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The body as it comes, not yet read. */
  readonly stream: Readable;
  /** The whole body, for the protocols whose bodies are small. @throws ServiceError `RequestEntityTooLarge` */
  body(): Promise<Buffer>;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | Readable;
}

/** Which operation is called, and with what. */
export interface ParsedCall {
  readonly operation: OperationSchema;
  readonly input: object;
}

/** One way of writing calls and answers. `answer` must write only what the operation's schema has. */
export interface Protocol {
  /** @param requireModelled called with the operation's name before its input is judged; throws if it is not modelled */
  parse(
    request: WireRequest,
    schemas: ServiceSchemas,
    requireModelled: (operation: string) => void,
  ): Promise<ParsedCall>;
  answer(call: ParsedCall, output: object, context: AnswerContext): WireResponse;
  refuse(error: ServiceError, context: AnswerContext): WireResponse;
}

export interface AnswerContext {
  readonly schemas: ServiceSchemas;
  readonly request: WireRequest;
  readonly requestId: string;
}
