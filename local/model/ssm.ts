import type { VirtualClock } from '../clock.ts';
import type { ResourceHandler } from '../cloudformation/resource.ts';
import type { Kms } from './kms.ts';
import { refuseUnknown, refuseUnless } from './lambda/refuse.ts';
import { type Call, NotModelledError, type Service, ServiceError } from './service.ts';

type ParameterType = 'String' | 'StringList' | 'SecureString';

interface Parameter {
  readonly arn: string;
  readonly name: string;
  readonly type: ParameterType;
  readonly value: string;
  readonly version: number;
  /** Virtual time, ms since the epoch. */
  readonly modifiedAt: number;
  /** Customer-managed key of a SecureString; `undefined` for the account's own `alias/aws/ssm`. */
  readonly keyId: string | undefined;
}

export interface Ssm {
  readonly service: Service;
  readonly resourceHandlers: readonly ResourceHandler[];
}

interface Dependencies {
  readonly parameters: Map<string, Parameter>;
  readonly kms: Kms;
}

/** @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html (standard tier) */
const VALUE_MAX_BYTES = 4_096;
const NAMES_PER_CALL_MAX = 10;
const TYPES: readonly ParameterType[] = ['String', 'StringList', 'SecureString'];

/** Systems Manager's Parameter Store: standard parameters, their latest version only. */
export function createSsm({ clock, kms }: { readonly clock: VirtualClock; readonly kms: Kms }): Ssm {
  const parameters = new Map<string, Parameter>();
  const store = { parameters, kms };
  return {
    service: {
      name: 'ssm',
      operations: {
        GetParameter: async (input, call) => getParameter(store, input, call),
        GetParameters: async (input, call) => getParameters(store, input, call),
        PutParameter: async (input, call) => putParameter(store, input, call),
        DeleteParameter: async (input: { readonly Name: string }, call) => {
          refuseUnknown('ssm:DeleteParameter', input, ['Name']);
          const arn = authorizedArn(call, input.Name);
          if (!parameters.delete(arn)) throw parameterNotFound(input.Name);
          return {};
        },
      },
    },
    resourceHandlers: [parameterHandler(parameters, clock)],
  };
}

interface GetInput {
  readonly Name: string;
  readonly WithDecryption?: boolean;
}

function getParameter(store: Dependencies, input: GetInput, call: Call): object {
  refuseUnknown('ssm:GetParameter', input, ['Name', 'WithDecryption']);
  const parameter = store.parameters.get(authorizedArn(call, input.Name));
  if (parameter === undefined) throw parameterNotFound(input.Name);
  return { Parameter: read(store, parameter, input, call) };
}

function getParameters(
  store: Dependencies,
  input: { readonly Names: readonly string[]; readonly WithDecryption?: boolean },
  call: Call,
): object {
  refuseUnknown('ssm:GetParameters', input, ['Names', 'WithDecryption']);
  if (input.Names.length === 0 || input.Names.length > NAMES_PER_CALL_MAX) {
    throw new ServiceError('ValidationException', `${input.Names.length} names given; 1 to 10 are allowed`);
  }
  const found = input.Names.map((name) => ({
    name,
    parameter: store.parameters.get(authorizedArn(call, name)),
  }));
  return {
    Parameters: found.flatMap(({ parameter }) =>
      parameter === undefined ? [] : [read(store, parameter, input, call)],
    ),
    InvalidParameters: found.flatMap(({ name, parameter }) => (parameter === undefined ? [name] : [])),
  };
}

/** Without decryption a SecureString reads as ciphertext: base64 of no meaning here. */
function read(
  { kms }: Dependencies,
  { arn, name, type, value, version, modifiedAt, keyId }: Parameter,
  input: { readonly WithDecryption?: boolean },
  call: Call,
): object {
  const encrypted = type === 'SecureString' && input.WithDecryption !== true;
  if (type === 'SecureString' && !encrypted && keyId !== undefined) {
    kms.authorizeUse(call, keyId, 'kms:Decrypt', { PARAMETER_ARN: arn });
  }
  return {
    Name: name,
    Type: type,
    Value: encrypted ? Buffer.from(`encrypted:${arn}:${version}`).toString('base64') : value,
    Version: version,
    LastModifiedDate: new Date(modifiedAt),
    ARN: arn,
    DataType: 'text',
  };
}

interface PutInput {
  readonly Name: string;
  readonly Value: string;
  readonly Type?: ParameterType;
  readonly Overwrite?: boolean;
  readonly KeyId?: string;
}

/**
 * The account's own `alias/aws/ssm` key admits whoever may use the parameter; a key of one's own has its say.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
 */
function putParameter({ parameters, kms }: Dependencies, input: PutInput, call: Call): object {
  refuseUnknown('ssm:PutParameter', input, ['Name', 'Value', 'Type', 'Overwrite', 'KeyId', 'Description']);
  const arn = authorizedArn(call, input.Name);
  const earlier = parameters.get(arn);
  if (earlier !== undefined && input.Overwrite !== true) {
    throw new ServiceError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite it, set Overwrite.',
    );
  }
  const type = input.Type ?? earlier?.type;
  if (type === undefined || !TYPES.includes(type)) {
    throw new ServiceError(
      'ValidationException',
      `A parameter type is required; ${JSON.stringify(type)} is none`,
    );
  }
  checkValue(input.Value);
  const keyId = input.KeyId === 'alias/aws/ssm' ? undefined : input.KeyId;
  if (keyId !== undefined) kms.authorizeUse(call, keyId, 'kms:Encrypt', { PARAMETER_ARN: arn });
  const version = (earlier?.version ?? 0) + 1;
  const name = input.Name.startsWith('arn:') ? nameIn(arn) : input.Name;
  parameters.set(arn, { arn, name, type, value: input.Value, version, modifiedAt: call.now, keyId });
  return { Version: version, Tier: 'Standard' };
}

function checkValue(value: string): void {
  if (value === '' || Buffer.byteLength(value) > VALUE_MAX_BYTES) {
    throw new ServiceError('ValidationException', `Standard parameters hold 1 to ${VALUE_MAX_BYTES} bytes`);
  }
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html */
function parameterHandler(parameters: Map<string, Parameter>, clock: VirtualClock): ResourceHandler {
  return {
    type: 'AWS::SSM::Parameter',
    properties: ['Description', 'Name', 'Tags', 'Tier', 'Type', 'Value'],
    async create({ properties, stack, generatedName }) {
      refuseUnless('AWS::SSM::Parameter.Type', properties.Type, ['String', 'StringList']);
      refuseUnless('AWS::SSM::Parameter.Tier', properties.Tier, ['Standard']);
      const { Name: name = generatedName, Type: type, Value: value } = properties;
      const arn = arnOf(name, stack);
      if (parameters.has(arn)) throw new ServiceError('ParameterAlreadyExists', `${name} already exists.`);
      checkValue(value);
      parameters.set(arn, { arn, name, type, value, version: 1, modifiedAt: clock.now(), keyId: undefined });
      return { ref: name, attributes: { Type: type, Value: value } };
    },
  };
}

function authorizedArn(call: Call, nameOrArn: string): string {
  const arn = arnOf(nameOrArn, { region: call.region, account: call.principal.account });
  const [, , , region = '', account = ''] = arn.split(':');
  if (region !== call.region) throw parameterNotFound(nameOrArn);
  call.authorize({ action: `ssm:${call.operation}`, resource: arn, resourceAccount: account });
  return arn;
}

/** A name without leading slash stands after one in the ARN: `parameter/name`, `parameter/path/name`. */
function arnOf(
  nameOrArn: string,
  { region, account }: { readonly region: string; readonly account: string },
): string {
  if (nameOrArn.startsWith('arn:')) return nameOrArn;
  if (nameOrArn.includes(':')) throw new NotModelledError(`the SSM parameter selector ${nameOrArn}`);
  const path = nameOrArn.startsWith('/') ? nameOrArn : `/${nameOrArn}`;
  return `arn:aws:ssm:${region}:${account}:parameter${path}`;
}

/** The name as the ARN has it: a name of one level loses its slash again. */
function nameIn(arn: string): string {
  const path = arn.split(':parameter')[1] ?? arn;
  return path.lastIndexOf('/') === 0 ? path.slice(1) : path;
}

function parameterNotFound(name: string): ServiceError {
  return new ServiceError('ParameterNotFound', `The parameter ${name} does not exist.`);
}
