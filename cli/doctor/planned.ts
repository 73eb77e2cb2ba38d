import type { Assembly } from '@redrill/local-aws/cloudformation';
import type { Config } from '../../core/contracts/config.ts';
import type { DoctorPlace } from '../../core/doctor/findings.ts';
import { AppError } from '../../core/model/errors.ts';
import { assemblyIn } from './assembly.ts';

/** A resource of one stack's template. Intrinsic functions are resolved as far as that is possible before a deployment. */
export interface PlannedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What a deployment makes in one place. @throws AppError `BadInput` if the assembly has no stack for it */
export type Planned = (place: DoctorPlace) => Promise<readonly PlannedResource[]>;

/** @param folder a cloud assembly; without one, the configuration is synthesised, which takes seconds */
export function plannedResources(config: Config, account: string, folder: string | undefined): Planned {
  let assembly: Promise<Assembly> | undefined;
  return async (place) => {
    assembly ??= folder === undefined ? synthesised(config, account) : Promise.resolve(assemblyIn(folder));
    const { stacks } = await assembly;
    const stack = stacks.find(
      (each) => each.region === place.region && (each.account ?? place.account) === place.account,
    );
    if (stack === undefined)
      throw new AppError(
        'BadInput',
        `the cloud assembly has no stack for account ${place.account}, region ${place.region}; write it with npx cdk synth, or name another one with --assembly`,
      );
    const { resources } = stack.template;
    const buckets = new Map(
      resources
        .filter(({ type }) => type === 'AWS::S3::Bucket')
        .map(({ logicalId, properties }) => [logicalId, fill(properties.BucketName, place, new Map())]),
    );
    return resources.map(({ logicalId, type, properties }) => ({
      logicalId,
      type,
      properties: fill(properties, place, buckets) as PlannedResource['properties'],
    }));
  };
}

async function synthesised(config: Config, deployer: string): Promise<Assembly> {
  const { synthesiseToRead } = await import('../../lib/synthesise.ts');
  return synthesiseToRead({ config, deployer }, assemblyIn);
}

/** What only the deployment knows stays as text that names it. */
function fill(value: unknown, place: DoctorPlace, buckets: ReadonlyMap<string, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => fill(each, place, buckets));
  const members = Object.entries(value);
  const [[first, content] = ['', undefined]] = members;
  if (members.length === 1 && /^(Ref|Fn::)/.test(first)) return filled(first, content, { place, buckets });
  return Object.fromEntries(members.map(([member, each]) => [member, fill(each, place, buckets)]));
}

interface Known {
  readonly place: DoctorPlace;
  readonly buckets: ReadonlyMap<string, unknown>;
}

function filled(name: string, content: unknown, { place, buckets }: Known): unknown {
  if (name === 'Fn::Join') {
    const [separator, parts] = content as readonly [string, readonly unknown[]];
    return parts.map((part) => String(fill(part, place, buckets))).join(separator);
  }
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Partition': 'aws',
    'AWS::AccountId': place.account,
    'AWS::Region': place.region,
  };
  if (name === 'Ref') return pseudo[String(content)] ?? buckets.get(String(content)) ?? `{${content}}`;
  const [logicalId = '', attribute] = Array.isArray(content) ? (content as readonly string[]) : [];
  const bucket = attribute === 'Arn' ? buckets.get(logicalId) : undefined;
  return bucket === undefined ? `{${logicalId}.${attribute}}` : `arn:aws:s3:::${bucket}`;
}
