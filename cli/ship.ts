import { type Command, Option } from 'commander';
import { withVault } from './vault-option.ts';

/** `redrill ship`: what it runs is loaded when it runs. */
export function addShip(redrill: Command): void {
  withVault(redrill.command('ship'))
    .description('save the Redis or Valkey server of this host, and ship the file to the landing bucket')
    .option(
      '--once',
      'ship the slot of now, and end; default: ship every slot, until a signal ends the command',
    )
    .option('--host-config <file>', 'what to ship, and where to', '/etc/redrill/ship.json')
    .addOption(
      new Option(
        '--print <what>',
        'print what a host needs, from the configuration that is deployed',
      ).choices(['program', 'config', 'acl', 'systemd', 'cron', 'kubernetes']),
    )
    .option('--for <server>', 'with --print: the server in the configuration')
    .option('--shard <number>', 'with --print: which of its shards the host has', '1')
    .option('--json', 'one JSON object instead of text')
    .addHelpText(
      'after',
      '\nExit status with --once: 0 shipped, or another host has shipped this slot; 1 the file is not sound; 2 not shipped.',
    )
    .action(async (options) => {
      if (options.print === undefined) {
        const { ship } = await import('./ship/ship.ts');
        process.exitCode = await ship(options);
      } else {
        const { printed } = await import('./ship/print.ts');
        console.log(await printed(options));
      }
    });
}
