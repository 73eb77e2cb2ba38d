import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Workflows } from '../../core/ports.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { nameOf, translating } from './translate.ts';

/** Step Functions. */
export function workflows(client = new SFNClient(CLIENT_OPTIONS)): Workflows {
  return {
    start: (stateMachineArn, name, input) =>
      translating(`start ${name}`, async () => {
        try {
          await client.send(
            new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
          );
          return 'started';
        } catch (error) {
          if (nameOf(error) === 'ExecutionAlreadyExists') return 'exists';
          throw error;
        }
      }),
    find: (stateMachineArn, name) =>
      translating(`look for execution ${name}`, async () => {
        const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
        try {
          const { status, stopDate } = await client.send(new DescribeExecutionCommand({ executionArn }));
          return { status: status ?? 'UNKNOWN', stoppedAt: stopDate };
        } catch (error) {
          if (nameOf(error) === 'ExecutionDoesNotExist') return undefined;
          throw error;
        }
      }),
  };
}
