import { randomUUID } from 'node:crypto';
import type { StackArtifact } from '../../cloudformation/assembly.ts';
import { NO_VALUE, resolve } from '../../cloudformation/intrinsics.ts';
import { parameterTexts } from '../../cloudformation/parameters.ts';
import { pseudoParameters, referencesOf } from '../../cloudformation/references.ts';
import type { StackIdentity } from '../../cloudformation/resource.ts';
import type { DeployedStack } from '../../cloudformation/stack.ts';
import type { Stacks } from '../../cloudformation/stacks.ts';
import { parseTemplate, type Template } from '../../cloudformation/template.ts';
import { readTemplateText } from '../../cloudformation/template-text.ts';
import type { RoleSessions } from '../../iam/sessions.ts';
import { refuseUnknown, refuseUnless } from '../lambda/refuse.ts';
import { type Call, type Principal, ServiceError } from '../service.ts';
import { changesOf } from './changes.ts';
import { authorizeOn, named, stackOf } from './naming.ts';
import { codePlaces, type Objects } from './objects.ts';
import { parameterList, tagList } from './views.ts';

export interface ChangeSetSources {
  readonly stacks: Stacks;
  readonly objects: Objects;
  readonly sessions: Pick<RoleSessions, 'assumeForService'>;
}

interface Parameter {
  readonly ParameterKey: string;
  readonly ParameterValue?: string;
  readonly UsePreviousValue?: boolean;
}

interface CreateInput {
  readonly StackName: string;
  readonly ChangeSetName: string;
  readonly ChangeSetType?: 'CREATE' | 'UPDATE';
  readonly Description?: string;
  readonly TemplateBody?: string;
  readonly TemplateURL?: string;
  readonly Parameters?: readonly Parameter[];
  readonly Capabilities?: readonly string[];
  readonly RoleARN?: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly ImportExistingResources?: boolean;
  readonly NotificationARNs?: readonly string[];
  readonly DeploymentConfig?: { readonly Mode?: string };
}

interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly stackId: string;
  readonly identity: StackIdentity;
  readonly artifact: StackArtifact;
  readonly input: CreateInput;
  readonly createdAt: number;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly changes: readonly object[];
  /** With whose permissions CloudFormation acts. */
  readonly principal: Principal;
  readonly isEmpty: boolean;
  execution: 'AVAILABLE' | 'UNAVAILABLE' | 'EXECUTE_IN_PROGRESS' | 'EXECUTE_COMPLETE' | 'EXECUTE_FAILED';
}

const CREATE_MEMBERS = [
  'StackName',
  'ChangeSetName',
  'ChangeSetType',
  'Description',
  'ClientToken',
  'TemplateBody',
  'TemplateURL',
  'Parameters',
  'Capabilities',
  'RoleARN',
  'Tags',
  'ImportExistingResources',
  'IncludeNestedStacks',
  'NotificationARNs',
  'DeploymentConfig',
];

/** The reason by which clients recognise that there is nothing to do (@aws-cdk/toolkit-lib, `changeSetHasNoChanges`). */
const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/**
 * Change sets: they are ready when CreateChangeSet returns, and are executed in the background.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html
 */
export class ChangeSets {
  readonly #sources: ChangeSetSources;
  #changeSets: readonly ChangeSet[] = [];

  constructor(sources: ChangeSetSources) {
    this.#sources = sources;
  }

  /** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html */
  async create(input: CreateInput, call: Call): Promise<object> {
    refuseUnknown('cloudformation:CreateChangeSet', input, CREATE_MEMBERS);
    refuseUnless('cloudformation:CreateChangeSet ChangeSetType', input.ChangeSetType, ['CREATE', 'UPDATE']);
    refuseUnless('cloudformation:CreateChangeSet NotificationARNs', input.NotificationARNs?.length, [0]);
    refuseUnknown('cloudformation:CreateChangeSet DeploymentConfig', input.DeploymentConfig, ['Mode']);
    refuseUnless('cloudformation:CreateChangeSet Mode', input.DeploymentConfig?.Mode, ['STANDARD']);
    const { stacks, objects } = this.#sources;
    authorizeOn(call, stacks, input.StackName);
    const principal = this.#actingAs(call, input);
    const found = named(call, stacks, input.StackName);
    const deployed = found?.status === 'REVIEW_IN_PROGRESS' ? undefined : found;
    const name = found?.name ?? input.StackName;
    const body = await objects.template(call, input);
    const identity = { name, account: call.principal.account, region: call.region };
    const artifact = artifactOf(identity, body);
    stacks.checkModelled(artifact.template);
    requireCapability(artifact.template, input.Capabilities ?? []);
    const given = givenParameters(input.Parameters ?? [], deployed);
    const stack = this.#stackFor(input, deployed, () => found ?? stacks.review(artifact, identity.account));
    if (this.#of(stack.stackId).some((each) => each.name === input.ChangeSetName))
      throw new ServiceError('AlreadyExistsException', `ChangeSet ${input.ChangeSetName} already exists`);
    const template = stacks.present(artifact, stack.stackId, identity, given);
    const parameters = parameterTexts(template, given);
    const changes = changesOf(deployed, template, parameters);
    const tags = Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
    const isEmpty = changes.length === 0 && deployed !== undefined && sameOutputs(deployed, template);
    const id = `arn:aws:cloudformation:${call.region}:${identity.account}:changeSet/${input.ChangeSetName}/${randomUUID()}`;
    const made = { id, name: input.ChangeSetName, stackId: stack.stackId, identity, artifact, input };
    const execution = isEmpty ? 'UNAVAILABLE' : 'AVAILABLE';
    this.#changeSets = [
      ...this.#changeSets,
      { ...made, createdAt: call.now, parameters, tags, changes, principal, isEmpty, execution },
    ];
    return { Id: id, StackId: stack.stackId };
  }

  /** The role that CloudFormation is passed, or else whoever calls. */
  #actingAs(call: Call, { RoleARN: role }: CreateInput): Principal {
    if (role === undefined) return call.principal;
    const conditions = { 'iam:PassedToService': 'cloudformation.amazonaws.com' };
    call.authorize({ action: 'iam:PassRole', resource: role, conditions });
    return this.#sources.sessions.assumeForService(role, 'cloudformation.amazonaws.com');
  }

  #stackFor(
    { ChangeSetType: type = 'UPDATE', StackName: name, ChangeSetName: changeSet }: CreateInput,
    deployed: DeployedStack | undefined,
    review: () => DeployedStack,
  ): DeployedStack {
    if (type === 'CREATE' && deployed !== undefined)
      throw new ServiceError(
        'ValidationError',
        `Stack [${name}] already exists and cannot be created again with the changeSet [${changeSet}].`,
      );
    if (type === 'CREATE') return review();
    if (deployed === undefined) throw new ServiceError('ValidationError', `Stack [${name}] does not exist`);
    this.#sources.stacks.refuseUpdate(deployed);
    if (/^ROLLBACK_/.test(deployed.status))
      throw new ServiceError(
        'ValidationError',
        `Stack:${deployed.stackId} is in ${deployed.status} state and can not be updated.`,
      );
    return deployed;
  }

  /** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html */
  describe(input: Selected, call: Call): object {
    refuseUnknown('cloudformation:DescribeChangeSet', input, [...SELECTED, 'IncludePropertyValues']);
    const found = this.#get(input, call);
    return {
      ChangeSetId: found.id,
      ChangeSetName: found.name,
      StackId: found.stackId,
      StackName: found.identity.name,
      ...(found.input.Description === undefined ? {} : { Description: found.input.Description }),
      Parameters: parameterList(found.parameters),
      CreationTime: new Date(found.createdAt),
      ExecutionStatus: found.execution,
      Status: found.isEmpty ? 'FAILED' : 'CREATE_COMPLETE',
      ...(found.isEmpty ? { StatusReason: NO_CHANGES } : {}),
      Capabilities: found.input.Capabilities ?? [],
      Tags: tagList(found.tags),
      Changes: found.changes,
    };
  }

  /** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html */
  async execute(input: Selected & { readonly DisableRollback?: boolean }, call: Call): Promise<object> {
    const operation = 'cloudformation:ExecuteChangeSet';
    refuseUnknown(operation, input, [...SELECTED, 'ClientRequestToken', 'DisableRollback']);
    refuseUnless(`${operation} DisableRollback`, input.DisableRollback, [false]);
    const changeSet = this.#get(input, call);
    const { stacks, objects } = this.#sources;
    if (changeSet.execution !== 'AVAILABLE')
      throw new ServiceError(
        'InvalidChangeSetStatus',
        `ChangeSet [${changeSet.id}] cannot be executed in its current status of [${changeSet.execution}]`,
      );
    const stack = stackOf(call, stacks, changeSet.stackId);
    stacks.refuseUpdate(stack);
    changeSet.execution = 'EXECUTE_IN_PROGRESS';
    this.#changeSets = this.#changeSets.filter(
      (each) => each === changeSet || each.stackId !== stack.stackId,
    );
    const { artifact, identity, parameters, tags } = changeSet;
    const assets = await objects.code(changeSet.principal, call.region, placesIn(changeSet, stack.stackId));
    await new Promise<void>((started, refused) => {
      const options = {
        parameters: { [identity.name]: parameters },
        tags,
        importExistingResources: changeSet.input.ImportExistingResources ?? false,
        started,
      };
      stacks.deploy({ folder: '', stacks: [{ ...artifact, assets }] }, options).then(
        () => {
          changeSet.execution = 'EXECUTE_COMPLETE';
        },
        // What failed is in the stack's events, unless nothing was begun.
        (error) => {
          changeSet.execution = 'EXECUTE_FAILED';
          refused(error);
        },
      );
    });
    return {};
  }

  /** It succeeds for what is gone. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteChangeSet.html */
  delete(input: Selected, call: Call): object {
    refuseUnknown('cloudformation:DeleteChangeSet', input, SELECTED);
    authorizeOn(call, this.#sources.stacks, input.StackName ?? input.ChangeSetName);
    const gone = this.#find(input, call);
    this.#changeSets = this.#changeSets.filter((each) => each !== gone);
    return {};
  }

  #get(input: Selected, call: Call): ChangeSet {
    authorizeOn(call, this.#sources.stacks, input.StackName ?? input.ChangeSetName);
    const found = this.#find(input, call);
    if (found !== undefined) return found;
    throw new ServiceError('ChangeSetNotFound', `ChangeSet [${input.ChangeSetName}] does not exist`, 404);
  }

  #find({ StackName: stackName, ChangeSetName: wanted }: Selected, call: Call): ChangeSet | undefined {
    const byId = this.#changeSets.find(({ id }) => id === wanted);
    if (byId !== undefined || stackName === undefined) return byId;
    const { stackId } = stackOf(call, this.#sources.stacks, stackName);
    return this.#of(stackId).find(({ name }) => name === wanted);
  }

  #of(stackId: string): readonly ChangeSet[] {
    return this.#changeSets.filter((each) => each.stackId === stackId);
  }
}

interface Selected {
  readonly ChangeSetName: string;
  readonly StackName?: string;
}
const SELECTED = ['ChangeSetName', 'StackName'];

function artifactOf(identity: StackIdentity, body: string): StackArtifact {
  const { name, account, region } = identity;
  const template = parseTemplate(readTemplateText(body), name);
  return { name, account, region, template, body, assets: new Map(), dependsOn: [] };
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html#using-iam-capabilities */
function requireCapability({ resources }: Template, given: readonly string[]): void {
  const ofIam = resources.filter(({ type }) => type.startsWith('AWS::IAM::'));
  const isNamed = ofIam.some(
    ({ properties }) => 'RoleName' in properties || 'ManagedPolicyName' in properties,
  );
  const enough = ['CAPABILITY_NAMED_IAM', ...(isNamed ? [] : ['CAPABILITY_IAM'])];
  if (ofIam.length === 0 || enough.some((each) => given.includes(each))) return;
  throw new ServiceError('InsufficientCapabilitiesException', `Requires capabilities : [${enough.at(-1)}]`);
}

function givenParameters(
  parameters: readonly Parameter[],
  before: DeployedStack | undefined,
): Readonly<Record<string, string>> {
  const values = parameters.map(({ ParameterKey, ParameterValue, UsePreviousValue }) => [
    ParameterKey,
    UsePreviousValue ? before?.parameters[ParameterKey] : ParameterValue,
  ]);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

function sameOutputs({ artifact }: DeployedStack, { outputs }: Template): boolean {
  return JSON.stringify(artifact.template.outputs) === JSON.stringify(outputs);
}

/** Bucket and key of a function's code may name the account and the region. */
function placesIn({ artifact: { template }, identity, parameters }: ChangeSet, stackId: string) {
  const named = { ...pseudoParameters(identity, stackId), ...parameters };
  const references = referencesOf({ named, created: new Map(), conditions: template.conditions });
  return codePlaces(template.resources, (value) => {
    const text = resolve(value, references);
    return text === NO_VALUE ? '' : String(text);
  });
}
