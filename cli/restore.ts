import { type Command, Option } from 'commander';
import { nodeType, region, replicas } from './option-values.ts';
import { withVault } from './vault-option.ts';

const EXIT_STATUS = `
Exit status: 0 the plan can be applied, or it was; 1 something is missing before it can, a drill has shown the recovery
point to be bad, or the restored data differ; 2 not restored, or not compared because the cluster cannot be reached from here.`;

/** `redrill restore`: what it runs is loaded when it runs. */
export function addRestore(redrill: Command): void {
  const restore = withVault(redrill.command('restore <cache-or-point> [which]'))
    .description('create a new cache from a recovery point; shows a plan first')
    .requiredOption('--to <id>', 'the new replication group or serverless cache')
    .option('--plan', 'show what would be created, and what differs from the cache (the default)')
    .option('--apply', 'create it; you can interrupt the command and run it again')
    .option('--region <region>', 'region of the new cache; default: the vault’s', region)
    .option('--staging-bucket <bucket>', 'a bucket in that region that ElastiCache may read');
  addClusterOptions(restore);
  restore
    .option('--no-compare', 'do not read and compare the restored keys')
    .option('--compare-user <name>', 'log in as this user to compare')
    .option('--compare-password-from <where>', 'that user’s password: env:<NAME>, ssm:<parameter>, stdin')
    .option('--json', 'the plan or the report as one JSON object: a stable contract, see docs/cli.md')
    .addHelpText('after', EXIT_STATUS)
    .action(async (cacheOrPoint, which, options) => {
      const { restore } = await import('./restore/restore.ts');
      process.exitCode = await restore([cacheOrPoint, which], options);
    });
}

/** What is not given is as the cache was. */
function addClusterOptions(restore: Command): void {
  restore
    .option('--serverless', 'create a serverless cache; default: as the cache was')
    .option('--node-based', 'create a replication group; default: as the cache was')
    .addOption(
      new Option('--engine <engine>', 'default: as recorded; Redis OSS can become Valkey').choices([
        'redis',
        'valkey',
      ]),
    )
    .option('--engine-version <version>', 'such as 8.0 (8 if serverless); default: as recorded')
    .option(
      '--node-type <type>',
      'such as cache.r7g.large; default: as recorded, or the smallest for a serverless cache’s data',
      nodeType,
    )
    .option('--replicas <n>', 'replicas per shard; default: as recorded', replicas)
    .addOption(
      new Option('--cluster-mode <mode>', 'default: as recorded; off can become on').choices(['on', 'off']),
    )
    .option('--parameter-group <name>', 'a parameter group of that region, or default')
    .option('--subnet-group <name>', 'a cache subnet group of that region')
    .option(
      '--subnet <id>',
      'of a serverless cache: a subnet of that region, or default; may be repeated',
      collected,
      [],
    )
    .option(
      '--security-group <id>',
      'a security group of that region, or default; may be repeated',
      collected,
      [],
    )
    .option('--user-group <id>', 'user group whose users may log in; of a serverless cache also none')
    .option('--auth-token-from <where>', 'the AUTH token: env:<NAME>, ssm:<parameter>, stdin');
}

function collected(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
