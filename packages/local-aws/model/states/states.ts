import type { ResourceHandler } from '../../cloudformation/resource.ts';
import type { Roles } from '../lambda/ports.ts';
import type { Service } from '../service.ts';
import type { Execution } from './execution.ts';
import { Executions, type ExecutionsContext } from './executions.ts';
import { statesOperations } from './operations.ts';
import { stateMachineHandler } from './resource.ts';

export interface StatesOptions extends ExecutionsContext {
  readonly roles: Pick<Roles, 'assumeForService'>;
}

export interface States {
  readonly service: Service;
  readonly resourceHandlers: readonly ResourceHandler[];
  /** Executions that are not over, oldest first. */
  readonly running: readonly Execution[];
  /** Every execution of a machine, newest first. */
  executionsOf(stateMachineArn: string): readonly Execution[];
}

/** Step Functions: Standard state machines whose tasks are Lambda functions, interpreted on virtual time. */
export function createStates(options: StatesOptions): States {
  const executions = new Executions(options);
  return {
    service: { name: 'states', operations: statesOperations(executions) },
    resourceHandlers: [stateMachineHandler(executions, options)],
    get running() {
      return executions.running;
    },
    executionsOf: (stateMachineArn) => executions.of(stateMachineArn),
  };
}
