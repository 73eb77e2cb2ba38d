import type { Principal } from '../model/service.ts';
import type { RequestContext } from './conditions.ts';

interface ContextSource {
  readonly principal: Principal;
  readonly region: string;
  readonly action: string;
  readonly resourceAccount: string;
}

/**
 * The condition keys that AWS puts into every request, whatever the service. The local endpoint speaks plain HTTP on
 * the loopback interface in place of AWS's HTTPS endpoints, so every call counts as made over TLS 1.3.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function globalContext(source: ContextSource): RequestContext {
  return {
    'aws:SecureTransport': 'true',
    'aws:RequestedRegion': source.region,
    'aws:ResourceAccount': source.resourceAccount,
    'aws:ViaAWSService': 'false',
    ...(source.action.startsWith('s3:')
      ? { 's3:TlsVersion': '1.3', 's3:ResourceAccount': source.resourceAccount }
      : {}),
    ...(source.principal.kind === 'service'
      ? serviceContext(source.principal)
      : callerContext(source.principal)),
  };
}

function callerContext(principal: Principal): RequestContext {
  return {
    'aws:PrincipalArn': principal.arn,
    'aws:PrincipalAccount': principal.account,
    'aws:PrincipalType': principal.kind === 'role' ? 'AssumedRole' : 'Account',
    'aws:PrincipalIsAWSService': 'false',
  };
}

function serviceContext(principal: Principal): RequestContext {
  return {
    'aws:PrincipalIsAWSService': 'true',
    'aws:PrincipalServiceName': principal.arn,
    ...sourceContext(principal),
  };
}

/**
 * On whose behalf a service calls. ElastiCache's notifications carry `aws:SourceOwner` alone, which is why a topic
 * policy that asks for `aws:SourceAccount` silences them.
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html
 */
function sourceContext(principal: Principal): RequestContext {
  if (principal.arn === 'elasticache.amazonaws.com') return { 'aws:SourceOwner': principal.account };
  return {
    'aws:SourceAccount': principal.account,
    'aws:SourceOwner': principal.account,
    ...(principal.sourceArn === undefined ? {} : { 'aws:SourceArn': principal.sourceArn }),
  };
}
