import type { Command } from 'commander';
import { withVault } from './vault-option.ts';

/** `redrill rebuild`: what it runs is loaded when it runs. */
export function addRebuild(redrill: Command): void {
  withVault(redrill.command('rebuild <cache>'))
    .description('show what a lost registry entry can be rebuilt from; with --apply, rebuild it')
    .option('--apply', 'write the entry')
    .addHelpText(
      'after',
      '\nThe command never changes a usable entry. Exit status: 0 the entry is usable or can be rebuilt, 2 refused.',
    )
    .action(async (cache, options) => (await import('./rebuild/rebuild.ts')).rebuild(cache, options));
}
