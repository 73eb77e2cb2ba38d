import { invalidValue } from './refusals.ts';

/**
 * Names of replication groups and snapshots: 1 to 40 letters, digits and hyphens, the first a letter, no two hyphens
 * together and none at the end; stored in lower case.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-manual.html and
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
 */
const NAME = /^[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*$/;
const USUAL_CHARACTERS = 40;

/** The name in its stored form. */
export function parseName(parameter: string, given = '', mostCharacters = USUAL_CHARACTERS): string {
  const name = given.toLowerCase();
  if (NAME.test(name) && name.length <= mostCharacters) return name;
  throw invalidValue(
    `The parameter ${parameter} is not a valid identifier: '${given}'. Identifiers must begin with a letter; ` +
      'must contain only ASCII letters, digits, and hyphens; must not end with a hyphen or contain two consecutive ' +
      `hyphens; and must not be longer than ${mostCharacters} characters.`,
  );
}

/** Types of resource in ElastiCache's ARNs. */
export type ResourceType =
  | 'cluster'
  | 'parametergroup'
  | 'replicationgroup'
  | 'serverlesscache'
  | 'serverlesscachesnapshot'
  | 'snapshot'
  | 'subnetgroup'
  | 'user'
  | 'usergroup';

/** Where a resource lives. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/IAM.ResourceLevelPermissions.html */
export function arnOf({ account, region }: Place, type: ResourceType, name: string): string {
  return `arn:aws:elasticache:${region}:${account}:${type}:${name}`;
}
