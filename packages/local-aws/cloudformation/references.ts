import { NotModelledError } from '../model/service.ts';
import type { References } from './intrinsics.ts';
import type { StackIdentity } from './resource.ts';
import type { DeployedResource } from './stack.ts';
import type { TemplateValue } from './template.ts';

interface ReferenceSources {
  /** Parameters and pseudo parameters. */
  readonly named: Readonly<Record<string, TemplateValue>>;
  readonly created: ReadonlyMap<string, DeployedResource>;
}

/** Where a template's references lead while its stack is being deployed. */
export function referencesOf({ named, created }: ReferenceSources): References {
  return {
    ref: (name) => (Object.hasOwn(named, name) ? named[name] : created.get(name)?.ref),
    attribute: (logicalId, name) => {
      const resource = created.get(logicalId);
      const value = resource?.attributes[name];
      if (value !== undefined) return value;
      throw new NotModelledError(`the attribute ${name} of ${resource?.type ?? 'a resource'} (${logicalId})`);
    },
    availabilityZones: (region) => ['a', 'b', 'c'].map((zone) => `${region}${zone}`),
  };
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
