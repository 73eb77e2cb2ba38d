import type { Call, Operation } from '../service.ts';
import { NotModelledError, ServiceError } from '../service.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import { invalidParameter } from './function-configuration.ts';
import type { Functions } from './functions.ts';
import { type FunctionPolicies, noSuchResource } from './permissions.ts';
import { refuseUnknown, refuseUnless } from './refuse.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_PAYLOAD_BYTES = { RequestResponse: 6 * 1024 * 1024, Event: 1024 * 1024 } as const;

interface InvokeInput {
  readonly FunctionName: string;
  readonly InvocationType?: string;
  readonly Payload?: Uint8Array | string;
  readonly LogType?: string;
  readonly Qualifier?: string;
}

interface AddPermissionInput {
  readonly FunctionName: string;
  readonly StatementId: string;
  readonly Action: string;
  readonly Principal: string;
  readonly SourceArn: string;
}

/** Of an account: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const CODE_SIZE_BYTES = { all: 80_530_636_800, unzipped: 262_144_000, zipped: 52_428_800 } as const;

/** What functions are asked for, and their policies. */
export function lambdaOperations(
  functions: Functions,
  policies: FunctionPolicies,
): Record<string, Operation> {
  return {
    Invoke: (input: InvokeInput, call) => invoke(functions, policies, input, call),
    /**
     * https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html; an answer of AWS:
     * https://github.com/aws-samples/s3-to-lambda-patterns/issues/36
     */
    GetAccountSettings: async (_input: object, call) => {
      call.authorize({ action: 'lambda:GetAccountSettings', resource: '*' });
      return accountSettings(functions, functions.in(call.principal.account, call.region));
    },
    GetFunction: async (input: { FunctionName: string; Qualifier?: string }, call) => {
      refuseUnknown('lambda GetFunction', input, ['FunctionName', 'Qualifier']);
      const arn = functionArn(input.FunctionName, input.Qualifier, call);
      call.authorize({ action: 'lambda:GetFunction', resource: arn });
      const { configuration } = functions.get(arn);
      return { Configuration: describe(configuration), Tags: configuration.tags };
    },
    /** https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html */
    GetPolicy: async (input: { FunctionName: string; Qualifier?: string }, call) => {
      refuseUnknown('lambda GetPolicy', input, ['FunctionName', 'Qualifier']);
      const arn = functionArn(input.FunctionName, input.Qualifier, call);
      call.authorize({ action: 'lambda:GetPolicy', resource: arn });
      functions.get(arn);
      const policy = policies.of(arn);
      if (policy === undefined) throw noSuchResource();
      return { Policy: JSON.stringify({ Id: 'default', ...policy }) };
    },
    /** https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html */
    RemovePermission: async (input: { FunctionName: string; StatementId: string }, call) => {
      refuseUnknown('lambda RemovePermission', input, ['FunctionName', 'StatementId']);
      const arn = functionArn(input.FunctionName, undefined, call);
      call.authorize({ action: 'lambda:RemovePermission', resource: arn });
      policies.remove(arn, input.StatementId);
      return {};
    },
    /** https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html, for services alone */
    AddPermission: async (input: AddPermissionInput, call) => {
      refuseUnknown('lambda AddPermission', input, [
        'FunctionName',
        'StatementId',
        'Action',
        'Principal',
        'SourceArn',
      ]);
      const arn = functionArn(input.FunctionName, undefined, call);
      call.authorize({ action: 'lambda:AddPermission', resource: arn });
      const { StatementId: Sid, Action, Principal, SourceArn } = input;
      const statement = {
        Sid,
        Effect: 'Allow',
        Principal: { Service: [Principal] },
        Action: [Action],
        Resource: [arn],
        Condition: { ArnLike: { 'aws:SourceArn': SourceArn } },
      } as const;
      policies.add(arn, statement);
      return { Statement: JSON.stringify(statement) };
    },
    ListFunctions: async (input: object, call) => {
      refuseUnknown('lambda ListFunctions', input, []);
      call.authorize({ action: 'lambda:ListFunctions', resource: '*' });
      return { Functions: functions.in(call.principal.account, call.region).map(describe) };
    },
  };
}

function accountSettings({ accountConcurrency }: Functions, own: readonly FunctionConfiguration[]): object {
  const reserved = own.reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
  return {
    AccountLimit: {
      TotalCodeSize: CODE_SIZE_BYTES.all,
      CodeSizeUnzipped: CODE_SIZE_BYTES.unzipped,
      CodeSizeZipped: CODE_SIZE_BYTES.zipped,
      ConcurrentExecutions: accountConcurrency,
      UnreservedConcurrentExecutions: accountConcurrency - reserved,
    },
    AccountUsage: { TotalCodeSize: 0, FunctionCount: own.length },
  };
}

async function invoke(
  functions: Functions,
  policies: FunctionPolicies,
  input: InvokeInput,
  call: Call,
): Promise<object> {
  refuseUnknown('lambda Invoke', input, [
    'FunctionName',
    'InvocationType',
    'LogType',
    'Payload',
    'Qualifier',
  ]);
  refuseUnless('lambda Invoke LogType', input.LogType, ['None']);
  const type = input.InvocationType ?? 'RequestResponse';
  if (type !== 'RequestResponse' && type !== 'Event') {
    throw new NotModelledError(`lambda Invoke InvocationType ${type}`);
  }
  const arn = functionArn(input.FunctionName, input.Qualifier, call);
  const resourcePolicy = policies.of(arn);
  call.authorize({
    action: 'lambda:InvokeFunction',
    resource: arn,
    resourceAccount: arn.split(':')[4] ?? '',
    resourcePolicy,
  });
  const payload = parsePayload(input.Payload, MAX_PAYLOAD_BYTES[type]);
  if (type === 'Event') {
    functions.enqueue(arn, call.requestId, payload);
    return { StatusCode: 202 };
  }
  const outcome = await functions.invoke(arn, call.requestId, payload);
  const body = outcome.ok ? outcome.payload : JSON.stringify(outcome.error);
  return {
    StatusCode: 200,
    ExecutedVersion: '$LATEST',
    Payload: new TextEncoder().encode(body),
    ...(!outcome.ok && { FunctionError: 'Unhandled' }),
  };
}

/** An empty body is the event `{}`. */
function parsePayload(raw: Uint8Array | string | undefined, maxBytes: number): string {
  const payload = typeof raw === 'string' ? raw : new TextDecoder().decode(raw ?? new Uint8Array());
  const sizeBytes = Buffer.byteLength(payload);
  if (sizeBytes > maxBytes) {
    const message = `Request must be smaller than ${maxBytes} bytes for the InvokeFunction operation`;
    throw new ServiceError('RequestTooLargeException', message, 413, { Type: 'User' });
  }
  if (payload === '') return '{}';
  try {
    JSON.parse(payload);
    return payload;
  } catch (error) {
    const message = `Could not parse request body into json: ${error instanceof Error ? error.message : error}`;
    throw new ServiceError('InvalidRequestContentException', message, 400, { Type: 'User' });
  }
}

const NAME = /^[\w-]{1,64}$/;
const PARTIAL_ARN = /^(\d{12}):(?:function:)?([\w-]{1,64})$/;
const ARN = /^arn:aws:lambda:[\w-]+:\d{12}:function:[\w-]{1,64}$/;

/** The ARN behind a name, a partial ARN or an ARN, `$LATEST` being the only version that is modelled. */
export function functionArn(
  raw: string,
  qualifier: string | undefined,
  call: Pick<Call, 'region' | 'principal'>,
): string {
  refuseUnless('lambda Qualifier', qualifier, ['$LATEST']);
  const name = raw.replace(/:\$LATEST$/, '');
  if (ARN.test(name)) return name;
  const partial = PARTIAL_ARN.exec(name);
  const account = partial?.[1] ?? call.principal.account;
  const short = partial?.[2] ?? name;
  if (NAME.test(short)) return `arn:aws:lambda:${call.region}:${account}:function:${short}`;
  throw invalidParameter(
    `Value '${raw}' at 'functionName' is not a function name or ARN without alias or version`,
  );
}

function describe(configuration: FunctionConfiguration): object {
  const { vpc } = configuration;
  return {
    FunctionName: configuration.name,
    FunctionArn: configuration.arn,
    Runtime: 'nodejs24.x',
    Role: configuration.roleArn,
    Handler: configuration.handler,
    Description: configuration.description,
    Timeout: configuration.timeoutSeconds,
    MemorySize: configuration.memoryMb,
    Version: '$LATEST',
    ...(vpc && { VpcConfig: { SubnetIds: vpc.subnetIds, SecurityGroupIds: vpc.securityGroupIds } }),
    Environment: { Variables: configuration.environment },
    TracingConfig: { Mode: configuration.tracing ? 'Active' : 'PassThrough' },
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [configuration.architecture],
    EphemeralStorage: { Size: configuration.ephemeralStorageMb },
    LoggingConfig: { LogFormat: configuration.logFormat, LogGroup: configuration.logGroup },
  };
}
