import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from './world.ts';

const LOOK_EVERY_MS = 20;
const PROJECT = join(import.meta.dirname, '../..');

/** The real command, with the environment that `redrill local up` would print; what it starts comes to its end meanwhile. */
export async function redrill(world: World, ...command: readonly string[]) {
  const { vault } = world.demo;
  const child = spawn(process.execPath, [join(PROJECT, 'cli/redrill.ts'), ...command], {
    cwd: PROJECT,
    env: { ...process.env, ...world.aws.environment(vault.region, vault.account) },
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  let ended = false;
  child.once('close', () => {
    ended = true;
  });
  while (!ended) {
    if (!world.idle) await world.pass(0);
    await sleep(LOOK_EVERY_MS);
  }
  const [out, err] = await output;
  return { out, err, status: child.exitCode };
}
