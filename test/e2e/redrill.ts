import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
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

export async function runRedrill(world: World, command: readonly string[], options: RunOptions = {}) {
  const end = world.now + (options.minutes ?? 0) * MINUTE_MS;
  const { vault } = world.demo;
  const { caFile } = await world.aws.elasticache.tls();
  const child = spawn(process.execPath, [join(PROJECT, 'cli/redrill.ts'), ...command], {
    cwd: PROJECT,
    env: {
      ...process.env,
      NODE_EXTRA_CA_CERTS: caFile,
      ...world.aws.environment(vault.region, vault.account),
      ...options.environment,
    },
  });
  child.stdin.end(options.input ?? '');
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let isEnded = false;
  void ended.then(() => {
    isEnded = true;
  });
  while (!isEnded) {
    await options.meanwhile?.(() => child.kill('SIGINT'));
    if (child.killed) await ended;
    else if (world.now < end) await world.pass(MINUTE_MS);
    else if (!world.idle) await world.pass(0);
    else if (isCreating(world)) await letPass(world);
    await sleep(LOOK_EVERY_MS);
  }
  const [out, err] = await output;
  return { out, err, status: child.exitCode, signal: child.signalCode };
}

function isCreating(world: World): boolean {
  const { source, vault } = world.demo;
  return world.aws.elasticache.groupIds.some((id) =>
    [source, vault].some((place) => world.statusOf(id, place) === 'creating'),
  );
}

async function letPass(world: World): Promise<void> {
  await world.aws.clock.run({ until: world.now + MINUTE_MS });
}
