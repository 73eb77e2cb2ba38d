import type { CreatedResource, ResourceHandler } from '../../cloudformation/resource.ts';
import { ServiceError } from '../service.ts';
import { DEFAULT_EVENT_INVOKE } from './event-queue.ts';
import {
  FUNCTION_PROPERTIES,
  type FunctionConfiguration,
  invalidParameter,
  parseFunction,
} from './function-configuration.ts';
import type { Functions } from './functions.ts';
import { mayAs } from './log-writer.ts';
import type { FunctionPolicies } from './permissions.ts';
import type { ActsAsRole, Roles } from './ports.ts';
import { isRefusal, refuseUnless } from './refuse.ts';

interface ResourceContext {
  readonly acts: ActsAsRole;
  readonly roles: Roles;
}

/**
 * What Lambda does with the role of a function in a VPC; without any of these the function cannot be created.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
const VPC_OPERATIONS = [
  'CreateNetworkInterface',
  'DescribeNetworkInterfaces',
  'DescribeSubnets',
  'DeleteNetworkInterface',
  'AssignPrivateIpAddresses',
  'UnassignPrivateIpAddresses',
];

export function lambdaResources(
  functions: Functions,
  context: ResourceContext,
  policies: FunctionPolicies,
): readonly ResourceHandler[] {
  return [
    functionHandler(functions, context),
    eventInvokeConfigHandler(functions),
    permissionHandler(policies),
  ];
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-function.html */
function functionHandler(functions: Functions, { acts, roles }: ResourceContext): ResourceHandler {
  const deploy = (configuration: FunctionConfiguration): CreatedResource => {
    try {
      roles.assumeForService(configuration.roleArn, 'lambda.amazonaws.com');
    } catch (error) {
      if (!isRefusal(error)) throw error;
      throw invalidParameter('The role defined for the function cannot be assumed by Lambda.');
    }
    const missing =
      configuration.vpc === undefined
        ? []
        : VPC_OPERATIONS.filter((operation) => !mayAs(acts, configuration, 'ec2', operation, '*'));
    if (missing[0] !== undefined) {
      throw invalidParameter(
        `The provided execution role does not have permissions to call ${missing[0]} on EC2`,
      );
    }
    functions.deploy(configuration);
    return { ref: configuration.name, attributes: { Arn: configuration.arn } };
  };
  return {
    type: 'AWS::Lambda::Function',
    properties: FUNCTION_PROPERTIES,
    create: async (declaration) => {
      const configuration = parseFunction(declaration);
      if (functions.has(configuration.arn)) throw functionExists(configuration.name);
      return deploy(configuration);
    },
    // Invocations under way end with the code they began with.
    update: async (declaration) => deploy(parseFunction(declaration)),
    delete: async ({ attributes }) => functions.remove(attributes.Arn ?? ''),
  };
}

function functionExists(name: string): ServiceError {
  return new ServiceError('ResourceConflictException', `Function already exist: ${name}`, 409, {
    Type: 'User',
  });
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-eventinvokeconfig.html */
function eventInvokeConfigHandler(functions: Functions): ResourceHandler {
  return {
    type: 'AWS::Lambda::EventInvokeConfig',
    properties: ['FunctionName', 'Qualifier', 'MaximumRetryAttempts', 'MaximumEventAgeInSeconds'],
    create: async ({ properties, stack, generatedName }) => {
      refuseUnless('AWS::Lambda::EventInvokeConfig Qualifier', properties.Qualifier, ['$LATEST']);
      const arn = arnOf(properties.FunctionName, stack);
      functions.get(arn);
      functions.configureEvents(arn, {
        maximumRetryAttempts: Number(
          properties.MaximumRetryAttempts ?? DEFAULT_EVENT_INVOKE.maximumRetryAttempts,
        ),
        maximumEventAgeSeconds: Number(
          properties.MaximumEventAgeInSeconds ?? DEFAULT_EVENT_INVOKE.maximumEventAgeSeconds,
        ),
      });
      return { ref: generatedName, attributes: {} };
    },
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-permission.html */
function permissionHandler(policies: FunctionPolicies): ResourceHandler {
  return {
    type: 'AWS::Lambda::Permission',
    properties: ['Action', 'FunctionName', 'Principal', 'SourceAccount', 'SourceArn'],
    create: async ({ properties, stack, generatedName }) => {
      const { Action, FunctionName, Principal, SourceAccount, SourceArn } = properties;
      const functionArn = arnOf(FunctionName, stack);
      const service = String(Principal).endsWith('.amazonaws.com');
      policies.add(functionArn, {
        Sid: generatedName,
        Effect: 'Allow',
        Principal: service ? { Service: Principal } : { AWS: Principal },
        Action,
        Resource: functionArn,
        Condition: {
          ...(SourceAccount !== undefined && { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
          ...(SourceArn !== undefined && { ArnLike: { 'aws:SourceArn': SourceArn } }),
        },
      });
      return { ref: generatedName, attributes: { Id: generatedName } };
    },
    delete: async ({ properties, ref, stack }) => policies.remove(arnOf(properties.FunctionName, stack), ref),
  };
}

function arnOf(nameOrArn: string, { region, account }: { region: string; account: string }): string {
  if (nameOrArn.startsWith('arn:')) return nameOrArn;
  return `arn:aws:lambda:${region}:${account}:function:${nameOrArn}`;
}
