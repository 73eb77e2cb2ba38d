import { paginateListExecutions, SFNClient } from '@aws-sdk/client-sfn';
import { CLIENT_OPTIONS } from './client-options.ts';
import { translating } from './translate.ts';

/** Names of the executions of a state machine that are running and whose name begins so; all pages. */
export function runningExecutions(
  region: string,
  stateMachineArn: string,
  namePrefix: string,
): Promise<readonly string[]> {
  const client = new SFNClient({ ...CLIENT_OPTIONS, region });
  return translating(`list the executions of ${stateMachineArn}`, async () => {
    const found: string[] = [];
    const request = { stateMachineArn, statusFilter: 'RUNNING' } as const;
    for await (const { executions = [] } of paginateListExecutions({ client }, request))
      found.push(...executions.flatMap(({ name = '' }) => (name.startsWith(namePrefix) ? [name] : [])));
    return found;
  });
}
