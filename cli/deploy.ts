import type { Command } from 'commander';
import { withVault } from './vault-option.ts';

/** `redrill deploy`: what it runs is loaded when it runs. */
export function addDeploy(redrill: Command): void {
  withVault(redrill.command('deploy'))
    .description('create or change Redrill’s stacks in AWS, after showing what changes and asking')
    .option('--yes', 'deploy, and bootstrap the CDK if necessary, without asking')
    .option(
      '--allow-replacement',
      'also agree to the replacement or deletion of buckets, keys, topics, queues and state machines',
    )
    .option('--import-existing-resources', 'adopt the buckets that an earlier deployment left')
    .option(
      '--role-arn <arn>',
      'the role with which CloudFormation deploys; default: that of the CDK’s bootstrap stack',
    )
    .option('--json', 'one JSON object at the end: a stable contract, see docs/cli.md')
    .addHelpText(
      'after',
      '\nIt deploys the stacks of the account whose credentials it has, and then checks them as redrill doctor does.\nExit status: 0 deployed, 1 deployed, and problems were found, 2 not deployed.',
    )
    .action(async (options) => {
      const { deploy } = await import('./deploy/deploy.ts');
      process.exitCode = await deploy(options);
    });
}
