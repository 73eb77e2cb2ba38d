import type { Command } from 'commander';
import { withVault } from './vault-option.ts';

/** `redrill backup`: what it runs is loaded when it runs. */
export function addBackup(redrill: Command): void {
  withVault(redrill.command('backup <cache>'))
    .description('back up a cache now, and wait until its copy in the vault has a verdict')
    .option('--no-follow', 'start it, and do not wait until it ends')
    .option('--json', 'one JSON object at the end: a stable contract, see docs/cli.md')
    .addHelpText('after', '\nCtrl-C stops the waiting, not the backup.')
    .addHelpText(
      'after',
      '\nExit status: 0 verified or started, 1 suspect, corrupt or failed, 2 not started.',
    )
    .action(async (cache, options) => {
      const { backup } = await import('./backup/backup.ts');
      process.exitCode = await backup(cache, options);
    });
}
