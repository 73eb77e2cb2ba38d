import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CLIENT_OPTIONS } from './client-options.ts';
import { translating } from './translate.ts';

/**
 * How many Lambdas the account may run at the same time in the client's region: 1,000, or 10 in a new account.
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html (checked 2026-11-23)
 */
export async function lambdaConcurrency(client = new LambdaClient(CLIENT_OPTIONS)): Promise<number> {
  return translating('read the Lambda concurrency of the account', async () => {
    const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
    return AccountLimit?.ConcurrentExecutions ?? 0;
  });
}
