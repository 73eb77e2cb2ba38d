import type { Command } from 'commander';
import { POINT_FORM } from '../core/model/point-name.ts';
import { withVault } from './vault-option.ts';

/** `redrill show`: what it runs is loaded when it runs. */
export function addShow(redrill: Command): void {
  withVault(redrill.command('show <point> [which]'))
    .description('show everything that is recorded about a recovery point')
    .option('--json', 'one JSON object instead of the text: a stable contract, see docs/cli.md')
    .addHelpText('after', `\nA point is ${POINT_FORM}, or the two as separate words.`)
    .addHelpText(
      'after',
      '\nExit status: 0 verified, complete, and not failed in a drill; 1 not; 2 not shown.',
    )
    .action(async (point, which, options) => {
      const { show } = await import('./show/show.ts');
      process.exitCode = await show(point, which, options);
    });
}
