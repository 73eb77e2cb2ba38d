import { randomUUID } from 'node:crypto';
import type { VirtualClock } from '../../clock.ts';
import type { Faults } from '../../faults.ts';
import type { MetricSink } from '../cloudwatch/metrics.ts';
import type { LogStore } from '../logs.ts';
import { childEnvironment, type Endpoint } from './child-environment.ts';
import { ExecutionEnvironment, type Outcome } from './execution-environment.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import { LogWriter, mayAs } from './log-writer.ts';
import { reportLines, startLine } from './platform-log.ts';
import type { ActsAsRole, Roles } from './ports.ts';
import type { InternetHost, Route } from './protocol.ts';

/** What the functions can reach besides AWS. */
export interface FunctionNetwork {
  /** Named HTTPS hosts of the outside world, for functions outside a VPC. @default none */
  readonly internet?: { readonly hosts: Readonly<Record<string, InternetHost>> };
  /**
   * The host and port of every server whose security groups admit a function with these ones, asked at the start of each
   * invocation. @default none
   */
  openTo?(securityGroupIds: readonly string[]): readonly Route[];
}

export interface RuntimeContext {
  readonly clock: VirtualClock;
  readonly acts: ActsAsRole;
  readonly roles: Pick<Roles, 'credentialsFor'>;
  readonly logs: LogStore;
  readonly metrics: MetricSink;
  readonly network: FunctionNetwork;
  readonly endpoint: () => Endpoint;
  readonly faults: Pick<Faults, 'take'>;
  /**
   * How many environments a function has at most: further invocations wait for one. Each is a process, and starting it
   * takes a quarter of a second of a CPU. @default one for each invocation under way, as on Lambda
   */
  readonly environmentsPerFunction?: number;
  /** A process has begun to serve; lets the owner bound how many are kept warm. */
  readonly started: (environment: ExecutionEnvironment) => void;
}

interface Warm {
  readonly environment: ExecutionEnvironment;
  readonly log: LogWriter;
}

const CLOSED = { errorType: 'Runtime.ExitError', errorMessage: 'the local AWS has ended', trace: [] };

/** One deployed function: its warm execution environments, its logs and its metrics. */
export class FunctionRuntime {
  readonly configuration: FunctionConfiguration;
  readonly #context: RuntimeContext;
  readonly #warm = new Set<Warm>();
  readonly #waiting: (() => void)[] = [];
  #turns = 0;
  #retired = false;
  #closed = false;

  constructor(configuration: FunctionConfiguration, context: RuntimeContext) {
    this.configuration = configuration;
    this.#context = context;
  }

  /** Invocations under way. */
  get concurrency(): number {
    return this.#turns;
  }

  get environments(): readonly ExecutionEnvironment[] {
    return [...this.#warm].map(({ environment }) => environment).filter(({ alive }) => alive);
  }

  /** No invocation begins here any more: ends the idle processes, and the others with their invocation. */
  retire(): void {
    this.#retired = true;
    for (const { environment } of this.#warm) if (!environment.busy) environment.kill();
  }

  /** Ends every process. What is invoked from now on, such as a retry of what was ended, starts none, and fails. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.environments.map((environment) => environment.close()));
  }

  /** Runs one invocation to its end; the clock does not jump meanwhile. */
  invoke(requestId: string, payload: string): Promise<Outcome> {
    return this.#context.clock.track(async () => {
      await this.#turn();
      try {
        return await this.#run(requestId, payload);
      } finally {
        this.#endTurn();
      }
    });
  }

  async #turn(): Promise<void> {
    const { environmentsPerFunction = Number.POSITIVE_INFINITY } = this.#context;
    if (this.#turns < environmentsPerFunction) this.#turns++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Hands the turn over to whoever has waited longest. */
  #endTurn(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#turns--;
    else next();
  }

  async #run(requestId: string, payload: string): Promise<Outcome> {
    if (this.#closed) return { ok: false, error: CLOSED };
    const { clock } = this.#context;
    const warm = this.#idle() ?? this.#start();
    const startedAt = clock.now();
    const start = startLine(this.configuration, requestId, startedAt);
    if (start !== undefined) warm.log.write(start);
    const outcome = await warm.environment.invoke(this.#message(warm, requestId, payload));
    if (this.#retired) warm.environment.kill();
    if (!warm.environment.alive || (!outcome.ok && outcome.error.errorType.startsWith('Runtime.'))) {
      this.#warm.delete(warm);
    }
    this.#record(warm.log, requestId, startedAt, outcome);
    return outcome;
  }

  #idle(): Warm | undefined {
    for (const warm of this.#warm) {
      if (!warm.environment.alive) this.#warm.delete(warm);
      else if (!warm.environment.busy) return warm;
    }
    return undefined;
  }

  #start(): Warm {
    const { configuration } = this;
    const { clock, logs, acts, roles, endpoint } = this.#context;
    const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
    const stream = `${day}/[$LATEST]${randomUUID().replaceAll('-', '')}`;
    const log = new LogWriter(logs, acts, configuration, stream);
    const environment = new ExecutionEnvironment({
      configuration,
      variables: childEnvironment(
        configuration,
        roles.credentialsFor(configuration.roleArn),
        endpoint(),
        stream,
      ),
      init: this.#initMessage(endpoint()),
      onLine: (line) => log.write(line),
    });
    const warm = { environment, log };
    this.#warm.add(warm);
    this.#context.started(environment);
    return warm;
  }

  #initMessage({ url }: Endpoint) {
    const { taskRoot, handler, logFormat, vpc } = this.configuration;
    const { hostname, port, protocol } = new URL(url);
    const defaultPort = protocol === 'https:' ? 443 : 80;
    const internetHosts = this.#context.network.internet?.hosts ?? {};
    return {
      type: 'init',
      taskRoot,
      handler,
      logFormat,
      clockOffsetMs: this.#context.clock.offsetMs,
      network: {
        endpoint: { host: hostname, port: port === '' ? defaultPort : Number(port) },
        inVpc: vpc !== undefined,
        internetHosts,
      },
    } as const;
  }

  #message({ log }: Warm, requestId: string, payload: string) {
    const { name, arn, memoryMb, logGroup, timeoutSeconds, vpc } = this.configuration;
    const { clock, network } = this.#context;
    return {
      type: 'invoke',
      requestId,
      payload,
      functionName: name,
      functionArn: arn,
      memoryMb: String(memoryMb),
      logGroup,
      logStream: log.stream,
      timeoutMs: timeoutSeconds * 1000,
      timeLeftMs: this.#hurry() ?? timeoutSeconds * 1000,
      clockOffsetMs: clock.offsetMs,
      routes: vpc === undefined ? [] : (network.openTo?.(vpc.securityGroupIds) ?? []),
    } as const;
  }

  /** What a scripted fault makes this invocation believe that it has left. */
  #hurry(): number | undefined {
    const { arn, region } = this.configuration;
    const target = { service: 'lambda', operation: 'Invoke', region, resource: arn };
    return this.#context.faults.take(['hurry'], target)?.timeLeftMs;
  }

  #record(log: LogWriter, requestId: string, startedAt: number, outcome: Outcome): void {
    const { clock, acts } = this.#context;
    const now = clock.now();
    if (!outcome.ok && outcome.error.trace === undefined)
      log.write(platformError(outcome.error.errorMessage, now));
    const status = outcome.ok ? 'success' : statusOf(outcome.error.errorType);
    const report = { requestId, durationMs: now - startedAt, status } as const;
    for (const line of reportLines(this.configuration, report, now)) log.write(line);
    this.#put('Invocations', startedAt, 1, 'Count');
    this.#put('Errors', startedAt, outcome.ok ? 0 : 1, 'Count');
    this.#put('Duration', startedAt, now - startedAt, 'Milliseconds');
    if (!this.configuration.tracing) return;
    // https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html: without the permissions there is no trace, and no error.
    for (const operation of ['PutTraceSegments', 'PutTelemetryRecords']) {
      mayAs(acts, this.configuration, 'xray', operation, '*');
    }
  }

  /** An invocation that was refused for want of concurrency. */
  recordThrottle(): void {
    this.#put('Throttles', this.#context.clock.now(), 1, 'Count');
  }

  #put(name: string, at: number, value: number, unit: string): void {
    const { account, region, name: functionName } = this.configuration;
    const id = { account, region, namespace: 'AWS/Lambda', name, dimensions: { FunctionName: functionName } };
    this.#context.metrics.put({ ...id, at, values: [value], unit });
  }
}

function statusOf(errorType: string): 'error' | 'timeout' {
  return errorType === 'Sandbox.Timedout' ? 'timeout' : 'error';
}

function platformError(message: string, at: number): string {
  return `${new Date(at).toISOString()} ${message}`;
}
