import { type Command, Option } from 'commander';
import { withVault } from './vault-option.ts';

/** `redrill status`: what it runs is loaded when it runs. */
export function addStatus(redrill: Command): void {
  withVault(redrill.command('status [cache]'))
    .description(
      'show the state of every cache: its newest verified copy and RPO, its last drill, what to do',
    )
    .option('--all', 'list all caches, also those without a problem')
    .option('--json', 'one JSON object instead of the screen: a stable contract, see docs/cli.md')
    .option(
      '--plugin',
      'one line and the exit status of a monitoring plug-in: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN',
    )
    .addOption(
      new Option('--openmetrics', 'gauges for Prometheus: a stable contract, see docs/metrics.md').conflicts([
        'json',
        'plugin',
        'all',
      ]),
    )
    .addHelpText('after', '\nExit status: 0 no problem, 1 problems, 2 not checked; --plugin has its own.')
    .action(async (cache, options) => {
      const { status } = await import('./status/status.ts');
      process.exitCode = await status(cache, options);
    });
}
