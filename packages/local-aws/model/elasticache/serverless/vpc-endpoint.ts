import type { Call } from '../../service.ts';
import type { Place } from '../names.ts';
import type { ServerlessRequest } from './request.ts';

const SERVICE_ID = 'vpce-svc-0c1a2b3d4e5f60718';

/**
 * A serverless cache is reached through a VPC endpoint, which ElastiCache makes on behalf of whoever creates the cache. The
 * actions are the dependent ones of https://github.com/udondan/iam-floyd (elasticache.ts); their resources and condition keys
 * are those of AmazonElastiCacheFullAccess, which lacks DeleteVpcEndpoints and DescribeTags:
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonElastiCacheFullAccess.html
 */
export function authorizeEndpoint(
  call: Call,
  { account, region }: Place,
  { subnetIds, vpcId, settings }: ServerlessRequest,
): void {
  const arn = (kind: string, id: string) => `arn:aws:ec2:${region}:${account}:${kind}/${id}`;
  const endpoint = arn('vpc-endpoint', '*');
  const conditions = {
    'ec2:VpceServiceName': `com.amazonaws.elasticache.serverless.${region}.${SERVICE_ID}`,
  };
  call.authorize({ action: 'ec2:CreateVpcEndpoint', resource: endpoint, conditions });
  for (const resource of [
    arn('vpc', vpcId),
    ...subnetIds.map((id) => arn('subnet', id)),
    ...settings.securityGroupIds.map((id) => arn('security-group', id)),
  ])
    call.authorize({ action: 'ec2:CreateVpcEndpoint', resource });
  call.authorize({
    action: 'ec2:CreateTags',
    resource: endpoint,
    conditions: {
      'ec2:CreateAction': 'CreateVpcEndpoint',
      'aws:RequestTag/AmazonElastiCacheManaged': 'true',
    },
  });
  call.authorize({ action: 'ec2:DeleteVpcEndpoints', resource: endpoint, conditions });
  for (const action of DESCRIBES) call.authorize({ action, resource: '*' });
}

const DESCRIBES = [
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeTags',
  'ec2:DescribeVpcEndpoints',
  'ec2:DescribeVpcs',
];
