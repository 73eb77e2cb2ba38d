import type { Command } from 'commander';
import { wholeNumber } from './whole-number.ts';

/** `redrill local …`: what it runs is loaded when it runs. */
export function addLocal(redrill: Command): void {
  const local = redrill
    .command('local')
    .description('AWS on this machine, with the synthesised stacks deployed into it');
  local
    .command('up')
    .description('start it and keep it running; prints the environment to export')
    .option('--port <port>', 'port of the endpoint', wholeNumber, 4566)
    .option('--keys <keys>', 'keys to fill each of the two demo caches with', wholeNumber, 1_000)
    .action(async (options) => (await import('./local-aws.ts')).up(options));
  local
    .command('advance <duration>')
    .description('let virtual time pass in it, for example 90m or 6h: schedules fire, waits end')
    .action(async (duration) => (await import('./local-aws.ts')).advance(duration));
  local
    .command('down')
    .description('stop it')
    .action(async () => (await import('./local-aws.ts')).down());
}
