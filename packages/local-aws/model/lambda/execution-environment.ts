import { type ChildProcess, spawn } from 'node:child_process';
import module from 'node:module';
import path from 'node:path';
import type { FunctionConfiguration } from './function-configuration.ts';
import { OutputReader } from './output.ts';
import type { ChildMessage, FunctionErrorDocument, InitMessage, InvokeMessage } from './protocol.ts';

/** What became of one invocation. */
export type Outcome =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly error: FunctionErrorDocument };

export interface EnvironmentSettings {
  readonly configuration: FunctionConfiguration;
  readonly variables: Readonly<Record<string, string>>;
  readonly init: InitMessage;
  /** Every line that the function writes to stdout or stderr. */
  readonly onLine: (line: string) => void;
}

const BOOTSTRAP = path.join(import.meta.dirname, `bootstrap${path.extname(import.meta.filename)}`);

/** The init phase has its own limit: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html */
const INIT_LIMIT_MS = 10_000;

/** Share of MemorySize that Lambda's runtime gives to V8's old generation; the rest is stacks, buffers and code. */
const HEAP_SHARE = 0.9;

/** One execution environment: one child Node process that runs one invocation at a time and is then kept warm. */
export class ExecutionEnvironment {
  readonly configuration: FunctionConfiguration;
  readonly #child: ChildProcess;
  readonly #outputs: readonly OutputReader[];
  readonly #ready: Promise<FunctionErrorDocument | undefined>;
  readonly #exited: Promise<string>;
  #alive = true;
  #settle: ((outcome: Outcome) => void) | undefined;

  constructor(settings: EnvironmentSettings) {
    this.configuration = settings.configuration;
    this.#child = start(settings);
    this.#outputs = [this.#child.stdout, this.#child.stderr].flatMap((stream) =>
      stream === null ? [] : [new OutputReader(stream, settings.onLine)],
    );
    this.#exited = new Promise((resolve) => {
      // Also raised when a message meets a process that has just died; its exit then tells the reason.
      this.#child.on(
        'error',
        (error) => this.#child.pid ?? resolve(`Runtime could not be started: ${error.message}`),
      );
      this.#child.once('close', (code, signal) => resolve(exitReason(code, signal)));
    });
    void this.#exited.then(() => {
      this.#alive = false;
    });
    this.#ready = this.#initialize();
    this.#child.send(settings.init);
  }

  get alive(): boolean {
    return this.#alive;
  }

  get busy(): boolean {
    return this.#settle !== undefined;
  }

  /** Runs one invocation; never rejects: whatever happens to the process is an outcome, as on Lambda. */
  async invoke(message: InvokeMessage): Promise<Outcome> {
    const settled = new Promise<Outcome>((resolve) => {
      this.#settle = resolve;
    });
    const died = this.#exited.then((reason) => exitOutcome(message.requestId, reason));
    const initError = await this.#ready;
    // A process that could not be initialised cannot serve again; the next invocation gets a new one.
    if (initError !== undefined) return this.#finish({ ok: false, error: initError });
    const limit = this.#limit(message);
    const drained = this.#outputs.map((output) => output.endOf(message.requestId));
    if (this.#alive) this.#child.send(message);
    // A crash is reported by the function first when it can be, and its exit follows.
    const outcome = await Promise.race([settled, died, limit.reached]);
    limit.cancel();
    await Promise.race([Promise.all(drained), this.#exited]);
    return this.#finish(outcome);
  }

  /** Ends the process as the kernel does when memory runs out, in the middle of whatever it does. */
  kill(): void {
    this.#alive = false;
    this.#child.kill('SIGKILL');
  }

  /** Resolves once the process is gone. */
  async close(): Promise<void> {
    this.kill();
    await this.#exited;
  }

  #finish(outcome: Outcome): Outcome {
    this.#settle = undefined;
    if (!outcome.ok && isFatal(outcome.error.errorType)) this.kill();
    return outcome;
  }

  #initialize(): Promise<FunctionErrorDocument | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.kill(), INIT_LIMIT_MS + this.configuration.timeoutSeconds * 1000);
      timer.unref();
      this.#child.on('message', (message: ChildMessage) => {
        clearTimeout(timer);
        if (message.type === 'ready') return resolve(undefined);
        if (message.type === 'init-failed') {
          this.kill();
          return resolve(message.error);
        }
        if (message.type === 'done') return this.#settle?.({ ok: true, payload: message.payload });
        this.#settle?.({ ok: false, error: message.error });
      });
      void this.#exited.then((reason) => {
        clearTimeout(timer);
        resolve({ errorType: 'Runtime.ExitError', errorMessage: `Error: ${reason}` });
      });
    });
  }

  /** Timeout counts the child's own elapsed time, which is real time: the clock does not jump while it works. */
  #limit({ requestId, timeoutMs }: InvokeMessage): { reached: Promise<Outcome>; cancel: () => void } {
    const { promise: reached, resolve } = Promise.withResolvers<Outcome>();
    const timer = setTimeout(() => {
      const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
      resolve({ ok: false, error: { errorType: 'Sandbox.Timedout', errorMessage } });
      this.kill();
    }, timeoutMs);
    return { reached, cancel: () => clearTimeout(timer) };
  }
}

function start({ configuration, variables }: EnvironmentSettings): ChildProcess {
  const heapMb = Math.floor(configuration.memoryMb * HEAP_SHARE);
  return spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', `--max-old-space-size=${heapMb}`, BOOTSTRAP],
    {
      cwd: configuration.taskRoot,
      env: { ...variables, ...compileCache() },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
}

/**
 * Compiling a bundle takes longer than most invocations. Where this process keeps compiled code on disk, so do its
 * functions; the bootstrap takes the variable out of the environment again.
 */
function compileCache(): Record<string, string> {
  const folder = module.getCompileCacheDir?.();
  // Node adds a folder of its own for each of its versions.
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: path.dirname(folder) };
}

/** Errors after which Lambda replaces the execution environment. */
function isFatal(errorType: string): boolean {
  return errorType === 'Sandbox.Timedout' || errorType.startsWith('Runtime.');
}

function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === 'SIGKILL') return 'Runtime exited with error: signal: killed';
  if (signal === 'SIGABRT') return 'Runtime exited with error: signal: aborted (core dumped)';
  if (signal !== null) return `Runtime exited with error: signal: ${signal}`;
  return code === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${code}`;
}

function exitOutcome(requestId: string, reason: string): Outcome {
  const errorMessage = `RequestId: ${requestId} Error: ${reason}`;
  return { ok: false, error: { errorType: 'Runtime.ExitError', errorMessage } };
}
