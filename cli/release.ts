import type { Command } from 'commander';
import { reason } from './option-values.ts';
import { withVault } from './vault-option.ts';

/** `redrill release`: what it runs is loaded when it runs. */
export function addRelease(redrill: Command): void {
  withVault(redrill.command('release <cache>'))
    .description('let S3 expire the kept copies of an earlier cache of this name; lists them first')
    .requiredOption(
      '--lineage <created>',
      'the earlier cache, by its creation time as `redrill points <cache>` shows it',
    )
    .option('--why <reason>', 'why its copies are no longer needed; stored in the registry', reason)
    .option('--apply', 'release them; without this option, nothing is changed')
    .addHelpText('after', '\nExit status: 0 released, or listed; 2 refused.')
    .action(async (cache, options) => (await import('./release/release.ts')).release(cache, options));
}
