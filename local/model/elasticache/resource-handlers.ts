import type { ResourceDeclaration, ResourceHandler } from '../../cloudformation/resource.ts';
import { parseTags } from './authorization.ts';
import type { Context } from './context.ts';
import { arnOf } from './names.ts';
import { addParameterGroup } from './parameter-groups.ts';
import { makeSubnetGroup } from './subnet-groups.ts';

/** The ElastiCache resources that a template may declare. */
export function resourceHandlers(context: Context): readonly ResourceHandler[] {
  return [
    {
      type: 'AWS::ElastiCache::SubnetGroup',
      properties: ['CacheSubnetGroupName', 'Description', 'SubnetIds', 'Tags'],
      create: async (declaration) => createSubnetGroup(context, declaration),
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
  const group = makeSubnetGroup(context.network, stack, {
    name,
    description: String(properties.Description),
    subnetIds: properties.SubnetIds ?? [],
    tags: parseTags(properties.Tags),
  });
  state.subnetGroups.set(name, group);
  return { ref: name, attributes: { Arn: arnOf(stack, 'subnetgroup', name) } };
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
