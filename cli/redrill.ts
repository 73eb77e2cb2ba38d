#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { AppError } from '../core/model/errors.ts';
import { advance, down, up } from './local.ts';

/** Exit status of a command that was called wrongly; 1 is for what it found. */
const USAGE = 2;

const redrill = new Command('redrill')
  .description('Backups for ElastiCache that have been restored.')
  .option('--debug', 'show stack traces')
  .exitOverride()
  .showHelpAfterError('Run with --help to see what there is.');

const local = redrill
  .command('local')
  .description('AWS on this machine, with the synthesised stacks deployed into it');
local
  .command('up')
  .description('start it and keep it running; prints the environment to export')
  .option('--port <port>', 'port of the endpoint', wholeNumber, 4566)
  .option('--keys <keys>', 'keys to fill each of the two demo caches with', wholeNumber, 1_000)
  .action(up);
local
  .command('advance <duration>')
  .description('let virtual time pass in it, for example 90m or 6h: schedules fire, waits end')
  .action(advance);
local.command('down').description('stop it').action(down);

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new CommanderError(USAGE, 'redrill.wholeNumber', `error: '${text}' is not a whole number`);
}

try {
  await redrill.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    if (error.code === 'redrill.wholeNumber') console.error(error.message);
    process.exitCode = error.exitCode === 0 ? 0 : USAGE;
  } else if (error instanceof AppError && redrill.opts().debug !== true) {
    console.error(`${error.message}\n${error.hint}`);
    process.exitCode = error.kind === 'user' ? USAGE : 1;
  } else {
    throw error;
  }
}
