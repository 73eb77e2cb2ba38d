import type { AuthorizationRequest, Principal } from '../service.ts';

/** Where and as what an action done with a role is recorded. */
export interface ActingIn {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
}

/**
 * Puts to IAM what AWS itself does with a role (Lambda writing a log line, Step Functions sending a trace), outside of
 * any API call of the role's own code, and records the decision.
 */
export interface ActsAsRole {
  /** @throws ServiceError `AccessDenied` unless IAM allows it */
  authorizeAs(principal: Principal, where: ActingIn, request: AuthorizationRequest): void;
}

export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What the parts that run with a role need of IAM. */
export interface Roles {
  credentialsFor(roleArn: string): RoleCredentials;
  /**
   * The session of a role that an AWS service was passed.
   * @param conditions condition keys of the AssumeRole, for example `aws:SourceAccount`
   * @throws ServiceError `AccessDenied` unless the role's trust policy names the service
   */
  assumeForService(
    roleArn: string,
    servicePrincipal: string,
    conditions?: Readonly<Record<string, string>>,
  ): Principal;
}

/** The account that an ARN names: its fifth field. */
export function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

/** The region that an ARN names: its fourth field. */
export function regionOf(arn: string): string {
  return arn.split(':')[3] ?? '';
}
