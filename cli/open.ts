import type { Command } from 'commander';
import { withVault } from './vault-option.ts';

/** `redrill open`: what it runs is loaded when it runs. */
export function addOpen(redrill: Command): void {
  withVault(redrill.command('open [page]'))
    .description('show the page of all caches, the report of a drill, or a runbook in your browser')
    .option('--no-browser', 'print the address, and start no browser')
    .addHelpText(
      'after',
      `
A page is one of:
  (nothing)              the page of all caches
  <cache>                the report of its last drill
  <cache>/<drill>        the report of this drill, such as sessions/20261122T023000Z; the drill alone is enough
  <runbook>              such as recovery-point-lost; needs neither AWS nor a network

Exit status: 0 shown, 2 not shown.`,
    )
    .action(async (page, options) => {
      const { open } = await import('./open/open.ts');
      await open(page, options);
    });
}
