import { Argument, type Command } from 'commander';
import { portNumber, region, timesFaster, wholeNumber } from './option-values.ts';

/** `redrill local …`: what it runs is loaded when it runs. */
export function addLocal(redrill: Command): void {
  const local = redrill
    .command('local')
    .description('AWS on this machine, with the synthesised stacks deployed into it');
  local
    .command('up')
    .description('start it and keep it running; prints the environment to export')
    .option('--port <port>', 'port of the endpoint', portNumber, 4566)
    .option('--no-stacks', 'without Redrill’s stacks, as an AWS account before redrill deploy')
    .option(
      '--pace <times>',
      'how many times faster time passes while a backup, an ingest or a drill runs',
      timesFaster,
      1,
    )
    .option('--keys <keys>', 'keys to fill each of the two demo caches with', wholeNumber, 1_000)
    .action(async (options) => (await import('./local-aws.ts')).up(options));
  local
    .command('advance <duration>')
    .description('advance its virtual time, for example by 30s, 90m or 6h: schedules fire, waits end')
    .action(async (duration) => (await import('./local/commands.ts')).advance(duration));
  local
    .command('alerts')
    .argument('[number]', 'of the list', wholeNumber)
    .description(
      'show the messages published to the topics: time, region, severity, subject; with a number, its full text',
    )
    .option('--json', 'as JSON')
    .action(async (number, options) => (await import('./local/commands.ts')).alerts(number, options));
  local
    .command('fail-node <cache> [node]')
    .description(
      'stop the server of a node, as a failing host would; by default the primary of the first shard',
    )
    .action(async (cache, node) => (await import('./local/commands.ts')).failNode(cache, node));
  local
    .command('region')
    .addArgument(new Argument('<state>').choices(['on', 'off']))
    .argument('<region>', 'such as eu-west-1', region)
    .description('switch a region off, so that every call to it is answered with 503, or on again')
    .action(async (state, region) => (await import('./local/commands.ts')).region(state, region));
  local
    .command('down')
    .description('stop it')
    .action(async () => (await import('./local/commands.ts')).down());
}
