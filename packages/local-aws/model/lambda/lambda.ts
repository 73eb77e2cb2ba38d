import { randomUUID } from 'node:crypto';
import type { ResourceHandler } from '../../cloudformation/resource.ts';
import type { Service } from '../service.ts';
import type { Outcome } from './execution-environment.ts';
import { Functions, type LambdaOptions } from './functions.ts';
import { lambdaOperations } from './operations.ts';
import { FunctionPolicies } from './permissions.ts';
import { lambdaResources } from './resources.ts';

export interface Lambda {
  readonly service: Service;
  readonly resourceHandlers: readonly ResourceHandler[];
  /** Runs a function to its end in process, without a call through the fabric (no authorisation, no faults). */
  invoke(functionArn: string, payload: unknown): Promise<Outcome>;
  /** Kills the processes that run an invocation with this role now. @returns how many */
  killInvocationsOf(roleArn: string): number;
  /** Puts a function in a VPC to sleep, as weeks without an invocation do. @param wakingMs how long its network then takes */
  sleep(functionArn: string, wakingMs: number): void;
  /** Ends every child process. */
  close(): Promise<void>;
}

export function createLambda(options: LambdaOptions): Lambda {
  const functions = new Functions(options);
  const policies = new FunctionPolicies();
  return {
    service: { name: 'lambda', operations: lambdaOperations(functions, policies) },
    resourceHandlers: lambdaResources(functions, options, policies),
    invoke: async (functionArn, payload) =>
      functions.invoke(functionArn, randomUUID(), JSON.stringify(payload) ?? 'null'),
    killInvocationsOf: (roleArn) => {
      const hit = functions.environments.filter(
        ({ busy, configuration }) => busy && configuration.roleArn === roleArn,
      );
      for (const environment of hit) environment.kill();
      return hit.length;
    },
    sleep: (functionArn, wakingMs) => functions.sleep(functionArn, wakingMs),
    close: () => functions.close(),
  };
}
