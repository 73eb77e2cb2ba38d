import type { RestorePlan } from '../contracts/restore.ts';
import { restoreDescription } from './plan-restore.ts';

/**
 * How a stack takes over a cluster that a restore has made: as an import, which changes nothing.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-supported-resources.html (checked 2026-11-22)
 */
export function adoptionSnippets(plan: RestorePlan) {
  const { to, region } = plan;
  const properties = propertiesOf(plan);
  return { cdk: cdk(to, region, properties), cloudFormation: cloudFormation(to, region, properties) };
}

type Properties = Readonly<Record<string, string | number | boolean | readonly unknown[]>>;

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

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm-secure-strings.html (checked 2026-11-22) */
const TOKEN_REFERENCE = '{{resolve:ssm-secure:/path/of/the/token}}';

const logicalIdOf = (id: string): string =>
  id.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());

function cloudFormation(id: string, region: string, properties: Properties): string {
  const logicalId = logicalIdOf(id);
  const resource = {
    Type: 'AWS::ElastiCache::ReplicationGroup',
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: properties,
  };
  const imported = [
    {
      ResourceType: resource.Type,
      LogicalResourceId: logicalId,
      ResourceIdentifier: { ReplicationGroupId: id },
    },
  ];
  return [
    JSON.stringify({ Resources: { [logicalId]: resource } }, null, 2),
    '',
    `aws cloudformation create-change-set --region ${region} --stack-name my-caches --change-set-name adopt-${id} \\`,
    `  --change-set-type IMPORT --template-body file://template.json --resources-to-import '${JSON.stringify(imported)}'`,
  ].join('\n');
}

function cdk(id: string, region: string, properties: Properties): string {
  const lines = Object.entries(properties).map(
    ([name, value]) => `  ${camelCase(name)}: ${JSON.stringify(value)},`,
  );
  return [
    `// in a stack of ${region}; then: cdk import, and give it the id ${id}`,
    `const group = new CfnReplicationGroup(this, '${logicalIdOf(id)}', {`,
    ...lines,
    '});',
    'group.applyRemovalPolicy(RemovalPolicy.RETAIN);',
  ].join('\n');
}

/** As the CDK names CloudFormation's properties: `MultiAZEnabled` is `multiAzEnabled`. */
function camelCase(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`.replace('AZ', 'Az');
}
