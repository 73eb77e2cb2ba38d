import type { Command } from 'commander';
import { withVault } from './vault-option.ts';

/** `redrill synth`: what it runs is loaded when it runs. */
export function addSynth(redrill: Command): void {
  withVault(redrill.command('synth'))
    .description('write the CloudFormation templates and the Lambdas’ code, as cdk synth does')
    .option('--out <folder>', 'the cloud assembly to write; default: CDK_OUTDIR, or cdk.out')
    .addHelpText(
      'after',
      '\nIt asks AWS nothing. As the "app" of a cdk.json ("npx redrill synth"), it lets the CDK’s own commands deploy the stacks.',
    )
    .action(async (options) => {
      const { synth } = await import('./synth/synth.ts');
      await synth(options);
    });
}
