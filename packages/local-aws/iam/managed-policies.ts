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
  /** @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCloudFormationReadOnlyAccess.html */
  'arn:aws:iam::aws:policy/AWSCloudFormationReadOnlyAccess': allowing([
    'cloudformation:Describe*',
    'cloudformation:EstimateTemplateCost',
    'cloudformation:Get*',
    'cloudformation:List*',
    'cloudformation:ValidateTemplate',
    'cloudformation:Detect*',
  ]),
  /**
   * Of the services that are here; AWS's own lists each action.
   * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/ReadOnlyAccess.html
   */
  'arn:aws:iam::aws:policy/ReadOnlyAccess': allowing(
    [
      'cloudformation',
      'cloudwatch',
      'ec2',
      'elasticache',
      'events',
      'iam',
      'kms',
      'lambda',
      'logs',
      's3',
      'ssm',
      'states',
    ].flatMap((service) => ['Describe*', 'Get*', 'List*'].map((action) => `${service}:${action}`)),
  ),
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
