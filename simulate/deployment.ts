import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Definition } from '@redrill/local-aws/states-language';
import type { Config } from '../core/contracts/config.ts';
import { WORKFLOWS, type Workflow } from '../core/contracts/resources.ts';
import { SOURCE_STACK, VAULT_STACK } from '../lib/app.ts';
import { synthesiseToRead } from '../lib/synthesise.ts';

/** What is simulated is what was synthesised: this is read from the two templates, and nothing is written by hand. */
export interface Deployment {
  readonly machines: Readonly<Record<Workflow, Machine>>;
  readonly schedules: readonly Schedule[];
  /** `LifecycleConfiguration` of the buckets, as the templates have it. */
  readonly lifecycles: Readonly<Record<Bucket, unknown>>;
  /** Which have an action and are told, by name. */
  readonly alarms: readonly string[];
  /** Seconds after which Lambda ends an invocation, by the name of the file in lambdas/. */
  readonly timeouts: Readonly<Record<string, number>>;
  readonly permissions: readonly Permission[];
}

export type Bucket = 'landing' | 'vault' | 'staging';

export type Machine = Definition & { readonly TimeoutSeconds: number };

export interface Schedule {
  readonly name: string;
  readonly expression: string;
  readonly lambda: string;
  /** JSON, with Scheduler's context attributes still in it. */
  readonly input: string;
  readonly maximumAgeSeconds: number;
}

export interface Permission {
  readonly role: string;
  readonly effect: string;
  readonly actions: readonly string[];
}

interface Resource {
  readonly id: string;
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the properties of every resource type that CloudFormation has
  readonly Properties: any;
}

/** Without bundles of the Lambdas: the simulation runs their sources. */
export function deploymentOf(config: Config): Deployment {
  return synthesiseToRead({ config }, (assembly) =>
    read(
      [SOURCE_STACK, VAULT_STACK].flatMap((stack) => {
        const { Resources } = JSON.parse(readFileSync(join(assembly, `${stack}.template.json`), 'utf8'));
        return Object.entries<Resource>(Resources).map(([id, resource]) => ({ ...resource, id }));
      }),
    ),
  );
}

function read(resources: readonly Resource[]): Deployment {
  const of = (type: string) => resources.filter(({ Type }) => Type === type);
  const lambdas = new Map(
    of('AWS::Lambda::Function').map(({ id, Properties }) => [id, nameOf(Properties.FunctionName)]),
  );
  const buckets = of('AWS::S3::Bucket');
  const lifecycleOf = (bucket: Bucket) =>
    buckets.find(({ Properties }) => flat(Properties.BucketName ?? '').startsWith(`redrill-${bucket}-`))
      ?.Properties.LifecycleConfiguration;
  return {
    machines: Object.fromEntries(
      WORKFLOWS.map((workflow) => [workflow, machineOf(of, workflow, lambdas)]),
    ) as unknown as Deployment['machines'],
    schedules: of('AWS::Scheduler::Schedule').map(({ Properties }) => scheduleOf(Properties, lambdas)),
    lifecycles: {
      landing: lifecycleOf('landing'),
      vault: lifecycleOf('vault'),
      staging: lifecycleOf('staging'),
    },
    alarms: of('AWS::CloudWatch::Alarm')
      .filter(({ Properties }) => (Properties.AlarmActions ?? []).length > 0)
      .map(({ Properties }) => String(Properties.AlarmName)),
    timeouts: Object.fromEntries(
      of('AWS::Lambda::Function').map(({ Properties }) => [
        nameOf(Properties.FunctionName),
        Properties.Timeout,
      ]),
    ),
    permissions: of('AWS::IAM::Role').flatMap(permissionsOf),
  };
}

type ResourcesOf = (type: string) => readonly Resource[];

function machineOf(of: ResourcesOf, workflow: Workflow, lambdas: ReadonlyMap<string, string>): Machine {
  const found = of('AWS::StepFunctions::StateMachine').find(
    ({ Properties }) => Properties.StateMachineName === `redrill-${workflow}`,
  );
  if (found === undefined) throw new Error(`no state machine redrill-${workflow} was synthesised`);
  return JSON.parse(flat(found.Properties.DefinitionString), (_name, value) =>
    typeof value === 'string' ? (lambdaOf(value, lambdas) ?? value) : value,
  );
}

function scheduleOf(properties: Resource['Properties'], lambdas: ReadonlyMap<string, string>): Schedule {
  const lambda = lambdaOf(flat(properties.Target.Arn), lambdas);
  if (lambda === undefined || properties.State !== 'ENABLED')
    throw new Error(`schedule ${properties.Name} is not an enabled schedule of a Lambda`);
  return {
    name: properties.Name,
    expression: properties.ScheduleExpression,
    lambda,
    input: properties.Target.Input,
    maximumAgeSeconds: properties.Target.RetryPolicy.MaximumEventAgeInSeconds,
  };
}

function permissionsOf({ id, Properties }: Resource): readonly Permission[] {
  return (Properties.Policies ?? []).flatMap(
    ({
      PolicyDocument,
    }: {
      PolicyDocument: { Statement: { Effect: string; Action: string | string[] }[] };
    }) =>
      PolicyDocument.Statement.map(({ Effect, Action }) => ({
        role: id,
        effect: Effect,
        actions: [Action].flat(),
      })),
  );
}

/** The Lambda that `<LogicalId.Arn>` names. */
function lambdaOf(text: string, lambdas: ReadonlyMap<string, string>): string | undefined {
  const [, id = ''] = /^<(\w+)\.Arn>$/.exec(text) ?? [];
  return lambdas.get(id);
}

function nameOf(functionName: unknown): string {
  return String(functionName).replace(/^redrill-/, '');
}

/** Intrinsics as text: `<LogicalId.Arn>`. */
function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[name, content] = ['', '']] = Object.entries(value as object);
  if (name === 'Fn::Join') return content[1].map(flat).join(content[0]);
  if (name === 'Fn::GetAtt') return `<${content.join('.')}>`;
  if (name === 'Ref') return `<${content}>`;
  throw new Error(`the simulation does not read ${JSON.stringify(value)}`);
}
