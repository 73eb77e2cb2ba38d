import type { Command } from 'commander';
import { reason } from './option-values.ts';
import { withVault } from './vault-option.ts';

/** `redrill forget`: what it runs is loaded when it runs. */
export function addForget(redrill: Command): void {
  withVault(redrill.command('forget <cache>'))
    .description('stop watching a cache that was removed on purpose; its recovery points stay')
    .option('--why <reason>', 'what happened to it; stored in the registry', reason)
    .option('--undo', 'watch it again')
    .option('--even-if-it-exists', 'forget it although it exists, or its existence cannot be checked')
    .option('--json', 'one JSON object instead of the text: a stable contract, see docs/cli.md')
    .addHelpText('after', '\nExit status: 0 done, 2 refused: the cache is still watched.')
    .action(async (cache, options) => (await import('./forget/forget.ts')).forget(cache, options));
}
