/**
 * Runs inside the child process: the part that Lambda's Node.js runtime has on AWS. It puts the process on the virtual
 * clock and its network, imports the bundle unmodified, and runs one invocation at a time.
 */
import { flushCompileCache } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { setClockOffset, shiftDate } from './bootstrap-clock.ts';
import { patchConsole } from './bootstrap-console.ts';
import { leaveUndiciUnloaded } from './bootstrap-http.ts';
import { confineNetwork } from './bootstrap-network.ts';
import type {
  ChildMessage,
  FunctionErrorDocument,
  InitMessage,
  InvokeMessage,
  ParentMessage,
  Route,
} from './protocol.ts';
import { endOfOutput } from './protocol.ts';

// Set for this process alone, by execution-environment.ts.
delete process.env.NODE_COMPILE_CACHE;

type Handler = (event: unknown, context: object) => unknown;

/** Lambda's limit on a synchronous response: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_RESPONSE_BYTES = 6 * 1024 * 1024;

let handler: Handler | undefined;
let requestId = '';
let routes: readonly Route[] = [];

function send(message: ChildMessage, sent?: () => void): void {
  process.send?.(message, undefined, undefined, sent ?? (() => {}));
}

function describe(error: unknown): FunctionErrorDocument {
  if (error instanceof Error) {
    return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

async function init(message: InitMessage): Promise<void> {
  setClockOffset(message.clockOffsetMs);
  shiftDate();
  patchConsole(message.logFormat, () => requestId);
  leaveUndiciUnloaded();
  confineNetwork(message.network, () => routes);
  const [file = '', exported = ''] = message.handler.split('.');
  const bundle = await import(pathToFileURL(path.join(message.taskRoot, `${file}.mjs`)).href);
  const found: unknown = bundle[exported];
  if (typeof found !== 'function') {
    const errorMessage = `${message.handler} is undefined or not exported`;
    throw Object.assign(new Error(errorMessage), { name: 'Runtime.HandlerNotFound' });
  }
  if (found.length > 2) {
    // https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html: callbacks ended with Node.js 24.
    const errorMessage = 'callback-based handlers are not supported from Node.js 24 on';
    throw Object.assign(new Error(errorMessage), { name: 'Runtime.CallbackHandlerDeprecated' });
  }
  handler = (event, context) => Reflect.apply(found, bundle, [event, context]);
  send({ type: 'ready' });
}

function contextOf(message: InvokeMessage): object {
  const deadline = performance.now() + message.timeLeftMs;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: '$LATEST',
    functionName: message.functionName,
    memoryLimitInMB: message.memoryMb,
    logGroupName: message.logGroup,
    logStreamName: message.logStream,
    invokedFunctionArn: message.functionArn,
    awsRequestId: message.requestId,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
  };
}

function encode(result: unknown): string {
  const payload = JSON.stringify(result) ?? 'null';
  const sizeBytes = Buffer.byteLength(payload);
  if (sizeBytes <= MAX_RESPONSE_BYTES) return payload;
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`;
  throw Object.assign(new Error(errorMessage), { name: 'Function.ResponseSizeTooLarge' });
}

async function invoke(message: InvokeMessage): Promise<void> {
  setClockOffset(message.clockOffsetMs);
  requestId = message.requestId;
  routes = message.routes;
  let answer: ChildMessage;
  try {
    const result = await handler?.(JSON.parse(message.payload), contextOf(message));
    answer = { type: 'done', requestId, payload: encode(result) };
  } catch (error) {
    answer = { type: 'failed', requestId, error: describe(error) };
  }
  finishOutput();
  send(answer);
  keepCompiledCode();
}

let compiledCodeKept = false;

/**
 * Node would write what was compiled at an orderly exit only, and environments are killed. It writes a bundle once: after
 * an invocation, so that the functions which that one called are in it, and not only those of the import.
 */
function keepCompiledCode(): void {
  if (compiledCodeKept) return;
  compiledCodeKept = true;
  flushCompileCache();
}

/** Writes to a pipe are synchronous on POSIX systems, so this mark comes after all output of the invocation. */
function finishOutput(): void {
  process.stdout.write(endOfOutput(requestId));
  process.stderr.write(endOfOutput(requestId));
}

function fail(errorType: string, error: unknown): void {
  const described = describe(error);
  const document = {
    ...described,
    errorType,
    errorMessage: `${described.errorType}: ${described.errorMessage}`,
  };
  finishOutput();
  const message: ChildMessage =
    handler === undefined
      ? { type: 'init-failed', error: document }
      : { type: 'failed', requestId, error: document };
  send(message, () => process.exit(128));
}

process.on('uncaughtException', (error) => fail('Runtime.UncaughtException', error));
process.on('unhandledRejection', (error) => fail('Runtime.UnhandledPromiseRejection', error));
process.on('disconnect', () => process.exit(0));
process.on('message', (message: ParentMessage) => {
  if (message.type === 'invoke') return void invoke(message);
  init(message).catch((error: unknown) => {
    finishOutput();
    send({ type: 'init-failed', error: describe(error) }, () => process.exit(1));
  });
});
