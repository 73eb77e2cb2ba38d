import type { Principal } from '../service.ts';
import type { Definition } from './interpreter/definition.ts';

export type LogLevel = 'ALL' | 'ERROR' | 'FATAL' | 'OFF';

export interface MachineLogging {
  readonly level: LogLevel;
  readonly includeExecutionData: boolean;
  readonly logGroupArns: readonly string[];
}

/** A state machine as it was deployed. */
export interface Machine {
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly roleArn: string;
  /** The role's session in which executions call Lambda. */
  readonly principal: Principal;
  /** The text that was deployed. */
  readonly definitionText: string;
  readonly definition: Definition;
  readonly logging: MachineLogging;
  readonly tracing: boolean;
  readonly createdAt: number;
}
