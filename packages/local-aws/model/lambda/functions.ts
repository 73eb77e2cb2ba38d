import { totalmem } from 'node:os';
import type { Fabric } from '../../dispatch.ts';
import { ServiceError } from '../service.ts';
import { DEFAULT_EVENT_INVOKE, deliverEvent, type EventInvokeConfiguration } from './event-queue.ts';
import type { ExecutionEnvironment, Outcome } from './execution-environment.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import { type FunctionNetwork, FunctionRuntime, type RuntimeContext } from './function-runtime.ts';
import type { Roles } from './ports.ts';
import { isRefusal } from './refuse.ts';
import { Slumber } from './slumber.ts';

export interface LambdaOptions extends Omit<RuntimeContext, 'network' | 'roles' | 'started'> {
  readonly roles: Roles;
  /** Leads to SQS. @default what cannot be processed is dropped */
  readonly fabric?: Pick<Fabric, 'call'>;
  readonly network?: FunctionNetwork;
  /**
   * How many idle child processes are kept, over all functions; the longest idle goes first. Lambda, too, ends idle
   * environments when it likes. @default as many as an eighth of the machine's memory holds, and at least 12
   */
  readonly maxWarmProcesses?: number;
  /** How many executions an account may have at the same time in a region. @default 1,000; a new account has 10 */
  readonly accountConcurrency?: number;
}

interface Failed {
  readonly requestId: string;
  readonly payload: string;
  readonly error: string;
}

/** Concurrent executions per region and account: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const DEFAULT_CONCURRENCY = 1000;
/** What an idle process takes, measured; starting another one takes a quarter of a second of a CPU. */
const WARM_PROCESS_BYTES = 70 * 1024 ** 2;
const DEFAULT_WARM_PROCESSES = Math.max(12, Math.floor(totalmem() / 8 / WARM_PROCESS_BYTES));

/** The functions of every account and region. */
export class Functions {
  readonly #options: LambdaOptions;
  readonly #runtimes = new Map<string, FunctionRuntime>();
  /** Of code that was replaced or deleted: until the last invocation has ended. */
  readonly #retired = new Set<FunctionRuntime>();
  readonly #eventInvoke = new Map<string, EventInvokeConfiguration>();
  readonly #warm = new Set<ExecutionEnvironment>();
  readonly #asleep = new Map<string, Slumber>();

  constructor(options: LambdaOptions) {
    this.#options = options;
  }

  /** How many executions an account may have at the same time in a region. */
  get accountConcurrency(): number {
    return this.#options.accountConcurrency ?? DEFAULT_CONCURRENCY;
  }

  deploy(configuration: FunctionConfiguration): void {
    const { options, network } = { options: this.#options, network: this.#options.network ?? {} };
    const started = (environment: ExecutionEnvironment) => this.#bound(environment);
    this.remove(configuration.arn);
    this.#runtimes.set(
      configuration.arn,
      new FunctionRuntime(configuration, { ...options, network, started }),
    );
  }

  has(functionArn: string): boolean {
    return this.#runtimes.has(functionArn);
  }

  /** Invocations under way are let end. */
  remove(functionArn: string): void {
    const runtime = this.#runtimes.get(functionArn);
    if (runtime === undefined) return;
    this.#runtimes.delete(functionArn);
    runtime.retire();
    this.#retired.add(runtime);
    for (const earlier of this.#retired) if (earlier.environments.length === 0) this.#retired.delete(earlier);
  }

  configureEvents(functionArn: string, configuration: EventInvokeConfiguration): void {
    this.#eventInvoke.set(functionArn, configuration);
  }

  /** @throws ServiceError `ResourceNotFoundException` */
  get(functionArn: string): FunctionRuntime {
    const runtime = this.#runtimes.get(functionArn);
    if (runtime !== undefined) return runtime;
    throw new ServiceError('ResourceNotFoundException', `Function not found: ${functionArn}`, 404, {
      Type: 'User',
    });
  }

  in(account: string, region: string): readonly FunctionConfiguration[] {
    return [...this.#runtimes.values()]
      .map(({ configuration }) => configuration)
      .filter((configuration) => configuration.account === account && configuration.region === region);
  }

  get environments(): readonly ExecutionEnvironment[] {
    return [...this.#runtimes.values(), ...this.#retired].flatMap(({ environments }) => environments);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#runtimes.values(), ...this.#retired].map((runtime) => runtime.close()));
  }

  /** @throws ServiceError `TooManyRequestsException` when no concurrency is left */
  invoke(functionArn: string, requestId: string, payload: string): Promise<Outcome> {
    const runtime = this.get(functionArn);
    this.#asleep.get(functionArn)?.disturb(this.#options.clock.now());
    this.#refuseWhenBusy(runtime);
    return runtime.invoke(requestId, payload);
  }

  sleep(functionArn: string, wakingMs: number): void {
    const { configuration, environments } = this.get(functionArn);
    if (configuration.vpc === undefined) throw new Error(`${functionArn} is in no VPC, and never sleeps`);
    for (const environment of environments) environment.kill();
    this.#asleep.set(functionArn, new Slumber(wakingMs));
  }

  /** Takes the event in; what happens to it later is Lambda's business, not the caller's. */
  enqueue(functionArn: string, requestId: string, payload: string): void {
    this.get(functionArn);
    const configuration = this.#eventInvoke.get(functionArn) ?? DEFAULT_EVENT_INVOKE;
    void deliverEvent(this.#options.clock, configuration, async () =>
      this.invoke(functionArn, requestId, payload),
    ).then((error) => {
      if (error !== undefined) return this.#deadLetter(functionArn, { requestId, payload, error });
    });
  }

  /** Sent with the function's role: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq */
  async #deadLetter(functionArn: string, event: Failed): Promise<void> {
    const { deadLetterArn, roleArn } = this.get(functionArn).configuration;
    const { fabric, roles } = this.#options;
    if (deadLetterArn === undefined || fabric === undefined) return;
    const [, , , region = '', account, queue] = deadLetterArn.split(':');
    const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
    const input = {
      QueueUrl: `https://sqs.${region}.amazonaws.com/${account}/${queue}`,
      MessageBody: event.payload,
      MessageAttributes: {
        RequestID: attribute(event.requestId),
        ErrorCode: attribute('200'),
        ErrorMessage: attribute(event.error.slice(0, 1_024)),
      },
    };
    try {
      const principal = roles.assumeForService(roleArn, 'lambda.amazonaws.com');
      await fabric.call({ service: 'sqs', operation: 'SendMessage', region, principal, input });
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html */
  #refuseWhenBusy(runtime: FunctionRuntime): void {
    const { account, region, reservedConcurrency } = runtime.configuration;
    const reservedUp = reservedConcurrency !== undefined && runtime.concurrency >= reservedConcurrency;
    const inUse = [...this.#runtimes.values()]
      .filter(({ configuration }) => configuration.account === account && configuration.region === region)
      .reduce((sum, { concurrency }) => sum + concurrency, 0);
    if (!reservedUp && inUse < this.accountConcurrency) return;
    runtime.recordThrottle();
    throw new ServiceError('TooManyRequestsException', 'Rate Exceeded.', 429, {
      Type: 'User',
      Reason: reservedUp
        ? 'ReservedFunctionConcurrentInvocationLimitExceeded'
        : 'ConcurrentInvocationLimitExceeded',
    });
  }

  #bound(environment: ExecutionEnvironment): void {
    this.#warm.add(environment);
    for (const candidate of this.#warm) if (!candidate.alive) this.#warm.delete(candidate);
    const most = this.#options.maxWarmProcesses ?? DEFAULT_WARM_PROCESSES;
    const idle = [...this.#warm].filter((candidate) => candidate !== environment && !candidate.busy);
    for (const longestKept of idle.slice(0, Math.max(0, this.#warm.size - most))) longestKept.kill();
  }
}
