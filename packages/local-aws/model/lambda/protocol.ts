/** What the parent and the child process of one Lambda execution environment say to each other over IPC. */

/** A TCP destination that the network of a VPC function leads to. */
export interface Route {
  /** Name or address that the function's code uses. */
  readonly host: string;
  readonly port: number;
  /** Address to connect to when `host` is a name that DNS does not know. @default `host` */
  readonly address?: string;
}

/** A named HTTPS host of the outside world and what stands in for it. */
export interface InternetHost {
  /** What DNS answers, a public address. */
  readonly address: string;
  /** Loopback port where connections to that address go. */
  readonly port: number;
}

/** Where the child may connect to; everything else is refused. */
export interface NetworkPolicy {
  readonly endpoint: { readonly host: string; readonly port: number };
  readonly inVpc: boolean;
  /** Reachable from outside a VPC only. */
  readonly internetHosts: Readonly<Record<string, InternetHost>>;
}

export interface InitMessage {
  readonly type: 'init';
  readonly taskRoot: string;
  /** `file.export`, as in the function's configuration. */
  readonly handler: string;
  readonly logFormat: 'Text' | 'JSON';
  readonly network: NetworkPolicy;
  /** What to add to the real time, ms. */
  readonly clockOffsetMs: number;
}

export interface InvokeMessage {
  readonly type: 'invoke';
  readonly requestId: string;
  readonly payload: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: string;
  readonly logGroup: string;
  readonly logStream: string;
  /** When the parent cuts it off. */
  readonly timeoutMs: number;
  /** What the function is told that it has left: the same, unless it is hurried. */
  readonly timeLeftMs: number;
  readonly clockOffsetMs: number;
  /** VPC destinations open to the function at the start of this invocation. */
  readonly routes: readonly Route[];
}

/** The error document that Lambda returns as the payload of a failed invocation. */
export interface FunctionErrorDocument {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export type ParentMessage = InitMessage | InvokeMessage;
export type ChildMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'init-failed'; readonly error: FunctionErrorDocument }
  | { readonly type: 'done'; readonly requestId: string; readonly payload: string }
  | { readonly type: 'failed'; readonly requestId: string; readonly error: FunctionErrorDocument };

/** Written to stdout and stderr after an invocation: all of its output lies before it. */
export function endOfOutput(requestId: string): string {
  return `\u0000${requestId}\u0000`;
}
