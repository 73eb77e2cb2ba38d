import type { Command } from 'commander';
import { POINT_FORM } from '../core/model/point-name.ts';
import { reason } from './option-values.ts';
import { withVault } from './vault-option.ts';

const A_POINT = `\nA point is ${POINT_FORM}, or the two as separate words.`;

/** The commands about recovery points; what they run is loaded when it runs. */
export function addPoints(redrill: Command): void {
  withVault(redrill.command('points <cache>'))
    .description('list the recovery points of a cache, newest first')
    .option(
      '--before <time>',
      'only those of slots before this instant (UTC), for example 2026-11-21T06:00Z, or a slot',
    )
    .option('--explain', 'show for each why it has its tier, and why it is kept or released')
    .option('--json', 'one JSON object instead of the table: a stable contract, see docs/cli.md')
    .addHelpText('after', '\nExit status: 0 listed, 1 one of them has failed a drill, 2 not listed.')
    .action(async (cache, options) => {
      const { list } = await import('./points/list.ts');
      process.exitCode = await list(cache, options);
    });
  withVault(redrill.command('accept <point> [which]'))
    .description('accept a suspect recovery point: later ones are compared with it')
    .requiredOption('--why <reason>', 'what happened; stored in the record', reason)
    .addHelpText('after', A_POINT)
    .action(async (first, second, options) =>
      (await import('./points/decide.ts')).accept(first, second, options),
    );
  withVault(redrill.command('hold <point> [which]'))
    .description('keep a recovery point, whatever its age, until you unhold it')
    .requiredOption('--why <reason>', 'the reason; stored in the registry', reason)
    .addHelpText('after', A_POINT)
    .action(async (first, second, options) =>
      (await import('./points/decide.ts')).hold(first, second, options),
    );
  withVault(redrill.command('unhold <point> [which]'))
    .description('end the hold of a recovery point: Redrill then releases it like others of its age')
    .addHelpText(
      'after',
      '\nA point is named by its slot here: sessions/20261121T060000Z, or the two as separate words.',
    )
    .action(async (first, second, options) =>
      (await import('./points/decide.ts')).unhold(first, second, options),
    );
}
