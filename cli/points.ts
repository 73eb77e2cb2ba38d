import type { Command } from 'commander';
import { withVault } from './vault-option.ts';

/** The commands about recovery points; what they run is loaded when it runs. */
export function addPoints(redrill: Command): void {
  withVault(redrill.command('points <cache>'))
    .description('list the recovery points of a cache, newest first')
    .option('--before <time>', 'only those of slots before this instant, for example 2026-11-21T06:00Z')
    .option('--explain', 'say of each what earned its tier, and why it is kept or released')
    .option('--json', 'one JSON object instead of the table: a stable contract, see docs/cli.md')
    .action(async (cache, options) => (await import('./points/list.ts')).list(cache, options));
  withVault(redrill.command('accept <cache> <slot>'))
    .description('say that a suspect recovery point is right: later ones are measured against it')
    .requiredOption('--why <reason>', 'what happened; it is kept in the record')
    .action(async (cache, slot, options) =>
      (await import('./points/decide.ts')).accept(cache, slot, options),
    );
  withVault(redrill.command('hold <cache> <slot>'))
    .description('keep a recovery point until it is let go, whatever its age')
    .requiredOption('--why <reason>', 'what for; it is kept in the registry')
    .action(async (cache, slot, options) => (await import('./points/decide.ts')).hold(cache, slot, options));
  withVault(redrill.command('unhold <cache> <slot>'))
    .description('let a held recovery point go: it is released as others of its age are')
    .action(async (cache, slot, options) =>
      (await import('./points/decide.ts')).unhold(cache, slot, options),
    );
}
