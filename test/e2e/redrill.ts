import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { runHere } from '../unit/cli/run-here.ts';
import { MINUTE_MS, type World } from './world.ts';

const LOOK_EVERY_MS = 20;
const PROJECT = join(import.meta.dirname, '../..');

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** How many virtual minutes may go by while it runs, in which schedules fire. @default none but what it waits for */
  readonly minutes?: number;
  /** Done again and again while it runs, before any time passes; may press its Ctrl-C. */
  readonly meanwhile?: (interrupt: () => void) => unknown;
}

/** The real command, with the environment that `redrill local up` would print; what it starts comes to its end meanwhile. */
export function redrill(world: World, ...command: readonly string[]) {
  return runRedrill(world, command);
}

/** The same, and minutes go by while it runs, up to `minutes`: schedules fire. */
export function redrillFor(world: World, minutes: number, ...command: readonly string[]) {
  return runRedrill(world, command, { minutes });
}

/** It has a process of its own if it is interrupted, reads its input, or is waited for; else this one, which takes half a second less. */
export async function runRedrill(world: World, command: readonly string[], options: RunOptions = {}) {
  const env = await environmentOf(world, options);
  const { input, meanwhile, minutes } = options;
  if (input === undefined && meanwhile === undefined && minutes === undefined) {
    const ran = runHere(command, { env });
    await followed(world, ran);
    const { stdout: out, stderr: err, status } = await ran;
    return { out, err, status, signal: null };
  }
  const child = spawn(process.execPath, [join(PROJECT, 'cli/redrill.ts'), ...command], { cwd: PROJECT, env });
  child.stdin.end(input ?? '');
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  await followed(world, once(child, 'close'), child, options);
  const [out, err] = await output;
  return { out, err, status: child.exitCode, signal: child.signalCode };
}

async function environmentOf(world: World, { environment }: RunOptions) {
  const { vault } = world.demo;
  const { caFile } = await world.aws.elasticache.tls();
  const aws = world.aws.environment(vault.region, vault.account);
  return { ...process.env, NODE_EXTRA_CA_CERTS: caFile, ...aws, ...environment };
}

/** Lets time pass as the command needs it, until it has ended. */
async function followed(
  world: World,
  ended: Promise<unknown>,
  child?: ChildProcess,
  { minutes = 0, meanwhile }: RunOptions = {},
): Promise<void> {
  const end = world.now + minutes * MINUTE_MS;
  let isEnded = false;
  const stop = () => {
    isEnded = true;
  };
  void ended.then(stop, stop);
  while (!isEnded) {
    await meanwhile?.(() => child?.kill('SIGINT'));
    if (child?.killed) await ended;
    else if (world.now < end) await world.pass(MINUTE_MS);
    else if (!world.idle) await world.pass(0);
    else if (isCreating(world)) await letPass(world);
    await sleep(LOOK_EVERY_MS);
  }
}

function isCreating(world: World): boolean {
  const { source, vault } = world.demo;
  const { groupIds, serverlessNames } = world.aws.elasticache;
  return [...groupIds, ...serverlessNames].some((id) =>
    [source, vault].some((place) => world.statusOf(id, place) === 'creating'),
  );
}

async function letPass(world: World): Promise<void> {
  await world.aws.clock.run({ until: world.now + MINUTE_MS });
}
