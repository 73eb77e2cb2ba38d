import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

export type ElastiCacheResource =
  | 'replicationgroup'
  | 'cluster'
  | 'serverlesscache'
  | 'snapshot'
  | 'serverlesscachesnapshot'
  | 'parametergroup'
  | 'subnetgroup';

/**
 * ARN of an ElastiCache resource in the stack's region; names are lower-case, and `*` stands for any.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/iam-resourcelevelpermissions.html (checked 2026-11-21)
 */
export function elastiCacheArn(
  scope: Construct,
  resource: ElastiCacheResource,
  resourceName: string,
): string {
  return Stack.of(scope).formatArn({
    service: 'elasticache',
    resource,
    resourceName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** ARN of an EC2 resource in the stack's region; `*` stands for any. */
export function ec2Arn(
  scope: Construct,
  resource: 'security-group' | 'subnet' | 'vpc' | 'vpc-endpoint',
  resourceName: string,
): string {
  return Stack.of(scope).formatArn({ service: 'ec2', resource, resourceName });
}

/** A bucket known by its name alone: it lies in the other stack. */
export function bucketArn(name: string): string {
  return `arn:aws:s3:::${name}`;
}
