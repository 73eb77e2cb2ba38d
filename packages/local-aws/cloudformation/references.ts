import { NotModelledError, ServiceError } from '../model/service.ts';
import { type References, resolve } from './intrinsics.ts';
import type { StackIdentity } from './resource.ts';
import type { DeployedResource } from './stack.ts';
import type { Template, TemplateValue } from './template.ts';

interface ReferenceSources {
  /** Parameters and pseudo parameters. */
  readonly named: Readonly<Record<string, TemplateValue>>;
  readonly created: ReadonlyMap<string, DeployedResource>;
  readonly conditions: Template['conditions'];
}

/** Where a template's references lead while its stack is being deployed. */
export function referencesOf({ named, created, conditions }: ReferenceSources): References {
  const references: References = {
    ref: (name) => (Object.hasOwn(named, name) ? named[name] : created.get(name)?.ref),
    attribute: (logicalId, name) => {
      const resource = created.get(logicalId);
      const value = resource?.attributes[name];
      if (value !== undefined) return value;
      throw new NotModelledError(`the attribute ${name} of ${resource?.type ?? 'a resource'} (${logicalId})`);
    },
    availabilityZones: (region) => ['a', 'b', 'c'].map((zone) => `${region}${zone}`),
    condition: (name) => {
      const condition = Object.hasOwn(conditions, name) ? conditions[name] : undefined;
      if (condition !== undefined) return resolve(condition, references) === true;
      throw new ServiceError(
        'ValidationError',
        `Template format error: Unresolved condition dependency ${name} in the template`,
      );
    },
  };
  return references;
}

/** A template as the parameters make it: without the resources whose conditions do not hold. */
export function presentIn(template: Template, references: References): Template {
  const resources = template.resources.filter(
    ({ condition }) => condition === undefined || references.condition(condition),
  );
  return { ...template, resources };
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html */
export function pseudoParameters(stack: StackIdentity, stackId: string): Readonly<Record<string, string>> {
  return {
    'AWS::AccountId': stack.account,
    'AWS::Partition': 'aws',
    'AWS::Region': stack.region,
    'AWS::StackId': stackId,
    'AWS::StackName': stack.name,
    'AWS::URLSuffix': 'amazonaws.com',
  };
}
