import { type CfnResource, Stack } from 'aws-cdk-lib';
import { CfnVPCEndpoint } from 'aws-cdk-lib/aws-ec2';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnKey } from 'aws-cdk-lib/aws-kms';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import { CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import { CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { IConstruct } from 'constructs';
import { AppError } from '../core/model/errors.ts';
import { all } from './watch/deployed-names.ts';

/** How large AWS lets one document of a resource become. */
export interface Limit {
  readonly what: string;
  readonly max: number;
  readonly unit: 'bytes' | 'characters' | 'rules';
  readonly source: string;
  /** What makes it smaller. @default no setting does */
  readonly remedy?: string;
}

/** One document, and how much of its limit it takes. */
export interface Measured extends Limit {
  /** Of the resource, in its stack. */
  readonly path: string;
  readonly size: number;
}

type ResourceClass<Resource> = abstract new (...parameters: never[]) => Resource;

interface Documents {
  readonly limit: Limit;
  measure(scope: IConstruct): readonly Measured[];
}

/** @param sizeOf a document's size, of its resolved value; undefined if the resource has none */
function documents<Resource extends CfnResource>(
  type: ResourceClass<Resource>,
  documentOf: (resource: Resource) => unknown,
  { sizeOf, ...of }: Limit & { readonly sizeOf: (document: unknown) => number },
): Documents {
  return {
    limit: of,
    measure: (scope) =>
      all(scope, type).map((resource) => ({
        ...of,
        path: resource.node.path.replace('/Default/', '/'),
        size: sizeOf(Stack.of(resource).resolve(documentOf(resource))),
      })),
  };
}

const bytesOf = (document: unknown): number => Buffer.byteLength(textOf(document));
const charactersOf = (document: unknown): number => textOf(document).length;
/** IAM counts no white space. */
const inkOf = (document: unknown): number => textOf(document).replaceAll(/\s/g, '').length;

const IAM_QUOTAS = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html';

/** All checked 2026-11-23. */
const DOCUMENTS: readonly Documents[] = [
  documents(CfnBucketPolicy, ({ policyDocument }) => policyDocument, {
    what: 'bucket policy',
    max: 20 * 1024,
    unit: 'bytes',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html',
    sizeOf: bytesOf,
  }),
  documents(CfnKey, ({ keyPolicy }) => keyPolicy, {
    what: 'key policy',
    max: 32 * 1024,
    unit: 'bytes',
    source: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html',
    sizeOf: bytesOf,
  }),
  // No role has managed policies: the watch does not compare them.
  documents(CfnRole, ({ policies }) => policies, {
    what: 'sum of inline policies',
    max: 10_240,
    unit: 'characters',
    source: IAM_QUOTAS,
    remedy: 'list fewer keys in source.kmsKeys, or shorten heartbeat.parameter',
    sizeOf: (policies) =>
      ((policies ?? []) as readonly CfnRole.PolicyProperty[])
        .map(({ policyDocument }) => inkOf(policyDocument))
        .reduce((sum, each) => sum + each, 0),
  }),
  documents(CfnRole, ({ assumeRolePolicyDocument }) => assumeRolePolicyDocument, {
    what: 'trust policy',
    max: 2_048,
    unit: 'characters',
    source: IAM_QUOTAS,
    sizeOf: inkOf,
  }),
  documents(CfnTopicPolicy, ({ policyDocument }) => policyDocument, {
    what: 'topic policy',
    max: 30 * 1024,
    unit: 'bytes',
    source:
      'https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html',
    sizeOf: bytesOf,
  }),
  documents(CfnQueuePolicy, ({ policyDocument }) => policyDocument, {
    what: 'queue policy',
    max: 8_192,
    unit: 'bytes',
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html',
    sizeOf: bytesOf,
  }),
  documents(CfnVPCEndpoint, ({ policyDocument }) => policyDocument, {
    what: 'endpoint policy',
    max: 20_480,
    unit: 'characters',
    source: 'https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html',
    sizeOf: charactersOf,
  }),
  documents(CfnFunction, ({ environment }) => environment, {
    what: 'Lambda environment',
    max: 4 * 1024,
    unit: 'bytes',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html',
    remedy: 'shorten heartbeat.parameter',
    sizeOf: bytesOf,
  }),
  documents(CfnBucket, ({ lifecycleConfiguration }) => lifecycleConfiguration, {
    what: 'lifecycle configuration',
    max: 1_000,
    unit: 'rules',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleConfiguration.html',
    remedy: 'have fewer plans',
    sizeOf: (configuration) =>
      ((configuration as CfnBucket.LifecycleConfigurationProperty | undefined)?.rules as readonly unknown[])
        ?.length ?? 0,
  }),
  documents(CfnStateMachine, ({ definitionString }) => definitionString, {
    what: 'workflow definition',
    max: 1024 ** 2,
    unit: 'bytes',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html',
    sizeOf: bytesOf,
  }),
];

export const SIZE_LIMITS: readonly Limit[] = DOCUMENTS.map(({ limit }) => limit);

/** What CloudFormation fills in is counted as the longest of its kind: an ARN of Redrill's own has at most 110 characters. */
export const LONGEST_REFERENCE = 'x'.repeat(110);

/** A document as AWS gets it, without needless white space. */
function textOf(document: unknown): string {
  const filled = filledIn(document);
  return typeof filled === 'string' ? filled : JSON.stringify(filled ?? {});
}

function filledIn(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(filledIn);
  const members = Object.entries(value);
  const [[first, content] = ['', undefined]] = members;
  if (members.length === 1 && first === 'Fn::Join') {
    const [separator, parts] = content as readonly [string, readonly unknown[]];
    return parts.map((part) => String(filledIn(part))).join(separator);
  }
  if (members.length === 1 && /^(Ref|Fn::)/.test(first)) return LONGEST_REFERENCE;
  return Object.fromEntries(members.map(([member, each]) => [member, filledIn(each)]));
}

/** How much of AWS's limits the documents of a part of the app take. */
export function measured(scope: IConstruct): readonly Measured[] {
  return DOCUMENTS.flatMap(({ measure }) => measure(scope));
}

/** Every document of a part of the app that AWS would refuse at the deployment, and what makes it smaller. */
export function tooLarge(scope: IConstruct): readonly string[] {
  return measured(scope)
    .filter(({ size, max }) => size > max)
    .map(
      ({ path, what, size, max, unit, source, remedy = 'please report it: no setting makes it smaller' }) =>
        `${path}: its ${what} would have ${size} ${unit}, and AWS takes ${max} (${source}); ${remedy}`,
    );
}

/** @throws AppError `BadConfig` that lists what is too large */
export function refuseTooLarge(app: IConstruct): void {
  const problems = tooLarge(app);
  if (problems.length === 0) return;
  throw new AppError(
    'BadConfig',
    `the configuration cannot be deployed:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
  );
}
