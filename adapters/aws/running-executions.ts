import { paginateListExecutions, SFNClient } from '@aws-sdk/client-sfn';
import type { AwsClock } from './aws-clock.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { translating } from './translate.ts';

/** Names of the executions of a state machine that are running and whose name begins so; all pages. @param clock to be kept right by the answers */
export function runningExecutions(
  { region, arn: stateMachineArn }: { readonly region: string; readonly arn: string },
  namePrefix: string,
  clock: AwsClock,
): Promise<readonly string[]> {
  const client = new SFNClient({ ...CLIENT_OPTIONS, region });
  clock.readFrom(client);
  return translating(`list the executions of ${stateMachineArn}`, async () => {
    const found: string[] = [];
    const request = { stateMachineArn, statusFilter: 'RUNNING' } as const;
    for await (const { executions = [] } of paginateListExecutions({ client }, request))
      found.push(...executions.flatMap(({ name = '' }) => (name.startsWith(namePrefix) ? [name] : [])));
    return found;
  });
}
