import type { Command } from 'commander';
import { withVault } from './vault-option.ts';

/** `redrill doctor`: what it runs is loaded when it runs. */
export function addDoctor(redrill: Command): void {
  withVault(redrill.command('doctor'))
    .description('check that AWS is as Redrill needs it')
    .requiredOption(
      '--rehearse',
      'run a backup, a copy and a restore on AWS with a cache of its own, which it deletes',
    )
    .option('--yes', 'start the rehearsal without asking')
    .option(
      '--subnet-group <name>',
      'the cache subnet group of the rehearsal’s cache: default, that of the default VPC',
    )
    .option('--field-notes <file>', 'where AWS’s answers are kept: default, redrill-field-notes-<slot>.json')
    .option('--json', 'one JSON object at the end: a stable contract, see docs/cli.md')
    .action(async (options) => {
      const { rehearse } = await import('./doctor/rehearse/rehearse.ts');
      process.exitCode = await rehearse(options);
    });
}
