import { DescribeExecutionCommand, GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { AwsClock } from './aws-clock.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { translating } from './translate.ts';

/** Where an execution is. */
export interface ExecutionView {
  readonly status: string;
  readonly startedAt: Date;
  /** The state that was entered last. */
  readonly state: string;
  /** Of an execution that has failed. */
  readonly failure?: { readonly Error: string; readonly Cause: string };
}

/** Events to look back through for the last state that was entered; a try of a task has five. */
const RECENT_EVENTS = 50;

/** Looks at executions of Step Functions, for people who follow them. @param clock to be kept right by the answers */
export function executionView(region: string, clock: AwsClock) {
  const client = new SFNClient({ ...CLIENT_OPTIONS, region });
  clock.readFrom(client);
  return (stateMachineArn: string, name: string): Promise<ExecutionView> => {
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    return translating(`look at execution ${name}`, async () => {
      const {
        status = 'UNKNOWN',
        startDate = new Date(),
        error,
        cause = '',
      } = await client.send(new DescribeExecutionCommand({ executionArn }));
      const { events = [] } = await client.send(
        new GetExecutionHistoryCommand({
          executionArn,
          reverseOrder: true,
          maxResults: RECENT_EVENTS,
          includeExecutionData: false,
        }),
      );
      const entered = events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails !== undefined);
      const state = entered?.stateEnteredEventDetails?.name ?? 'Started';
      const failure = error === undefined ? {} : { failure: { Error: error, Cause: cause } };
      return { status, startedAt: startDate, state, ...failure };
    });
  };
}
