import type { ResourceDeclaration } from '../../cloudformation/resource.ts';
import { ServiceError } from '../service.ts';
import { refuseUnknown, refuseUnless } from './refuse.ts';

/** A function as it was deployed. */
export interface FunctionConfiguration {
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly roleArn: string;
  /** Absolute folder of the bundle. */
  readonly taskRoot: string;
  readonly handler: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly ephemeralStorageMb: number;
  readonly architecture: string;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly vpc: VpcConfiguration | undefined;
  readonly logGroup: string;
  readonly logFormat: 'Text' | 'JSON';
  readonly applicationLogLevel: string | undefined;
  /** Only `WARN` leaves out the platform's own START, END and REPORT lines of a JSON log. */
  readonly systemLogLevel: string;
  readonly tracing: boolean;
  readonly reservedConcurrency: number | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** Where events end that it could not process. */
  readonly deadLetterArn: string | undefined;
}

export interface VpcConfiguration {
  readonly securityGroupIds: readonly string[];
  readonly subnetIds: readonly string[];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_TIMEOUT_SECONDS = 900;
const MIN_MEMORY_MB = 128;
const MAX_MEMORY_MB = 10_240;
const MAX_ENVIRONMENT_BYTES = 4096;
const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_STORAGE_MB = 512;

/** Variables that Lambda sets itself: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const RESERVED_VARIABLES = [
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
];

export const FUNCTION_PROPERTIES = [
  'Architectures',
  'Code',
  'DeadLetterConfig',
  'Description',
  'Environment',
  'EphemeralStorage',
  'FunctionName',
  'Handler',
  'LoggingConfig',
  'MemorySize',
  'ReservedConcurrentExecutions',
  'Role',
  'Runtime',
  'Tags',
  'Timeout',
  'TracingConfig',
  'VpcConfig',
] as const;

const RESOURCE = 'AWS::Lambda::Function';

/** Reads a template's function; what Lambda would reject is rejected, what is not modelled is refused by name. */
export function parseFunction(declaration: ResourceDeclaration): FunctionConfiguration {
  const { properties, stack, generatedName } = declaration;
  refuseUnless(`${RESOURCE} Runtime`, properties.Runtime, ['nodejs24.x']);
  const name = properties.FunctionName ?? generatedName;
  const { account, region } = stack;
  return {
    arn: `arn:aws:lambda:${region}:${account}:function:${name}`,
    name,
    account,
    region,
    roleArn: properties.Role,
    taskRoot: parseCode(declaration),
    handler: parseHandler(properties.Handler),
    memoryMb: inRange('MemorySize', properties.MemorySize ?? MIN_MEMORY_MB, MIN_MEMORY_MB, MAX_MEMORY_MB),
    timeoutSeconds: inRange('Timeout', properties.Timeout ?? DEFAULT_TIMEOUT_SECONDS, 1, MAX_TIMEOUT_SECONDS),
    ...parsePlacement(properties),
    description: properties.Description ?? '',
    environment: parseEnvironment(properties.Environment),
    ...parseLogging(properties.LoggingConfig, name),
    tracing: parseTracing(properties.TracingConfig),
    deadLetterArn: properties.DeadLetterConfig?.TargetArn,
    reservedConcurrency: optionalNumber(properties.ReservedConcurrentExecutions),
    tags: Object.fromEntries(
      (properties.Tags ?? []).map((tag: { Key: string; Value: string }) => [tag.Key, tag.Value]),
    ),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: properties of a template
type Properties = any;

function parsePlacement(properties: Properties) {
  const architectures: readonly string[] = properties.Architectures ?? ['x86_64'];
  for (const architecture of architectures) {
    refuseUnless(`${RESOURCE} Architectures`, architecture, ['arm64', 'x86_64']);
  }
  refuseUnknown(`${RESOURCE} EphemeralStorage`, properties.EphemeralStorage, ['Size']);
  return {
    architecture: architectures[0] ?? 'x86_64',
    ephemeralStorageMb: Number(properties.EphemeralStorage?.Size ?? DEFAULT_STORAGE_MB),
    vpc: parseVpc(properties.VpcConfig),
  };
}

function parseCode({ properties, asset }: ResourceDeclaration): string {
  refuseUnknown(`${RESOURCE} Code`, properties.Code, ['S3Bucket', 'S3Key']);
  return asset(properties.Code?.S3Key);
}

function parseHandler(handler: unknown): string {
  if (typeof handler === 'string' && /^[\w/-]+\.\w+$/.test(handler)) return handler;
  throw invalidParameter(`Value ${JSON.stringify(handler)} at 'handler' is not <file>.<export>`);
}

function parseEnvironment(environment: Properties): Readonly<Record<string, string>> {
  refuseUnknown(`${RESOURCE} Environment`, environment, ['Variables']);
  const variables: Record<string, string> = environment?.Variables ?? {};
  const reserved = Object.keys(variables).filter((name) => RESERVED_VARIABLES.includes(name));
  if (reserved.length > 0) {
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  const sizeBytes = Buffer.byteLength(JSON.stringify(variables));
  if (sizeBytes <= MAX_ENVIRONMENT_BYTES) return variables;
  throw invalidParameter(
    `Lambda was unable to configure your environment variables because they are ${sizeBytes} bytes: the limit is ${MAX_ENVIRONMENT_BYTES}`,
  );
}

function parseVpc(vpc: Properties): VpcConfiguration | undefined {
  refuseUnknown(`${RESOURCE} VpcConfig`, vpc, ['SecurityGroupIds', 'SubnetIds']);
  if (vpc === undefined || (vpc.SubnetIds ?? []).length === 0) return undefined;
  return { securityGroupIds: vpc.SecurityGroupIds ?? [], subnetIds: vpc.SubnetIds };
}

function parseLogging(logging: Properties, functionName: string) {
  refuseUnknown(`${RESOURCE} LoggingConfig`, logging, [
    'ApplicationLogLevel',
    'LogFormat',
    'LogGroup',
    'SystemLogLevel',
  ]);
  refuseUnless(`${RESOURCE} LoggingConfig LogFormat`, logging?.LogFormat, ['Text', 'JSON']);
  const logFormat: 'Text' | 'JSON' = logging?.LogFormat ?? 'Text';
  return {
    logFormat,
    logGroup: logging?.LogGroup ?? `/aws/lambda/${functionName}`,
    applicationLogLevel: logging?.ApplicationLogLevel,
    systemLogLevel: logging?.SystemLogLevel ?? 'INFO',
  };
}

function parseTracing(tracing: Properties): boolean {
  refuseUnknown(`${RESOURCE} TracingConfig`, tracing, ['Mode']);
  refuseUnless(`${RESOURCE} TracingConfig Mode`, tracing?.Mode, ['Active', 'PassThrough']);
  return tracing?.Mode === 'Active';
}

function inRange(property: string, raw: unknown, least: number, most: number): number {
  const value = Number(raw);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalidParameter(`${property} is ${raw}: it must be a whole number from ${least} to ${most}`);
}

function optionalNumber(raw: unknown): number | undefined {
  return raw === undefined ? undefined : Number(raw);
}

export function invalidParameter(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', message, 400, { Type: 'User' });
}
