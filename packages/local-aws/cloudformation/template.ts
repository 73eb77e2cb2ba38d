import { NotModelledError } from '../model/service.ts';

/** A template's values before their intrinsics are resolved. */
export type TemplateValue =
  | string
  | number
  | boolean
  | null
  | readonly TemplateValue[]
  | { readonly [member: string]: TemplateValue };

/** `Snapshot` is refused: none of the modelled types has one. */
const DELETION_POLICIES = ['Delete', 'Retain', 'RetainExceptOnCreate'] as const;
export type DeletionPolicy = (typeof DELETION_POLICIES)[number];

export interface TemplateResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, TemplateValue>>;
  readonly dependsOn: readonly string[];
  readonly deletionPolicy: DeletionPolicy;
  /** What becomes of the resource when another one takes its place. */
  readonly updateReplacePolicy: DeletionPolicy;
  /** The condition under which there is such a resource. @default always */
  readonly condition?: string;
}

export interface TemplateParameter {
  readonly type: string;
  readonly default?: string;
  readonly allowedValues?: readonly string[];
  readonly allowedPattern?: string;
}

export interface Template {
  readonly stackName: string;
  readonly resources: readonly TemplateResource[];
  readonly parameters: Readonly<Record<string, TemplateParameter>>;
  readonly conditions: Readonly<Record<string, TemplateValue>>;
  readonly outputs: Readonly<Record<string, TemplateValue>>;
}

const SECTIONS = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Rules',
  'Conditions',
  'Resources',
  'Outputs',
];
const RESOURCE_ATTRIBUTES = [
  'Type',
  'Properties',
  'DependsOn',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'Metadata',
  'Condition',
];
const PARAMETER_ATTRIBUTES = [
  'Type',
  'Default',
  'AllowedValues',
  'AllowedPattern',
  'ConstraintDescription',
  'Description',
  'NoEcho',
];
const OUTPUT_ATTRIBUTES = ['Value', 'Description', 'Export', 'Condition'];

/** What the CDK adds on its own account and CloudFormation acts on in no way that matters here: a version check of the
 * bootstrap stack, and a resource that only reports which constructs were used. */
const BOOTSTRAP_PARAMETER = 'BootstrapVersion';
const BOOTSTRAP_RULE = 'CheckBootstrapVersion';
const USAGE_REPORT_TYPE = 'AWS::CDK::Metadata';

type Entries = Readonly<Record<string, Readonly<Record<string, TemplateValue>>>>;

/**
 * Parses a template, refusing by name every section, rule and attribute that is not modelled.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
export function parseTemplate(raw: Readonly<Record<string, Entries>>, stackName: string): Template {
  refuseOthers(raw, SECTIONS, `${stackName}: the template section`);
  refuseOthers(raw.Rules ?? {}, [BOOTSTRAP_RULE], `${stackName}: the rule`);
  return {
    stackName,
    resources: Object.entries(raw.Resources ?? {})
      .filter(([, { Type }]) => Type !== USAGE_REPORT_TYPE)
      .map(([logicalId, resource]) => parseResource(logicalId, resource, stackName)),
    parameters: parseParameters(raw.Parameters ?? {}, stackName),
    conditions: raw.Conditions ?? {},
    outputs: parseOutputs(raw.Outputs ?? {}, stackName),
  };
}

function parseResource(logicalId: string, raw: Entries[string], stackName: string): TemplateResource {
  const where = `${stackName}/${logicalId}`;
  refuseOthers(raw, RESOURCE_ATTRIBUTES, `${where}: the resource attribute`);
  return {
    logicalId,
    type: String(raw.Type),
    properties: { ...Object(raw.Properties ?? {}) },
    dependsOn: [raw.DependsOn ?? []].flat().map(String),
    deletionPolicy: policyOf(raw.DeletionPolicy, where),
    updateReplacePolicy: policyOf(raw.UpdateReplacePolicy, where),
    ...(raw.Condition === undefined ? {} : { condition: String(raw.Condition) }),
  };
}

function policyOf(raw: TemplateValue = 'Delete', where: string): DeletionPolicy {
  const policy = DELETION_POLICIES.find((each) => each === raw);
  if (policy !== undefined) return policy;
  throw new NotModelledError(`the deletion policy ${JSON.stringify(raw)} (${where})`);
}

function parseParameters(raw: Entries, stackName: string): Template['parameters'] {
  const parameters: Record<string, TemplateParameter> = {};
  for (const [name, declared] of Object.entries(raw)) {
    if (name === BOOTSTRAP_PARAMETER) continue;
    refuseOthers(declared, PARAMETER_ATTRIBUTES, `${stackName}/${name}: the parameter attribute`);
    parameters[name] = {
      type: String(declared.Type),
      ...(declared.Default === undefined ? {} : { default: String(declared.Default) }),
      ...(declared.AllowedValues === undefined
        ? {}
        : { allowedValues: [declared.AllowedValues].flat().map(String) }),
      ...(declared.AllowedPattern === undefined ? {} : { allowedPattern: String(declared.AllowedPattern) }),
    };
  }
  return parameters;
}

/** An `Export` is only a name for other stacks' `Fn::ImportValue`, which is refused where it is used. */
function parseOutputs(raw: Entries, stackName: string): Template['outputs'] {
  const outputs: Record<string, TemplateValue> = {};
  for (const [name, output] of Object.entries(raw)) {
    refuseOthers(output, OUTPUT_ATTRIBUTES, `${stackName}/${name}: the output attribute`);
    const value = output.Value ?? null;
    outputs[name] =
      output.Condition === undefined
        ? value
        : { 'Fn::If': [output.Condition, value, { Ref: 'AWS::NoValue' }] };
  }
  return outputs;
}

function refuseOthers(object: object, known: readonly string[], what: string): void {
  const other = Object.keys(object).find((key) => !known.includes(key));
  if (other !== undefined) throw new NotModelledError(`${what} ${other}`);
}
