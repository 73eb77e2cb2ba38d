import type { ResourceDeclaration, ResourceHandler, StackIdentity } from '../../cloudformation/resource.ts';
import { parseTags } from './authorization.ts';
import type { Context } from './context.ts';
import { arnOf } from './names.ts';
import { addParameterGroup } from './parameter-groups.ts';
import { invalidValue, refusal } from './refusals.ts';
import { everyGroup } from './state.ts';
import { makeSubnetGroup, subnetGroup } from './subnet-groups.ts';

/** The ElastiCache resources that a template may declare. */
export function resourceHandlers(context: Context): readonly ResourceHandler[] {
  return [
    {
      type: 'AWS::ElastiCache::SubnetGroup',
      properties: ['CacheSubnetGroupName', 'Description', 'SubnetIds', 'Tags'],
      create: async (declaration) => createSubnetGroup(context, declaration),
      update: async (declaration, { ref, attributes }) => {
        changeSubnetGroup(context, declaration, ref);
        return { ref, attributes };
      },
      delete: async ({ ref, stack }) => {
        refuseInUse(context, stack, ref);
        context.stateOf(stack).subnetGroups.delete(ref);
      },
    },
    {
      type: 'AWS::ElastiCache::ParameterGroup',
      properties: [
        'CacheParameterGroupFamily',
        'CacheParameterGroupName',
        'Description',
        'Properties',
        'Tags',
      ],
      create: async (declaration) => createParameterGroup(context, declaration),
    },
  ];
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticache-subnetgroup.html */
function createSubnetGroup(context: Context, { properties, generatedName, stack }: ResourceDeclaration) {
  const state = context.stateOf(stack);
  const name = String(properties.CacheSubnetGroupName ?? generatedName).toLowerCase();
  if (state.subnetGroups.has(name))
    throw refusal('CacheSubnetGroupAlreadyExists', `Cache subnet group ${name} already exists.`);
  const group = makeSubnetGroup(context.network, stack, {
    name,
    description: String(properties.Description),
    subnetIds: properties.SubnetIds ?? [],
    tags: parseTags(properties.Tags),
  });
  state.subnetGroups.set(name, group);
  return { ref: name, attributes: { Arn: arnOf(stack, 'subnetgroup', name) } };
}

/**
 * A group stays in its VPC. RDS says so of its own ("The new Subnets are not in the same Vpc as the existing subnet group",
 * hashicorp/terraform-provider-aws#27459); for ElastiCache it is assumed.
 */
function changeSubnetGroup(context: Context, { properties, stack }: ResourceDeclaration, name: string): void {
  const state = context.stateOf(stack);
  const before = subnetGroup(state, name);
  const after = makeSubnetGroup(context.network, stack, {
    name,
    description: String(properties.Description),
    subnetIds: properties.SubnetIds ?? [],
    tags: parseTags(properties.Tags),
  });
  if (after.vpcId !== before.vpcId)
    throw invalidValue('The new Subnets are not in the same Vpc as the existing subnet group');
  state.subnetGroups.set(name, after);
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteCacheSubnetGroup.html */
function refuseInUse(context: Context, stack: StackIdentity, name: string): void {
  const group = everyGroup(context.stateOf(stack)).find(({ subnetGroupName }) => subnetGroupName === name);
  if (group === undefined) return;
  throw refusal(
    'CacheSubnetGroupInUse',
    `Cache subnet group ${name} is currently in use by a cache cluster (${group.id}).`,
  );
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticache-parametergroup.html */
function createParameterGroup(context: Context, { properties, generatedName, stack }: ResourceDeclaration) {
  const name = String(properties.CacheParameterGroupName ?? generatedName).toLowerCase();
  const values = Object.entries(properties.Properties ?? {}).map(([parameter, value]): [string, string] => [
    parameter,
    String(value),
  ]);
  addParameterGroup(context.stateOf(stack), {
    name,
    family: String(properties.CacheParameterGroupFamily),
    description: String(properties.Description),
    tags: parseTags(properties.Tags),
    values: new Map(values),
  });
  return { ref: name, attributes: { CacheParameterGroupName: name } };
}
