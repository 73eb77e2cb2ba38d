import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { ExpectedSettings } from '../../core/contracts/settings.ts';
import type { ConfigurationName } from './configurations.ts';
import type { AppliedRules } from './nag-rules.ts';

/** A resource of a template; tests look at its properties by path, so they are left untyped. */
export interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: the properties of every resource type that CloudFormation has
  readonly Properties: any;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

export interface Synthesised {
  readonly source: Template;
  readonly vault: Template;
  /** Findings of cdk-nag and annotations; empty when there are none. */
  readonly report: { readonly pluginReports: readonly { readonly violations: readonly object[] }[] };
  readonly nagRules: AppliedRules;
  /** What lies beside the bundles of those that compare settings with what was synthesised. */
  readonly expected: readonly ExpectedSettings[];
}

/** What a configuration was synthesised to, by the global set-up. */
export function synthesised(configuration: ConfigurationName | `release ${string}` = 'demo'): Synthesised {
  return JSON.parse(readFileSync(join(inject('syntheses'), `${configuration}.json`), 'utf8'));
}

export function resourcesOf(
  template: Template,
  type: string,
): readonly (Resource & { readonly id: string })[] {
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id, resource]) => ({ id, ...resource }));
}

/** The one resource of a type whose logical id begins so. */
export function resource(template: Template, type: string, idPrefix: string): Resource {
  const [found, ...others] = resourcesOf(template, type).filter(({ id }) => id.startsWith(idPrefix));
  if (found === undefined || others.length > 0) {
    throw new Error(`${1 + others.length} resources of type ${type} begin with ${idPrefix}, not one`);
  }
  return found;
}

/** Intrinsics as text: `<LogicalId.Arn>/*`. */
export function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[name, content] = ['', '']] = Object.entries(value as object);
  if (name === 'Fn::Join') return content[1].map(flat).join(content[0]);
  if (name === 'Fn::GetAtt') return `<${content.join('.')}>`;
  if (name === 'Ref') return `<${content}>`;
  throw new Error(`the tests do not read ${JSON.stringify(value)}`);
}

export function listOf<Item>(value: Item | readonly Item[]): readonly Item[] {
  return Array.isArray(value) ? value : [value as Item];
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly Principal?: unknown;
}

export interface RoleView {
  readonly id: string;
  readonly name: string | undefined;
  readonly trust: readonly Statement[];
  readonly statements: readonly Statement[];
}

export function rolesOf(template: Template): readonly RoleView[] {
  return resourcesOf(template, 'AWS::IAM::Role').map(({ id, Properties }) => ({
    id,
    name: Properties.RoleName,
    trust: Properties.AssumeRolePolicyDocument.Statement,
    statements: (Properties.Policies ?? []).flatMap(
      (policy: { PolicyDocument: { Statement: Statement[] } }) => policy.PolicyDocument.Statement,
    ),
  }));
}
