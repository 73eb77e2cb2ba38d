import type { RecordedCall } from '../../dispatch.ts';
import { uniqueId } from '../../iam/roles.ts';
import type { ServiceLinkedRoles } from '../iam.ts';

const NAME = 'AWSServiceRoleForElastiCache';

/**
 * ElastiCache makes its role with the account's first cache, and it stays. Nobody here acts with it.
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/using-service-linked-roles.html
 */
export function elastiCacheRole(fabric: { readonly calls: readonly RecordedCall[] }): ServiceLinkedRoles {
  return (account, name) => {
    const isMade = fabric.calls.some(
      (call) =>
        call.operation === 'CreateReplicationGroup' &&
        call.principal.account === account &&
        call.error === undefined,
    );
    if (name !== NAME || !isMade) return undefined;
    const arn = `arn:aws:iam::${account}:role/aws-service-role/elasticache.amazonaws.com/${NAME}`;
    const trust = {
      Effect: 'Allow',
      Principal: { Service: 'elasticache.amazonaws.com' },
      Action: 'sts:AssumeRole',
    } as const;
    const trustPolicy = { Version: '2012-10-17', Statement: [trust] };
    return { arn, name, account, trustPolicy, policies: [], id: uniqueId('AROA', arn) };
  };
}
