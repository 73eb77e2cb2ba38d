import { isDeepStrictEqual } from 'node:util';
import { referencesIn } from '../../cloudformation/intrinsics.ts';
import type { DeployedStack } from '../../cloudformation/stack.ts';
import type { Template, TemplateResource } from '../../cloudformation/template.ts';
import { UPDATE_REQUIRES } from '../../cloudformation/update-requires.ts';

/**
 * What a change set says of each resource: the templates are compared as they are written, and so are the parameters.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
 */
export function changesOf(
  before: DeployedStack | undefined,
  after: Template,
  parameters: Readonly<Record<string, string>>,
): readonly object[] {
  const was = before?.artifact.template.resources ?? [];
  const affected = new Map<string, 'True' | 'False' | 'Conditional'>();
  const changes = after.resources.flatMap((resource) => {
    const { logicalId, type } = resource;
    const earlier = was.find((each) => each.logicalId === logicalId);
    if (earlier === undefined) return [change('Add', { logicalId, type })];
    const names = changedNames(earlier, resource);
    const reached = referencesIn(resource.properties).some(
      (name) => affected.get(name) === 'True' || isOtherParameter(before, parameters, name),
    );
    if (names.length === 0 && !reached && isDeepStrictEqual(policies(earlier), policies(resource))) return [];
    const replaces = names.some((name) => UPDATE_REQUIRES[type]?.replacement.includes(name));
    const Replacement = replaces ? 'True' : reached ? 'Conditional' : 'False';
    affected.set(logicalId, Replacement);
    const Scope = names.length > 0 || reached ? ['Properties'] : ['DeletionPolicy'];
    const Details = names.map((Name) => ({
      Target: { Attribute: 'Properties', Name, RequiresRecreation: replaces ? 'Always' : 'Never' },
      Evaluation: 'Static',
      ChangeSource: 'DirectModification',
    }));
    return [
      change('Modify', { logicalId, type, ...physical(before, logicalId) }, { Replacement, Scope, Details }),
    ];
  });
  const kept = new Set(after.resources.map(({ logicalId }) => logicalId));
  const gone = was.filter(({ logicalId }) => !kept.has(logicalId));
  return [
    ...changes,
    ...gone.map(({ logicalId, type }) =>
      change('Remove', { logicalId, type, ...physical(before, logicalId) }),
    ),
  ];
}

interface Changed {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId?: string;
}

function change(Action: string, { logicalId, type, physicalId }: Changed, how: object = {}): object {
  const PhysicalResourceId = physicalId === undefined ? {} : { PhysicalResourceId: physicalId };
  return {
    Type: 'Resource',
    ResourceChange: {
      Action,
      LogicalResourceId: logicalId,
      ...PhysicalResourceId,
      ResourceType: type,
      ...how,
    },
  };
}

function physical(before: DeployedStack | undefined, logicalId: string): Pick<Changed, 'physicalId'> {
  const resource = before?.resources.find((each) => each.logicalId === logicalId);
  return resource === undefined ? {} : { physicalId: resource.ref };
}

function changedNames(before: TemplateResource, after: TemplateResource): readonly string[] {
  const names = new Set([...Object.keys(before.properties), ...Object.keys(after.properties)]);
  return [...names].filter((name) => !isDeepStrictEqual(before.properties[name], after.properties[name]));
}

function policies({ deletionPolicy, updateReplacePolicy }: TemplateResource): readonly string[] {
  return [deletionPolicy, updateReplacePolicy];
}

function isOtherParameter(
  before: DeployedStack | undefined,
  parameters: Readonly<Record<string, string>>,
  name: string,
): boolean {
  return before !== undefined && name in parameters && before.parameters[name] !== parameters[name];
}
