import type { Command } from 'commander';

/** A command about the vault: it reads the configuration to know where the vault is. */
export function withVault(command: Command): Command {
  return command.option('--config <file>', 'the configuration that was deployed', 'redrill.config.ts');
}
