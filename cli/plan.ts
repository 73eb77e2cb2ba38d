import type { Command } from 'commander';
import { positiveNumber, shardCount } from './option-values.ts';
import { withConfig } from './vault-option.ts';

/** `redrill plan`: what it runs is loaded when it runs. */
export function addPlan(redrill: Command): void {
  withConfig(redrill.command('plan'))
    .description(
      'show what the configuration means: backups a day against the quota, storage, cost, achievable RPO and RTO',
    )
    .option('--gb <size>', 'total size of the RDB files of one backup', positiveNumber, 1)
    .option('--shards <count>', 'number of shards', shardCount, 1)
    .option('--json', 'one JSON object instead of the text: a stable contract, see docs/cli.md')
    .addHelpText(
      'after',
      '\nIt needs no credentials. Exit status: 0 every plan can meet its objectives, 1 one cannot, 2 not planned.',
    )
    .action(async (options) => {
      const { plan } = await import('./plan/plan.ts');
      process.exitCode = await plan(options);
    });
}
