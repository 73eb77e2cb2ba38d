import type { RestoredClusterOrder, RestorePlan } from '../contracts/restore.ts';
import { restoreDescription } from './plan-restore.ts';

/**
 * How a stack takes over a cluster that a restore has made: as an import, which changes nothing.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-supported-resources.html (checked 2026-11-22)
 */
export function adoptionSnippets(plan: RestorePlan) {
  const { region } = plan;
  const resource = resourceOf(plan);
  return { cdk: cdk(region, resource), cloudFormation: cloudFormation(region, resource) };
}

interface Resource {
  readonly id: string;
  readonly type: 'ReplicationGroup' | 'ServerlessCache';
  /** The property that identifies it. */
  readonly identifier: string;
  readonly properties: Properties;
}

function resourceOf(plan: RestorePlan): Resource {
  const { to: id, creates } = plan;
  if (creates.serverless === undefined)
    return {
      id,
      type: 'ReplicationGroup',
      identifier: 'ReplicationGroupId',
      properties: propertiesOf(plan),
    };
  return {
    id,
    type: 'ServerlessCache',
    identifier: 'ServerlessCacheName',
    properties: serverlessPropertiesOf(plan, creates.serverless),
  };
}

interface Properties {
  readonly [name: string]: string | number | boolean | readonly unknown[] | Properties;
}

/** As CloudFormation's names them; what the cluster was seeded from is not part of what it is. */
function propertiesOf({ to, point, creates: cluster }: RestorePlan): Properties {
  const { clusterMode, shards, replicas, userGroup, auth } = cluster;
  return {
    ReplicationGroupId: to,
    ReplicationGroupDescription: restoreDescription(point),
    Engine: cluster.engine,
    EngineVersion: cluster.engineVersion,
    CacheNodeType: cluster.nodeType,
    CacheParameterGroupName: cluster.parameterGroup,
    ...(cluster.subnetGroup === undefined ? {} : { CacheSubnetGroupName: cluster.subnetGroup }),
    ...(cluster.securityGroups.length === 0 ? {} : { SecurityGroupIds: cluster.securityGroups }),
    ...(clusterMode
      ? { NumNodeGroups: shards.length, ReplicasPerNodeGroup: replicas }
      : { NumCacheClusters: replicas + 1 }),
    AutomaticFailoverEnabled: cluster.automaticFailover,
    MultiAZEnabled: cluster.multiAz,
    AtRestEncryptionEnabled: true,
    TransitEncryptionEnabled: cluster.tls,
    ...(auth === 'token' ? { AuthToken: TOKEN_REFERENCE } : {}),
    ...(userGroup === undefined ? {} : { UserGroupIds: [userGroup] }),
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticache-serverlesscache.html */
function serverlessPropertiesOf(
  { to, point, creates }: RestorePlan,
  { storageGb, ecpuPerSecond, subnets, kmsKey }: NonNullable<RestoredClusterOrder['serverless']>,
): Properties {
  const bounds = ({ minimum, maximum }: Bounds) => ({
    ...(minimum === undefined ? {} : { Minimum: minimum }),
    ...(maximum === undefined ? {} : { Maximum: maximum }),
  });
  const limits = {
    ...(storageGb && { DataStorage: { ...bounds(storageGb), Unit: 'GB' } }),
    ...(ecpuPerSecond && { ECPUPerSecond: bounds(ecpuPerSecond) }),
  };
  return {
    ServerlessCacheName: to,
    Description: restoreDescription(point),
    Engine: creates.engine,
    MajorEngineVersion: creates.engineVersion,
    ...(Object.keys(limits).length === 0 ? {} : { CacheUsageLimits: limits }),
    ...(subnets.length === 0 ? {} : { SubnetIds: subnets }),
    ...(creates.securityGroups.length === 0 ? {} : { SecurityGroupIds: creates.securityGroups }),
    ...(creates.userGroup === undefined ? {} : { UserGroupId: creates.userGroup }),
    ...(kmsKey === undefined ? {} : { KmsKeyId: kmsKey }),
  };
}

interface Bounds {
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm-secure-strings.html (checked 2026-11-22) */
const TOKEN_REFERENCE = '{{resolve:ssm-secure:/path/of/the/token}}';

const logicalIdOf = (id: string): string =>
  id.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());

function cloudFormation(region: string, { id, type, identifier, properties }: Resource): string {
  const logicalId = logicalIdOf(id);
  const resource = {
    Type: `AWS::ElastiCache::${type}`,
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: properties,
  };
  const imported = [
    {
      ResourceType: resource.Type,
      LogicalResourceId: logicalId,
      ResourceIdentifier: { [identifier]: id },
    },
  ];
  return [
    JSON.stringify({ Resources: { [logicalId]: resource } }, null, 2),
    '',
    `aws cloudformation create-change-set --region ${region} --stack-name my-caches --change-set-name adopt-${id} \\`,
    `  --change-set-type IMPORT --template-body file://template.json --resources-to-import '${JSON.stringify(imported)}'`,
  ].join('\n');
}

function cdk(region: string, { id, type, properties }: Resource): string {
  const lines = Object.entries(properties).map(
    ([name, value]) => `  ${camelCase(name)}: ${JSON.stringify(asInCdk(value))},`,
  );
  const variable = type === 'ServerlessCache' ? 'cache' : 'group';
  return [
    `// in a stack of ${region}; then: cdk import, and give it the id ${id}`,
    `const ${variable} = new Cfn${type}(this, '${logicalIdOf(id)}', {`,
    ...lines,
    '});',
    `${variable}.applyRemovalPolicy(RemovalPolicy.RETAIN);`,
  ].join('\n');
}

function asInCdk(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [camelCase(name), asInCdk(each)]));
}

/** As the CDK names CloudFormation's properties: `MultiAZEnabled` is `multiAzEnabled`, `ECPUPerSecond` `ecpuPerSecond`. */
function camelCase(name: string): string {
  const words = name.replace('AZ', 'Az').replace('ECPU', 'Ecpu');
  return `${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}
