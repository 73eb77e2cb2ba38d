import type { Command } from 'commander';
import { AppError } from '../core/model/errors.ts';
import type { ExamineOptions } from './doctor/examine.ts';
import type { RehearseOptions } from './doctor/rehearse/rehearse.ts';
import { withVault } from './vault-option.ts';

type Options = ExamineOptions & RehearseOptions & { readonly rehearse?: true };

/** Options that mean something to a rehearsal alone, as they are written. */
const OF_REHEARSAL = {
  yes: '--yes',
  cleanUp: '--clean-up',
  subnetGroup: '--subnet-group',
  fieldNotes: '--field-notes',
} as const;

/** `redrill doctor`: what it runs is loaded when it runs. */
export function addDoctor(redrill: Command): void {
  withVault(redrill.command('doctor'))
    .description('check before and after a deployment that AWS meets Redrill’s requirements')
    .option('--page', 'raise every alarm once, so that each sends a test message')
    .option(
      '--assembly <folder>',
      'output folder of the last cdk synth or cdk deploy; default: cdk.out, or before a deployment a new synthesis',
    )
    .option(
      '--role-arn <arn>',
      'the role with which CloudFormation deploys, as for cdk deploy; default: that of the CDK’s bootstrap stack',
    )
    .option('--rehearse', 'run a backup, a copy and a restore on AWS with a temporary cache')
    .option('--clean-up', 'with --rehearse: only delete what rehearsals left behind')
    .option('--yes', 'start the rehearsal, or its clean-up, without asking')
    .option(
      '--subnet-group <name>',
      'the cache subnet group of the rehearsal’s cache; default: that of the default VPC',
    )
    .option('--field-notes <file>', 'file for AWS’s answers; default: redrill-field-notes-<slot>.json')
    .option('--json', 'one JSON object at the end: a stable contract, see docs/cli.md')
    .addHelpText(
      'after',
      '\nIt only reads, unless --page or --rehearse is given.\nExit status: 0 all well, 1 problems, 2 not everything could be checked.',
    )
    .action(async (options: Options) => {
      refuseMixed(options);
      if (options.rehearse) {
        const { rehearse } = await import('./doctor/rehearse/rehearse.ts');
        process.exitCode = await rehearse(options);
        return;
      }
      const { examine } = await import('./doctor/examine.ts');
      process.exitCode = await examine(options);
    });
}

function refuseMixed(options: Options): void {
  if (options.rehearse && options.page)
    throw new AppError('BadInput', '--page does not go with --rehearse; run one after the other');
  if (options.rehearse && options.roleArn !== undefined)
    throw new AppError('BadInput', '--role-arn does not go with --rehearse, which deploys nothing; omit it');
  if (options.rehearse) return;
  const [, stray] = Object.entries(OF_REHEARSAL).find(([name]) => name in options) ?? [];
  if (stray !== undefined)
    throw new AppError('BadInput', `${stray} is an option of a rehearsal; add --rehearse`);
}
