import type { Command } from 'commander';
import { POINT_FORM } from '../core/model/point-name.ts';
import { withVault } from './vault-option.ts';

/** `redrill show`: what it runs is loaded when it runs. */
export function addShow(redrill: Command): void {
  withVault(redrill.command('show <point> [which]'))
    .description('everything that is recorded about a recovery point')
    .option('--json', 'one JSON object instead of the text: a stable contract, see docs/cli.md')
    .addHelpText('after', `\nA point is ${POINT_FORM}; or the two in two words.`)
    .addHelpText(
      'after',
      '\nExit status: 0 verified, whole, and no drill has shown it to be bad; 1 not; 2 not shown.',
    )
    .action(async (point, which, options) => {
      const { show } = await import('./show/show.ts');
      process.exitCode = await show(point, which, options);
    });
}
