import { type IResolvable, Token } from 'aws-cdk-lib';
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Config, ConfigInput } from '../core/contracts/config.ts';
import { parseConfig } from '../core/contracts/parse-config.ts';
import { AppError } from '../core/model/errors.ts';
import type { BuiltLambdas } from './lambda/bundles.ts';

/**
 * What both halves are made of. A configuration as `redrill/config` types it fits; keys and networks may be constructs
 * as well. Give both halves the same properties.
 */
export interface RedrillProps {
  /** Account of the caches. Required if the vault is in another one. @default the account of the stack */
  readonly account?: string | undefined;
  /** The half beside the caches. */
  readonly source: SourceOptions;
  /** The half that holds the copies. */
  readonly vault: VaultOptions;
  /** How often caches are backed up and drilled, and how long copies are kept, by the plans' names. */
  readonly plans: ConfigInput['plans'];
  /**
   * Plan of each cache, by the id of its replication group, or of its cluster outside a group. `protect` adds to these, and
   * the tag `redrill:plan` on a cache protects it as well.
   * @default none
   */
  readonly caches?: ConfigInput['caches'];
  /** Redis and Valkey servers of your own, by the names that you give them. Their hosts run `redrill ship`. @default none */
  readonly servers?: ConfigInput['servers'];
  /** Who gets alerts, and over which channels. @default topics without subscriptions, a test message every Monday */
  readonly alerts?: ConfigInput['alerts'];
  /** SSM parameter of the vault region with the URL that is pinged while all is well. @default no heartbeat */
  readonly heartbeat?: ConfigInput['heartbeat'];
  /** Account of the credentials that deploy, which `account` is unless it is given. @default the account of the stack */
  readonly deployer?: string | undefined;
  /** Built Lambdas. @default those of this installation */
  readonly lambdas?: BuiltLambdas | undefined;
}

export interface SourceOptions {
  /** Region of the caches, such as `eu-west-1`. The stack must be in it. */
  readonly region: string;
  /**
   * Customer managed keys that caches are encrypted at rest with, or their ARNs. ElastiCache encrypts snapshots with
   * the same key. At most 40.
   * @default none
   */
  readonly kmsKeys?: readonly (string | IKey)[] | undefined;
}

type VaultInput = ConfigInput['vault'];

export interface VaultOptions extends Omit<VaultInput, 'drillNetwork'> {
  /** Region of the copies, such as `eu-central-1`. The stack must be in it. Another one than the source's. */
  readonly region: string;
  /** Account of the copies. @default the source's */
  readonly account?: VaultInput['account'];
  /**
   * Object Lock: nobody can delete a version that is younger than `days`, or than the days of its tier.
   * @default mode `governance`, 1 day, no tiers
   */
  readonly lock?: VaultInput['lock'];
  /**
   * Your own key for the vault, instead of one that the stack makes. Its policy stays yours: it must let IAM policies of the
   * account grant its use, and whoever can delete the key can make every copy unreadable. Redrill does not watch it.
   * @default a key of the stack's own, which only the role `redrill-break-glass` can delete
   */
  readonly key?: IKey | undefined;
  /** ARN of the key that an earlier deployment of Redrill made, to be used again with its vault. @default none */
  readonly kmsKeyArn?: VaultInput['kmsKeyArn'];
  /** How ElastiCache may read staged files: by the bucket's policy, or by an ACL of each file too. @default `policy` */
  readonly seedGrant?: VaultInput['seedGrant'];
  /**
   * Where drills run: a VPC and its subnets, or their ids. The subnets need a route to S3's gateway endpoint and nothing
   * else.
   * @default an isolated VPC of the stack's own
   */
  readonly drillNetwork?: VaultInput['drillNetwork'] | DrillNetworkOptions;
  /** Availability zones of that isolated VPC, such as `eu-central-1b`. @default the first two of the region */
  readonly drillZones?: VaultInput['drillZones'];
  /** Shards of one cache that are copied and read at the same time, 1 to 40. @default 4 */
  readonly shardsAtOnce?: VaultInput['shardsAtOnce'];
}

export interface DrillNetworkOptions {
  readonly vpc: IVpc;
  /** @default the isolated subnets of the VPC */
  readonly subnets?: SubnetSelection | undefined;
}

/** What the properties have besides a configuration: it travels with the Lambdas, where constructs cannot go. */
export interface Given {
  /** ARNs of caches' keys that only the deployment knows. */
  readonly cacheKeys: readonly string[];
  readonly vaultKey: IKey | undefined;
  readonly drillNetwork: DrillNetworkOptions | undefined;
}

/**
 * @param path of the construct, for errors
 * @throws AppError `BadConfig` that names every property that is wrong, its value, and the fix
 */
export function readProps(
  props: RedrillProps,
  path: string,
): { readonly config: Config; readonly given: Given } {
  const { source, vault, deployer: _, lambdas: __, ...rest } = props;
  const { key, drillNetwork, ...vaultInput } = vault;
  const network = drillNetwork !== undefined && 'vpc' in drillNetwork ? drillNetwork : undefined;
  const keys = (source.kmsKeys ?? []).map((each) => (typeof each === 'string' ? each : each.keyArn));
  const input = {
    ...rest,
    source: { ...source, kmsKeys: keys.filter((arn) => !Token.isUnresolved(arn)) },
    vault: { ...vaultInput, ...(network === undefined && drillNetwork !== undefined && { drillNetwork }) },
  };
  refuse(path, [...tokenProblems(input, []), ...twofoldProblems(vault, network)]);
  return {
    config: parseConfig(input, path),
    given: {
      cacheKeys: keys.filter((arn) => Token.isUnresolved(arn)),
      vaultKey: key,
      drillNetwork: network,
    },
  };
}

function refuse(path: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new AppError(
    'BadConfig',
    `${path} cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
  );
}

function tokenProblems(value: unknown, path: readonly (string | number)[]): readonly string[] {
  if (Token.isUnresolved(value as string | number | IResolvable))
    return [
      `${path.join('.')}: only the deployment knows it, and the Lambdas carry the configuration; give the value itself`,
    ];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => tokenProblems(each, [...path, name]));
}

/** What the configuration's own rules do not see. */
function twofoldProblems(
  { key, kmsKeyArn, drillZones = [] }: VaultOptions,
  network: DrillNetworkOptions | undefined,
): readonly string[] {
  return [
    ...(key === undefined || kmsKeyArn === undefined
      ? []
      : ['vault.key: vault.kmsKeyArn names a key too; omit one of the two']),
    ...(network === undefined || drillZones.length === 0
      ? []
      : ['vault.drillZones: the VPC of vault.drillNetwork has zones of its own; omit one of the two']),
  ];
}
