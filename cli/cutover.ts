import type { Command } from 'commander';
import { region } from './option-values.ts';
import { withVault } from './vault-option.ts';

/** `redrill cutover`: what it runs is loaded when it runs. */
export function addCutOver(redrill: Command): void {
  withVault(redrill.command('cutover <pointer>'))
    .description('switch an SSM parameter or a Route 53 record to another cache, and back')
    .option('--to <target>', 'an available replication group, or host:port')
    .option('--back', 'switch to the value from before the last cut-over')
    .option('--zone <id>', 'the pointer is a CNAME record of this hosted zone')
    .option(
      '--region <region>',
      'region of the parameter and the replication group; by default the vault’s',
      region,
    )
    .option('--expect <value>', 'switch only if this is the current value')
    .option('--no-probe', 'do not check that the target answers')
    .option('--apply', 'switch; without this option, only show the change')
    .option('--json', 'one JSON object: a stable contract, see docs/cli.md')
    .addHelpText(
      'after',
      '\nExit status: 0 done, or can be done; 2 refused: nothing was changed, unless the message reports a concurrent write.',
    )
    .action(async (pointer, options) => {
      const { cutOver } = await import('./cutover/cutover.ts');
      process.exitCode = await cutOver(pointer, options);
    });
}
