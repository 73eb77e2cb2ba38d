import type { Command } from 'commander';
import { refuseMoreWords } from './one-word.ts';
import { withVault } from './vault-option.ts';

/** `redrill verify`: what it runs is loaded when it runs. */
export function addVerify(redrill: Command): void {
  withVault(redrill.command('verify'))
    .description('read an RDB file to its last byte, and report whether it is sound and what it contains')
    .argument(
      '<file|point>',
      'a file, - for standard input, s3://bucket/key, or a point such as orders/latest',
    )
    .option(
      '--structural',
      'framing, keys and the checksum only: faster, without digest, elements and expiry',
    )
    .option(
      '--load',
      'also load the file into a Redis or Valkey server that is started for it on this machine, and compare every key',
    )
    .option(
      '--server <program>',
      'the server for --load; by default redis-server or valkey-server of the PATH',
    )
    .option('--names', 'show the names of the biggest keys, not their hashes')
    .option('--json', 'one JSON object instead of the report: a stable contract, see docs/cli.md')
    .addHelpText(
      'after',
      '\nExit status: 0 sound, 1 not sound, 2 unsupported or not read; with --load also 1 if the server refuses the file\nor holds something else, and 2 if the server cannot read files of this version or is killed.',
    )
    .allowExcessArguments()
    .action(async (file, options, command) => {
      refuseMoreWords(command);
      const { verify } = await import('./verify/verify.ts');
      process.exitCode = await verify(file, options);
    });
}
