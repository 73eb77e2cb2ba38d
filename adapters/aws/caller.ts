import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsClock } from './aws-clock.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { translating } from './translate.ts';

export interface Caller {
  readonly account: string;
  readonly arn: string;
}

/** Whether STS answers in a region: everybody who has an identity may ask who they are. */
export function stsAnswers(region: string): () => Promise<undefined> {
  const client = new STSClient({ ...CLIENT_OPTIONS, region });
  return () =>
    translating(`ask STS in ${region}`, async () => {
      await client.send(new GetCallerIdentityCommand({}));
      return undefined;
    });
}

/** Whose credentials these are; needs no permission. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export async function caller(region: string, clock: AwsClock): Promise<Caller> {
  const client = new STSClient({ ...CLIENT_OPTIONS, region });
  clock.readFrom(client);
  return translating('ask AWS whose credentials these are', async () => {
    const { Account = '', Arn = '' } = await client.send(new GetCallerIdentityCommand({}));
    return { account: Account, arn: Arn };
  });
}
