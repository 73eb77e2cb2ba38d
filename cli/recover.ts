import { type Command, InvalidArgumentError, Option } from 'commander';
import { refuseMoreWords } from './one-word.ts';
import { region } from './option-values.ts';
import { withVault } from './vault-option.ts';

/** `redrill recover`: what it runs is loaded when it runs. */
export function addRecover(redrill: Command): void {
  withVault(redrill.command('recover'))
    .description('write the keys of a recovery point or an RDB file into a cache that is in use')
    .argument('<point|file>', 'such as orders/latest, orders/20261121T060000Z, or dump.rdb')
    .requiredOption(
      '--into <url|cache>',
      'redis://host:6379, rediss://user@host (TLS), or a replication group',
    )
    .addOption(
      new Option(
        '--mode <mode>',
        'keys that are there already are left as they are, or overwritten; report only looks',
      )
        .choices(['missing', 'overwrite', 'report'])
        .default('missing'),
    )
    .option('--apply', 'write; without it, read the file and say what would be done')
    .option('--match <glob>', 'only keys with such a name, as KEYS understands it')
    .option('--type <types>', 'only keys of these types, for example string,hash')
    .option('--db <numbers>', 'only keys of these databases, for example 0,3')
    .option('--no-functions', 'leave function libraries out')
    .option('--rate <keys>', 'at most so many keys a second', positive)
    .option(
      '--patience <seconds>',
      'how long the cache may be away, or a slot on its way, before the work is interrupted',
      positive,
      60,
    )
    .option('--region <region>', 'where the replication group is; by default the source’s', region)
    .option('--ca <file>', 'certificates to trust instead of the system’s')
    .option('--state <file>', 'where to note how far it has come (default: beside the file, or here)')
    .option('--resume <file>', 'go on from a state file')
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

function positive(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0) return value;
  throw new InvalidArgumentError('It is not a positive number.');
}
