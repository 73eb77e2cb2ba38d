import { groupId, region as regionForm } from '../../core/contracts/config.ts';
import { fitContract } from '../../core/contracts/problems.ts';
import { resourceNames } from '../../core/contracts/resources.ts';
import { AppError } from '../../core/model/errors.ts';
import { DRILL_CLUSTER_PREFIX } from '../../core/model/names.ts';
import { DEFAULT_NAME, type RestoreChoices } from '../../core/restore/sheet.ts';
import { checkSecretPlace } from '../secret.ts';
import type { Vault, VaultOptions } from '../vault.ts';

type Chosen = Omit<
  RestoreChoices,
  'region' | 'stagingBucket' | 'securityGroups' | 'subnets' | 'serverless' | 'hasToken' | 'compares'
>;

export interface RestoreOptions extends VaultOptions, Chosen {
  readonly plan?: true;
  readonly apply?: true;
  readonly region?: string;
  readonly stagingBucket?: string;
  readonly serverless?: true;
  readonly nodeBased?: true;
  readonly securityGroup: readonly string[];
  readonly subnet: readonly string[];
  readonly authTokenFrom?: string;
  readonly compare: boolean;
  readonly compareUser?: string;
  readonly comparePasswordFrom?: string;
  readonly json?: true;
}

/** @throws AppError `BadInput` for what contradicts itself or cannot be a name */
export function checkOptions(options: RestoreOptions): void {
  if (options.plan && options.apply) throw bad('--plan and --apply exclude each other');
  if (options.serverless && options.nodeBased) throw bad('--serverless and --node-based exclude each other');
  if (options.serverless && options.nodeType !== undefined)
    throw bad('--serverless and --node-type exclude each other: a serverless cache has no nodes');
  if (options.userGroup !== undefined && options.authTokenFrom !== undefined)
    throw bad('--user-group and --auth-token-from exclude each other');
  checkSecretPlace('--auth-token-from', options.authTokenFrom);
  checkSecretPlace('--compare-password-from', options.comparePasswordFrom);
  for (const [name, value, schema] of [
    ['--to', options.to, groupId],
    ['--region', options.region, regionForm],
  ] as const) {
    const fit = fitContract(value, schema.optional(), name);
    if (!fit.fits) throw bad(fit.problems.join('; '));
  }
  if (options.to.startsWith(DRILL_CLUSTER_PREFIX))
    throw bad(
      `--to '${options.to}': clusters named ${DRILL_CLUSTER_PREFIX}… are drills’ own, and deleted after hours; use another id`,
    );
}

const OF_NODES = {
  '--replicas': 'replicas',
  '--cluster-mode': 'clusterMode',
  '--parameter-group': 'parameterGroup',
  '--subnet-group': 'subnetGroup',
  '--auth-token-from': 'authTokenFrom',
} as const satisfies Record<string, keyof RestoreOptions>;

/** @throws AppError `BadInput` for options that the kind of cache does not have */
export function checkKind(options: RestoreOptions, isServerless: boolean): void {
  if (isServerless)
    for (const [option, name] of Object.entries(OF_NODES))
      if (options[name] !== undefined)
        throw bad(
          `${option} is of node-based clusters, and this restore makes a serverless cache; leave it out${options.serverless ? '' : ', or add --node-based'}`,
        );
  if (!isServerless && options.subnet.length > 0)
    throw bad(
      '--subnet is of serverless caches, and this restore makes a node-based cluster; use --subnet-group',
    );
  if (!isServerless && options.userGroup === 'none')
    throw bad(
      '--user-group none is of serverless caches, and this restore makes a node-based cluster; leave it out',
    );
  for (const [option, ids] of [
    ['--subnet', options.subnet],
    ['--security-group', options.securityGroup],
  ] as const)
    if (ids.includes(DEFAULT_NAME) && ids.length > 1)
      throw bad(`${option} ${DEFAULT_NAME} and ids exclude each other`);
}

/** Where the files are staged: in the vault region its staging bucket, in the source region its landing bucket. */
export function stagingBucketOf(
  { config, account }: Vault,
  region: string,
  { stagingBucket }: RestoreOptions,
): string {
  if (stagingBucket !== undefined) return stagingBucket;
  if (region === config.vault.region) return resourceNames.stagingBucket(account, config);
  if (region === config.source.region) return resourceNames.landingBucket(config.account ?? account, config);
  throw bad(
    `Redrill has no bucket in ${region}; name one there that ElastiCache may read, with --staging-bucket`,
  );
}

function bad(message: string): AppError {
  return new AppError('BadInput', message);
}
