import { AppError } from '../../core/model/errors.ts';
import type { Side } from './ground.ts';

export interface DeployerOptions {
  /** ARN of the role that CloudFormation deploys with. @default that of the CDK's bootstrap stack */
  readonly roleArn?: string;
}

const ROLE_ARN = /^arn:aws:iam::(\d{12}):role\/[\w+=,.@/-]+$/;

/**
 * The role that CloudFormation deploys with. That of the CDK's bootstrap stack may do everything that the organisation allows,
 * unless it was bootstrapped with `--cloudformation-execution-policies`.
 * https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html (checked 2026-11-23)
 */
export function deployingRole({ account, region }: Side, { roleArn }: DeployerOptions): string {
  return roleArn ?? `arn:aws:iam::${account}:role/cdk-hnb659fds-cfn-exec-role-${account}-${region}`;
}

/** @throws AppError `BadInput` if the ARN is not that of a role of the account */
export function refuseOtherRole(account: string, { roleArn }: DeployerOptions): void {
  if (roleArn === undefined) return;
  const [, owner] = ROLE_ARN.exec(roleArn) ?? [];
  if (owner === undefined)
    throw new AppError(
      'BadInput',
      `--role-arn '${roleArn}' is not the ARN of a role; write it as arn:aws:iam::${account}:role/name`,
    );
  if (owner !== account)
    throw new AppError(
      'BadInput',
      `--role-arn '${roleArn}' is a role of account ${owner}, but the credentials are of ${account}; use credentials of account ${owner}, or a role of ${account}`,
    );
}

/** The role of the bootstrap stack comes with it. */
export function notThere(error: unknown): never {
  if (!(error instanceof AppError && error.code === 'NotFound')) throw error;
  throw new AppError(
    'NotFound',
    'the policy simulator needs the role that deploys, which does not exist; that of the CDK’s bootstrap stack comes with npx cdk bootstrap',
    { cause: error },
  );
}
