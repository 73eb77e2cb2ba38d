import type { Command } from 'commander';

/** `redrill verify`: what it runs is loaded when it runs. */
export function addVerify(redrill: Command): void {
  redrill
    .command('verify')
    .description('read an RDB file to its last byte and say whether it is sound, and what is in it')
    .argument('<file>', 'a file, - for standard input, or s3://bucket/key')
    .option(
      '--structural',
      'framing, keys and the checksum only: faster, without digest, elements and expiry',
    )
    .option('--names', 'show the names of the biggest keys, not their hashes')
    .option('--json', 'one JSON object instead of the report: a stable contract, see docs/cli.md')
    .addHelpText('after', '\nExit status: 0 sound, 1 not sound, 2 unsupported or not read.')
    .action(async (file, options) => {
      const { verify } = await import('./verify/verify.ts');
      process.exitCode = await verify(file, options);
    });
}
