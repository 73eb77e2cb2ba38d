import type { Command } from 'commander';

/** `redrill init`: what it runs is loaded when it runs. */
export function addInit(redrill: Command): void {
  redrill
    .command('init')
    .description(
      'write redrill.config.mjs: asks for regions, alerts and accounts, and proposes a plan for each cache',
    )
    .option('--source <region>', 'region of the caches')
    .option('--vault <region>', 'region of the vault, which keeps the copies')
    .option('--email <addresses>', 'who gets alerts; several addresses are separated by commas')
    .option('--vault-account <id>', 'account of the vault: same (as the caches), or an account id')
    .option(
      '--account <id>',
      'account of the caches, if the vault has another one; default: that of the credentials',
    )
    .option(
      '--cache <id=preset>',
      'the preset of a cache, such as orders=eventLog; repeat it for several',
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .option('--yes', 'accept every default and every proposed preset')
    .option(
      '--demo',
      'write nothing; run a backup, a copy and a restore drill on this machine, without an AWS account',
    )
    .addHelpText(
      'after',
      '\nIt changes nothing in AWS, and never replaces a configuration.\nExit status: 0 written, 1 written, and a plan cannot meet its objectives, 2 not written.',
    )
    .action(async (options) => {
      const { init } = await import('./init/init.ts');
      process.exitCode = await init(options);
    });
}
