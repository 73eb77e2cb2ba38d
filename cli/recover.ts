import { type Command, Option } from 'commander';
import { refuseMoreWords } from './one-word.ts';
import { positiveNumber, region } from './option-values.ts';
import { withVault } from './vault-option.ts';

/** `redrill recover`: what it runs is loaded when it runs. */
export function addRecover(redrill: Command): void {
  withVault(redrill.command('recover'))
    .description('write the keys of a recovery point or an RDB file into a cache that is in use')
    .argument('<point|file>', 'such as orders/latest, orders/20261121T060000Z, or dump.rdb')
    .requiredOption('--into <url|cache>', 'redis://host:6379, rediss://user@host (TLS), or the id of a cache')
    .addOption(
      new Option(
        '--mode <mode>',
        'missing leaves existing keys unchanged, overwrite replaces them, report writes nothing',
      )
        .choices(['missing', 'overwrite', 'report'])
        .default('missing'),
    )
    .option('--apply', 'write; without this option, read the file and show what would be written')
    .option('--match <glob>', 'only keys whose names match, in the syntax of KEYS')
    .option('--type <types>', 'only keys of these types, for example string,hash')
    .option('--db <numbers>', 'only keys of these databases, for example 0,3')
    .option('--no-functions', 'omit function libraries')
    .option('--rate <keys>', 'maximum keys a second', positiveNumber)
    .option(
      '--patience <seconds>',
      'how long to wait for an unavailable cache, or a moving hash slot, before stopping',
      positiveNumber,
      60,
    )
    .option('--region <region>', 'region of the cache; by default the source’s', region)
    .option('--ca <file>', 'certificates to trust instead of the system’s')
    .option(
      '--state <file>',
      'file that stores the progress (default: beside the source file, or in this folder)',
    )
    .option('--resume <file>', 'resume from a state file')
    .option('--json', 'one JSON object instead of the summary: a stable contract, see docs/cli.md')
    .addHelpText(
      'after',
      '\nThe password comes from the URL or, better, from REDRILL_REDIS_PASSWORD.' +
        '\nExit status: 0 all keys are accounted for, 1 the cache refused some values, or the source is not sound, 2 not done.',
    )
    .allowExcessArguments()
    .action(async (source, options, command) => {
      refuseMoreWords(command);
      const { recover } = await import('./recover/recover.ts');
      process.exitCode = await recover(source, options);
    });
}
