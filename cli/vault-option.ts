import type { Command } from 'commander';

/** A command that reads the configuration. */
export function withConfig(command: Command): Command {
  return command.option(
    '--config <file>',
    'the deployed configuration; default: redrill.config.ts, .mts, .mjs or .js in this folder',
  );
}

/** A command about the vault: the configuration says where the vault is. */
export function withVault(command: Command): Command {
  return withConfig(command);
}
