import { STSClient } from '@aws-sdk/client-sts';

/** The region that the environment or the profile of the AWS CLI names; undefined if neither does. */
export async function defaultRegion(): Promise<string | undefined> {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  if (AWS_REGION || AWS_DEFAULT_REGION) return AWS_REGION || AWS_DEFAULT_REGION;
  // The SDK throws if it finds none.
  return new STSClient({}).config.region().catch(() => undefined);
}
