import type { Command } from 'commander';
import { withVault } from './vault-option.ts';

/** `redrill drill`: what it runs is loaded when it runs. */
export function addDrill(redrill: Command): void {
  withVault(redrill.command('drill <cache>'))
    .description(
      'restore a recovery point into a temporary cluster, compare every key, and delete the cluster',
    )
    .option(
      '--choose <which>',
      'latest, random (of the plan’s window), a slot such as 20261121T060000Z, or a time',
      'latest',
    )
    .option('--no-follow', 'start it, and do not wait until it ends')
    .option('--json', 'the report as one JSON object, at the end')
    .addHelpText('after', '\nExit status: 0 passed or started, 1 failed, 2 not drilled.')
    .action(async (cache, options) => {
      const { drill } = await import('./drill/drill.ts');
      process.exitCode = await drill(cache, options);
    });
}
