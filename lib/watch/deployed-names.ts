import { Aws, Stack, Token } from 'aws-cdk-lib';
import { CfnSubnetGroup } from 'aws-cdk-lib/aws-elasticache';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { IConstruct } from 'constructs';
import { DEFAULT_BUS } from '../../core/contracts/alert-config.ts';
import { ENV } from '../../core/contracts/environment.ts';

/** Values of a Lambda's variables, by the variables' names. */
export type Variables = Readonly<Record<string, string>>;

type ResourceClass<Resource> = abstract new (...parameters: never[]) => Resource;

/** Of a part of the app. */
export function all<Resource>(scope: IConstruct, type: ResourceClass<Resource>): readonly Resource[] {
  return scope.node
    .findAll()
    .filter((each: IConstruct): each is IConstruct & Resource => each instanceof type);
}

/** The resource that a token stands for. */
export function ownerOf<Resource>(
  scope: IConstruct,
  type: ResourceClass<Resource>,
  tokenOf: (resource: Resource) => string,
  token: unknown,
): Resource | undefined {
  return all(scope, type).find((resource) => isSame(scope, tokenOf(resource), token));
}

export function isSame(scope: IConstruct, one: unknown, other: unknown): boolean {
  const stack = Stack.of(scope);
  return JSON.stringify(stack.resolve(one)) === JSON.stringify(stack.resolve(other));
}

class OnlyDeployedError extends Error {
  override readonly name = 'OnlyDeployedError';
}

/**
 * Puts the names of the Lambda's variables in place of what only the deployment knows, and the ARNs of resources that have
 * a name of their own in place of references to them.
 */
export class Names {
  readonly #stack: Stack;
  readonly #byToken: ReadonlyMap<string, string>;
  readonly #arns: ReadonlyMap<string, string>;

  constructor(scope: IConstruct, variables: Variables) {
    const stack = Stack.of(scope);
    this.#stack = stack;
    const texts = (entries: readonly (readonly [value: string, text: string])[]) =>
      new Map(entries.map(([value, text]) => [JSON.stringify(stack.resolve(value)), text]));
    this.#byToken = texts(Object.entries(variables).map(([name, value]) => [value, `{${name}}`]));
    this.#arns = texts([
      // Redrill refuses regions of other partitions.
      [Aws.PARTITION, 'aws'],
      [Aws.ACCOUNT_ID, `{${ENV.account}}`],
      [Aws.REGION, stack.region],
      ...arnsOf(scope, (token) => this.find(token)),
    ]);
  }

  find(token: string): string | undefined {
    return this.#byToken.get(JSON.stringify(this.#stack.resolve(token)));
  }

  /**
   * @param variableFor gives the Lambda a variable with a text that only the deployment knows, and returns its name
   */
  text(value: string, variableFor: (value: string) => string): string {
    try {
      return String(this.fill(value));
    } catch (error) {
      if (error instanceof OnlyDeployedError) return `{${variableFor(value)}}`;
      throw error;
    }
  }

  /** @throws OnlyDeployedError that shows what no variable tells */
  fill(value: unknown): unknown {
    return this.#filled(this.#stack.resolve(value));
  }

  #filled(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const text = JSON.stringify(value);
    const name = this.#byToken.get(text) ?? this.#arns.get(text);
    if (name !== undefined) return name;
    if (Array.isArray(value)) return value.map((item) => this.#filled(item));
    const members = Object.entries(value);
    const [[first, content] = ['', undefined]] = members;
    if (members.length === 1 && first === 'Fn::Join') return this.#joined(content);
    if (members.length === 1 && /^(Ref|Fn::)/.test(first))
      throw new OnlyDeployedError(`only the deployment knows ${text}: give it to the Lambda in a variable`);
    return Object.fromEntries(members.map(([member, each]) => [member, this.#filled(each)]));
  }

  #joined(content: unknown): string {
    const [separator, parts] = content as readonly [string, readonly unknown[]];
    return parts.map((part) => String(this.#filled(part))).join(separator);
  }
}

/** References to resources with a name of their own, and what they come to. */
function arnsOf(
  scope: IConstruct,
  find: (token: string) => string | undefined,
): readonly (readonly [token: string, text: string])[] {
  const here = `${Stack.of(scope).region}:{${ENV.account}}`;
  return [
    ...all(scope, CfnBucket).flatMap((bucket) => {
      const name = find(bucket.ref);
      return name === undefined ? [] : [[bucket.attrArn, `arn:aws:s3:::${name}`] as const];
    }),
    ...all(scope, CfnFunction).map(
      (each) => [each.attrArn, `arn:aws:lambda:${here}:function:${each.functionName}`] as const,
    ),
    ...all(scope, CfnStateMachine).map(
      (each) => [each.ref, `arn:aws:states:${here}:stateMachine:${each.stateMachineName}`] as const,
    ),
    ...all(scope, CfnQueue).map(
      (queue) => [queue.attrArn, `arn:aws:sqs:${here}:${queue.queueName}`] as const,
    ),
    ...all(scope, CfnLogGroup).map(
      (group) => [group.attrArn, `arn:aws:logs:${here}:log-group:${group.logGroupName}:*`] as const,
    ),
    ...all(scope, CfnRule).map(
      ({ attrArn, name, eventBusName = DEFAULT_BUS }) =>
        [
          attrArn,
          `arn:aws:events:${here}:rule/${eventBusName === DEFAULT_BUS ? '' : `${eventBusName}/`}${name}`,
        ] as const,
    ),
    ...all(scope, CfnScheduleGroup).map(
      (group) => [group.attrArn, `arn:aws:scheduler:${here}:schedule-group/${group.name}`] as const,
    ),
    ...all(scope, CfnSubnetGroup).flatMap(({ ref, cacheSubnetGroupName: name }) =>
      Token.isUnresolved(name) ? [] : [[ref, String(name)] as const],
    ),
  ];
}
