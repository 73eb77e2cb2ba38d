import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { listenToCalls } from '../../../adapters/aws/client-options.ts';
import type { World } from '../world.ts';
import { environmentOf, type Rehearsed, rehearse, whileTimePasses } from './rehearse.ts';

const PROJECT = join(import.meta.dirname, '../../..');

/** Presses Ctrl-C when a call of this operation is made whose input has this text. */
export async function interruptedAt(world: World, operation: string, input: string): Promise<Rehearsed> {
  const stop = listenToCalls((call) => {
    if (call.commandName !== `${operation}Command` || !JSON.stringify(call.input).includes(input)) return;
    stop();
    process.emit('SIGINT');
  });
  try {
    return await rehearse(world);
  } finally {
    stop();
  }
}

/** Kills a process of its own with SIGKILL once it says that this phase has begun, and so much later. */
export async function killedIn(world: World, phase: string, laterMs = 0): Promise<void> {
  const words = ['doctor', '--rehearse', '--yes', '--field-notes', '/dev/null'];
  const child = spawn(process.execPath, [join(PROJECT, 'cli/redrill.ts'), ...words], {
    cwd: PROJECT,
    env: await environmentOf(world),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const before = said;
    said += text;
    if (!before.includes(`${phase} …`) && said.includes(`${phase} …`))
      setTimeout(() => child.kill('SIGKILL'), laterMs);
  });
  await whileTimePasses(world, once(child, 'close'));
  if (child.signalCode !== 'SIGKILL') throw new Error(`it was not killed in '${phase}': ${said}`);
}
