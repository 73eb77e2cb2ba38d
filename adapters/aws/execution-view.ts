import { DescribeExecutionCommand, GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { CLIENT_OPTIONS } from './client-options.ts';
import { translating } from './translate.ts';

/** Where an execution is. */
export interface ExecutionView {
  readonly status: string;
  readonly startedAt: Date;
  /** The state that was entered last. */
  readonly state: string;
}

/** Events to look back through for the last state that was entered; a try of a task has five. */
const RECENT_EVENTS = 50;

/** Looks at executions of Step Functions, for people who follow them. */
export function executionView(region: string) {
  const client = new SFNClient({ ...CLIENT_OPTIONS, region });
  return (stateMachineArn: string, name: string): Promise<ExecutionView> => {
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    return translating(`look at execution ${name}`, async () => {
      const { status = 'UNKNOWN', startDate = new Date() } = await client.send(
        new DescribeExecutionCommand({ executionArn }),
      );
      const { events = [] } = await client.send(
        new GetExecutionHistoryCommand({
          executionArn,
          reverseOrder: true,
          maxResults: RECENT_EVENTS,
          includeExecutionData: false,
        }),
      );
      const entered = events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails !== undefined);
      return { status, startedAt: startDate, state: entered?.stateEnteredEventDetails?.name ?? 'Started' };
    });
  };
}
