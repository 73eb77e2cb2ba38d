import type { PolicyDocument } from './policy.ts';

const LOGGING = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

function allowing(actions: readonly string[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
}

/** The AWS-managed policies that are known here, by ARN; a role that asks for any other is refused. */
export const AWS_MANAGED_POLICIES: Readonly<Record<string, PolicyDocument>> = {
  /** @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaBasicExecutionRole.html */
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': allowing(LOGGING),
  /** @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html */
  'arn:aws:iam::aws:policy/AdministratorAccess': allowing(['*']),
  /** @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html */
  'arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole': allowing([
    ...LOGGING,
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ]),
};
