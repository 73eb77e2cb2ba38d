import { type LogStore, logStreamArn } from '../logs.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import { type ActsAsRole, accountOf } from './ports.ts';
import { isRefusal } from './refuse.ts';

/**
 * Writes a function's lines to its log group with the function's role, as Lambda does. Where the role may not, the
 * lines are lost and the invocation goes on.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
 */
export class LogWriter {
  readonly #logs: LogStore;
  readonly #acts: ActsAsRole;
  readonly #configuration: FunctionConfiguration;
  readonly stream: string;
  #streamExists = false;

  constructor(logs: LogStore, acts: ActsAsRole, configuration: FunctionConfiguration, stream: string) {
    this.#logs = logs;
    this.#acts = acts;
    this.#configuration = configuration;
    this.stream = stream;
  }

  write(line: string): void {
    const { account, region, logGroup } = this.#configuration;
    const group = { account, region, name: logGroup };
    if (!this.#logs.has(group)) {
      const groupArn = `arn:aws:logs:${region}:${account}:log-group:${logGroup}`;
      if (!this.#may('CreateLogGroup', groupArn)) return;
      this.#logs.createGroup(group);
    }
    const arn = logStreamArn(group, this.stream);
    this.#streamExists ||= this.#may('CreateLogStream', arn);
    if (!this.#streamExists || !this.#may('PutLogEvents', arn)) return;
    this.#logs.append(group, this.stream, [line]);
  }

  #may(operation: string, resource: string): boolean {
    return mayAs(this.#acts, this.#configuration, 'logs', operation, resource);
  }
}

/** Whether a function's role may do something that Lambda does on its behalf; the decision is recorded either way. */
export function mayAs(
  acts: ActsAsRole,
  { roleArn, region }: Pick<FunctionConfiguration, 'roleArn' | 'region'>,
  service: string,
  operation: string,
  resource: string,
): boolean {
  const principal = { kind: 'role', arn: roleArn, account: accountOf(roleArn) } as const;
  try {
    acts.authorizeAs(
      principal,
      { service, operation, region },
      { action: `${service}:${operation}`, resource },
    );
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}
