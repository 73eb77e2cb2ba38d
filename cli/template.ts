import type { Command } from 'commander';
import { withConfig } from './vault-option.ts';

/** `redrill template`: what it runs is loaded when it runs. */
export function addTemplate(redrill: Command): void {
  withConfig(redrill.command('template'))
    .description(
      'write CloudFormation templates that are deployed without Node and the CDK, from the console or with the AWS CLI',
    )
    .option('--source <region>', 'region of the caches, instead of a configuration')
    .option('--vault <region>', 'region of the vault, instead of a configuration')
    .option('--out <folder>', 'a new or empty folder', 'redrill-templates')
    .addHelpText(
      'after',
      '\nWith --source and --vault there is a plan for each preset, and caches are protected by the tag redrill:plan.\nIt asks AWS nothing. The README.md that it writes has the next steps.',
    )
    .action(async (options) => {
      const { template } = await import('./template/template.ts');
      await template(options);
    });
}
