import type { Command } from 'commander';
import { withVault } from './vault-option.ts';

/** `redrill status`: what it runs is loaded when it runs. */
export function addStatus(redrill: Command): void {
  withVault(redrill.command('status [cache]'))
    .description(
      'how every cache stands: its newest verified copy against its RPO, its last drill, what to do',
    )
    .option('--all', 'list every cache, however many are well')
    .option('--json', 'one JSON object instead of the screen: a stable contract, see docs/cli.md')
    .option(
      '--plugin',
      'one line and the exit status of a monitoring plug-in: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN',
    )
    .addHelpText(
      'after',
      '\nExit status: 0 all well, 1 something is wrong, 2 not looked; --plugin has its own.',
    )
    .action(async (cache, options) => {
      const { status } = await import('./status/status.ts');
      process.exitCode = await status(cache, options);
    });
}
