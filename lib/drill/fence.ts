import type { Construct } from 'constructs';
import type { DrillLimits } from '../../core/contracts/plan.ts';
import { DRILL_CLUSTER_PREFIX } from '../../core/model/names.ts';
import { DRILL_TAG } from '../../core/model/tags.ts';
import { ec2Arn, elastiCacheArn } from '../arns.ts';
import type { Fence, Permission } from '../permissions.ts';
import type { DrillNetwork } from './network.ts';

const ANY_DRILL = 'Drill clusters are named by cache and drill; the prefix is Redrill’s own.';

/**
 * What drills may do to ElastiCache: only to clusters of their own prefix that carry their tag, only of the node types
 * that the plans name. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/IAM.ConditionKeys.html (checked 2026-11-21)
 */
export class DrillFence {
  readonly #scope: Construct;

  constructor(scope: Construct) {
    this.#scope = scope;
  }

  /** Clusters are found by listing, which addresses all of them; this only reads. */
  describe(): Permission {
    return {
      actions: ['elasticache:DescribeReplicationGroups', 'elasticache:DescribeServerlessCaches'],
      resources: [this.#arn('replicationgroup', '*'), this.#arn('serverlesscache', '*')],
      because: 'Describing without an id addresses all of them; this only reads.',
    };
  }

  /** A drill's own nodes. */
  describeNodes(): Permission {
    return {
      actions: ['elasticache:DescribeCacheClusters'],
      resources: [this.#arn('cluster', `${DRILL_CLUSTER_PREFIX}*`)],
      because: ANY_DRILL,
    };
  }

  listTags(): Permission {
    return {
      actions: ['elasticache:ListTagsForResource'],
      resources: [
        this.#arn('replicationgroup', `${DRILL_CLUSTER_PREFIX}*`),
        this.#arn('serverlesscache', `${DRILL_CLUSTER_PREFIX}*`),
        ...this.#ownParameterGroups(),
      ],
      because: ANY_DRILL,
    };
  }

  /** Parameter and subnet groups take no condition on tag or node type, so they stand apart. */
  create(nodeTypes: readonly string[], subnetGroup: string): readonly Permission[] {
    return [
      {
        actions: ['elasticache:CreateReplicationGroup'],
        resources: [this.#arn('replicationgroup', `${DRILL_CLUSTER_PREFIX}*`)],
        conditions: {
          Null: { [`aws:RequestTag/${DRILL_TAG}`]: 'false' },
          // ElastiCache takes node types in any case, so AWS advises against StringEquals.
          StringEqualsIgnoreCase: { 'elasticache:CacheNodeType': [...nodeTypes] },
        },
        because: ANY_DRILL,
      },
      {
        actions: ['elasticache:CreateReplicationGroup'],
        resources: [
          this.#arn('parametergroup', 'default.*'),
          ...this.#ownParameterGroups(),
          this.#arn('subnetgroup', subnetGroup),
        ],
        because: 'The default parameter group of whichever engine version was backed up, or the drill’s own.',
      },
      {
        actions: ['elasticache:AddTagsToResource'],
        resources: [this.#arn('replicationgroup', `${DRILL_CLUSTER_PREFIX}*`), ...this.#ownParameterGroups()],
        because: ANY_DRILL,
      },
      ...this.#makeParameterGroups(),
    ];
  }

  /**
   * Within the highest limits that a plan gives: a cache without limits is refused, because the conditions need a value.
   * ElastiCache makes the VPC endpoint of a serverless cache on behalf of whoever creates it, as AmazonElastiCacheFullAccess
   * allows it: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonElastiCacheFullAccess.html
   * (checked 2026-11-25)
   * @param limits of all plans that drill so; none grant nothing
   */
  createServerless(limits: readonly DrillLimits[], network: DrillNetwork): readonly Permission[] {
    if (limits.length === 0) return [];
    const most = (of: keyof DrillLimits) => String(Math.max(...limits.map((each) => each[of])));
    const own = this.#arn('serverlesscache', `${DRILL_CLUSTER_PREFIX}*`);
    return [
      {
        actions: ['elasticache:CreateServerlessCache'],
        resources: [own],
        conditions: {
          Null: { [`aws:RequestTag/${DRILL_TAG}`]: 'false' },
          NumericLessThanEquals: {
            'elasticache:MaximumDataStorage': most('storageGb'),
            'elasticache:MaximumECPUPerSecond': most('ecpuPerSecond'),
          },
        },
        because: ANY_DRILL,
      },
      { actions: ['elasticache:AddTagsToResource'], resources: [own], because: ANY_DRILL },
      ...this.#makeVpcEndpoints(network),
    ];
  }

  /** Which of the dependent actions ElastiCache asks for differs between AWS's policies, so all of them are granted. */
  #makeVpcEndpoints({ endpointResources }: DrillNetwork): readonly Permission[] {
    const endpoints = ec2Arn(this.#scope, 'vpc-endpoint', '*');
    const because = 'EC2 chooses the id of the endpoint; only those of ElastiCache Serverless are meant.';
    return [
      {
        actions: ['ec2:CreateVpcEndpoint', 'ec2:DeleteVpcEndpoints'],
        resources: [endpoints],
        conditions: { StringLike: { 'ec2:VpceServiceName': 'com.amazonaws.elasticache.serverless.*' } },
        because,
      },
      { actions: ['ec2:CreateVpcEndpoint'], resources: endpointResources },
      {
        actions: ['ec2:CreateTags'],
        resources: [endpoints],
        conditions: {
          StringEquals: {
            'ec2:CreateAction': 'CreateVpcEndpoint',
            'aws:RequestTag/AmazonElastiCacheManaged': 'true',
          },
        },
        because,
      },
      {
        actions: ['ec2:DescribeSecurityGroups', 'ec2:DescribeTags', 'ec2:DescribeVpcEndpoints'],
        resources: ['*'],
        because:
          'EC2 does not support resources for these actions. ElastiCache requires that the creator of a cache has them.',
      },
    ];
  }

  #makeParameterGroups(): readonly Permission[] {
    return [
      {
        actions: ['elasticache:CreateCacheParameterGroup'],
        resources: this.#ownParameterGroups(),
        conditions: { Null: { [`aws:RequestTag/${DRILL_TAG}`]: 'false' } },
        because: ANY_DRILL,
      },
      {
        actions: ['elasticache:ModifyCacheParameterGroup'],
        resources: this.#ownParameterGroups(),
        conditions: { Null: { [`aws:ResourceTag/${DRILL_TAG}`]: 'false' } },
        because: ANY_DRILL,
      },
      // Dependent actions of CreateReplicationGroup:
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html
      {
        actions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs'],
        resources: ['*'],
        because:
          'EC2 does not support resources for these actions. ElastiCache requires that the creator of a cluster has them.',
      },
    ];
  }

  /** Parameter groups are found by listing, which addresses all of them; this only reads. */
  describeParameterGroups(): Permission {
    return {
      actions: ['elasticache:DescribeCacheParameterGroups'],
      resources: [this.#arn('parametergroup', '*')],
      because: 'DescribeCacheParameterGroups without a name addresses all of them; this only reads.',
    };
  }

  /** Without a condition on its tags: most drills have no such group, and a refusal would look like a fault. */
  removeParameterGroups(): Permission {
    return {
      actions: ['elasticache:DeleteCacheParameterGroup'],
      resources: this.#ownParameterGroups(),
      because: ANY_DRILL,
    };
  }

  remove(): Permission {
    return {
      actions: ['elasticache:DeleteReplicationGroup', 'elasticache:DeleteServerlessCache'],
      resources: this.#ownClusters(),
      conditions: { Null: { [`aws:ResourceTag/${DRILL_TAG}`]: 'false' } },
      because: ANY_DRILL,
    };
  }

  /** Whatever else the role is ever given, no cache of anybody else's. */
  deny(): Fence {
    return {
      actions: [
        'elasticache:DeleteReplicationGroup',
        'elasticache:DeleteServerlessCache',
        'elasticache:ModifyServerlessCache',
        'elasticache:ModifyReplicationGroup',
        'elasticache:ModifyReplicationGroupShardConfiguration',
        'elasticache:DecreaseReplicaCount',
        'elasticache:TestFailover',
        'elasticache:ModifyCacheParameterGroup',
        'elasticache:DeleteCacheParameterGroup',
      ],
      outside: [...this.#ownClusters(), ...this.#ownParameterGroups()],
    };
  }

  #ownParameterGroups(): readonly string[] {
    return [this.#arn('parametergroup', `${DRILL_CLUSTER_PREFIX}*`)];
  }

  #ownClusters(): readonly string[] {
    return [
      this.#arn('replicationgroup', `${DRILL_CLUSTER_PREFIX}*`),
      this.#arn('cluster', `${DRILL_CLUSTER_PREFIX}*`),
      this.#arn('serverlesscache', `${DRILL_CLUSTER_PREFIX}*`),
    ];
  }

  #arn(...[resource, name]: [Parameters<typeof elastiCacheArn>[1], string]): string {
    return elastiCacheArn(this.#scope, resource, name);
  }
}
