import { Command } from 'commander';
import { VERSION } from '../../core/model/version.ts';
import { refusal } from '../refusal.ts';
import { whyNoAws } from '../why-no-aws.ts';
import { type ShipOptions, ship } from './ship.ts';

/**
 * `redrill-ship.mjs`: `redrill ship` alone, as one file for a host, which `redrill ship --print program` prints. It needs Node
 * and nothing else.
 */
const program = new Command('redrill-ship')
  .description('save the Redis or Valkey server of this host, and ship the file to the landing bucket')
  .version(VERSION)
  .option('--once', 'ship the slot of now, and end; default: ship every slot, until a signal ends it')
  .option('--host-config <file>', 'what to ship, and where to', '/etc/redrill/ship.json')
  .option('--json', 'one JSON object instead of text')
  .option('--debug', 'print the stack trace of an error')
  .action(async (options: ShipOptions) => {
    process.exitCode = await ship(options);
  });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = refusal(whyNoAws(error) ?? error, program.opts().debug === true);
}
