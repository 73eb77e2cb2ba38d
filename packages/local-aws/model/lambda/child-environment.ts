import type { FunctionConfiguration } from './function-configuration.ts';
import type { RoleCredentials } from './ports.ts';

/** Where AWS is, for the processes that run the bundles. */
export interface Endpoint {
  /** URL of the local endpoint, for example `https://127.0.0.1:4566`. */
  readonly url: string;
  /** PEM file of the certificate authority that signed its certificate. */
  readonly caFile?: string;
}

/**
 * Where a VPC function without a route to AWS's public endpoints ends up for every service but S3, which a gateway
 * endpoint serves: a port on which nothing listens, so its calls fail as without a route.
 */
const NO_ROUTE_URL = 'http://127.0.0.1:9';

/**
 * Exactly the environment that Lambda gives a function, plus the SDK's own two variables for another endpoint. Nothing
 * of this process's environment passes through.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function childEnvironment(
  configuration: FunctionConfiguration,
  credentials: RoleCredentials,
  endpoint: Endpoint,
  logStream: string,
): Record<string, string> {
  return {
    PATH: '/usr/local/bin:/usr/bin/:/bin',
    LANG: 'en_US.UTF-8',
    TZ: 'UTC',
    AWS_REGION: configuration.region,
    AWS_DEFAULT_REGION: configuration.region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: configuration.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: configuration.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    LAMBDA_TASK_ROOT: configuration.taskRoot,
    _HANDLER: configuration.handler,
    ...logVariables(configuration),
    ...credentialVariables(credentials),
    ...endpointVariables(configuration, endpoint),
    ...configuration.environment,
  };
}

function logVariables({ logFormat, applicationLogLevel }: FunctionConfiguration): Record<string, string> {
  if (logFormat === 'Text') return {};
  return { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: applicationLogLevel ?? 'INFO' };
}

function credentialVariables(credentials: RoleCredentials): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
  };
}

function endpointVariables(
  { vpc }: FunctionConfiguration,
  { url, caFile }: Endpoint,
): Record<string, string> {
  return {
    ...(vpc === undefined
      ? { AWS_ENDPOINT_URL: url }
      : { AWS_ENDPOINT_URL: NO_ROUTE_URL, AWS_ENDPOINT_URL_S3: url }),
    ...(caFile !== undefined && { NODE_EXTRA_CA_CERTS: caFile }),
  };
}
