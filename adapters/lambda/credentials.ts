import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { AppError } from '../../core/model/errors.ts';

/**
 * Bundled in place of the SDK's chain of credential providers: Lambda gives a function the credentials of its role in these
 * variables, and the chain's other members (profiles, SSO, web identities, containers) are a fifth of a bundle.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html (checked 2026-11-24)
 */
export const defaultProvider = (() => async () => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (AWS_ACCESS_KEY_ID === undefined || AWS_SECRET_ACCESS_KEY === undefined)
    throw new AppError('NoCredentials', 'the environment of this Lambda has no credentials of its role');
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: AWS_SESSION_TOKEN }),
  };
}) satisfies () => S3ClientConfig['credentials'];
