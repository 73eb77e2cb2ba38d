import type { Command } from 'commander';
import { refuseMoreWords } from './one-word.ts';
import { region, wholeNumber } from './option-values.ts';
import { withVault } from './vault-option.ts';

/** `redrill compare`: what it runs is loaded when it runs. */
export function addCompare(redrill: Command): void {
  withVault(redrill.command('compare'))
    .description('list the keys that differ between a cache and a recovery point or an RDB file')
    .argument('<point|file>', 'such as orders/latest, orders/20261121T060000Z, or dump.rdb')
    .argument('<url|cache>', 'redis://host:6379, rediss://user@host (TLS), or the id of a cache')
    .option('--limit <names>', 'maximum number of keys to list of each kind', wholeNumber, 20)
    .option('--exact', 'also exit with 1 if keys exist only in the cache')
    .option('--region <region>', 'region of the cache; by default the source’s', region)
    .option('--ca <file>', 'certificates to trust instead of the system’s')
    .option('--json', 'one JSON object instead of the report: a stable contract, see docs/cli.md')
    .addHelpText(
      'after',
      '\nThe password comes from the URL or, better, from REDRILL_REDIS_PASSWORD.' +
        '\nExit status: 0 no key is missing or differs, 1 keys are missing or differ, or the source is not sound, 2 not compared.',
    )
    .allowExcessArguments()
    .action(async (source, target, options, command) => {
      refuseMoreWords(command);
      const { compare } = await import('./compare/compare.ts');
      process.exitCode = await compare(source, target, options);
    });
}
