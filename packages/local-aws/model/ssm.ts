import type { VirtualClock } from '../clock.ts';
import type { ResourceHandler } from '../cloudformation/resource.ts';
import type { Kms } from './kms.ts';
import { refuseUnknown, refuseUnless } from './lambda/refuse.ts';
import { type Call, NotModelledError, type Service, ServiceError } from './service.ts';
import { requireAllowedName } from './ssm-names.ts';
import { type Parameter, type ParameterType, ParameterVersions } from './ssm-versions.ts';

export interface Ssm {
  readonly service: Service;
  readonly resourceHandlers: readonly ResourceHandler[];
}

interface Dependencies {
  readonly parameters: ParameterVersions;
  readonly kms: Kms;
}

/** @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html (standard tier) */
const VALUE_MAX_BYTES = 4_096;
/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html */
const HISTORY_PAGE = 50;
const TYPES: readonly ParameterType[] = ['String', 'StringList', 'SecureString'];

/** Systems Manager's Parameter Store: standard parameters, with their history. */
export function createSsm({ clock, kms }: { readonly clock: VirtualClock; readonly kms: Kms }): Ssm {
  const parameters = new ParameterVersions();
  const store = { parameters, kms };
  return {
    service: {
      name: 'ssm',
      operations: {
        GetParameter: async (input, call) => getParameter(store, input, call),
        PutParameter: async (input, call) => putParameter(store, input, call),
        DeleteParameter: async (input, call) => deleteParameter(store, input, call),
        ListTagsForResource: async (input, call) => listTags(store, input, call),
        GetParameterHistory: async (input, call) => getHistory(store, input, call),
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

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html */
function deleteParameter({ parameters }: Dependencies, input: { readonly Name: string }, call: Call): object {
  refuseUnknown('ssm:DeleteParameter', input, ['Name']);
  const arn = authorizedArn(call, input.Name);
  if (!parameters.has(arn)) throw parameterNotFound(input.Name);
  parameters.delete(arn);
  return {};
}

/**
 * Tags are not kept, so a parameter has none.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListTagsForResource.html; the error of one that is not
 * there: https://github.com/getmoto/moto/blob/master/moto/ssm/exceptions.py
 */
function listTags(
  { parameters }: Dependencies,
  input: { readonly ResourceType: string; readonly ResourceId: string },
  call: Call,
): object {
  refuseUnknown('ssm:ListTagsForResource', input, ['ResourceType', 'ResourceId']);
  refuseUnless('ssm:ListTagsForResource ResourceType', input.ResourceType, ['Parameter']);
  if (!parameters.has(authorizedArn(call, input.ResourceId)))
    throw new ServiceError('InvalidResourceId', 'Invalid Resource Id');
  return { TagList: [] };
}

type ParameterView = Readonly<Record<'Name' | 'Type' | 'Value' | 'ARN' | 'DataType', string>> & {
  readonly Version: number;
  readonly LastModifiedDate: Date;
};

/** Without decryption a SecureString reads as ciphertext: base64 of no meaning here. */
function read(
  { kms }: Dependencies,
  { arn, name, type, value, version, modifiedAt, keyId }: Parameter,
  input: { readonly WithDecryption?: boolean },
  call: Call,
): ParameterView {
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

interface HistoryInput {
  readonly Name: string;
  readonly WithDecryption?: boolean;
  readonly MaxResults?: number;
}

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html */
function getHistory(store: Dependencies, input: HistoryInput, call: Call): object {
  refuseUnknown('ssm:GetParameterHistory', input, ['Name', 'WithDecryption', 'MaxResults']);
  const arn = authorizedArn(call, input.Name);
  const versions = store.parameters.allOf(arn);
  if (versions.length === 0) throw parameterNotFound(input.Name);
  if (versions.length > (input.MaxResults ?? HISTORY_PAGE)) {
    throw new NotModelledError(`pages of ssm:GetParameterHistory (${versions.length} versions)`);
  }
  return {
    Parameters: versions.map((parameter) => ({
      ...withoutArn(read(store, parameter, input, call)),
      LastModifiedUser: parameter.modifiedBy,
      ...(parameter.type === 'SecureString' ? { KeyId: parameter.keyId ?? 'alias/aws/ssm' } : {}),
      Labels: [],
      Tier: 'Standard',
    })),
  };
}

function withoutArn(view: ParameterView): object {
  const { ARN: _named, ...rest } = view;
  return rest;
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
  requireAllowedName(input.Name.startsWith('arn:') ? nameIn(input.Name) : input.Name);
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
  parameters.add({
    arn,
    name,
    type,
    value: input.Value,
    version,
    modifiedAt: call.now,
    modifiedBy: call.principal.arn,
    keyId,
  });
  return { Version: version, Tier: 'Standard' };
}

function checkValue(value: string): void {
  if (value === '' || Buffer.byteLength(value) > VALUE_MAX_BYTES) {
    throw new ServiceError('ValidationException', `Standard parameters hold 1 to ${VALUE_MAX_BYTES} bytes`);
  }
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html */
function parameterHandler(parameters: ParameterVersions, clock: VirtualClock): ResourceHandler {
  return {
    type: 'AWS::SSM::Parameter',
    properties: ['Description', 'Name', 'Tags', 'Tier', 'Type', 'Value'],
    delete: async ({ ref, stack }) => void parameters.delete(arnOf(ref, stack)),
    async create({ properties, stack, generatedName }) {
      refuseUnless('AWS::SSM::Parameter.Type', properties.Type, ['String', 'StringList']);
      refuseUnless('AWS::SSM::Parameter.Tier', properties.Tier, ['Standard']);
      const { Name: name = generatedName, Type: type, Value: value } = properties;
      const arn = arnOf(name, stack);
      requireAllowedName(name);
      if (parameters.has(arn)) throw new ServiceError('ParameterAlreadyExists', `${name} already exists.`);
      checkValue(value);
      parameters.add({
        arn,
        name,
        type,
        value,
        version: 1,
        modifiedAt: clock.now(),
        modifiedBy: 'cloudformation.amazonaws.com',
        keyId: undefined,
      });
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
