import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** `npm test`: the checks run beside the tests, which leave a processor idle while they wait. Either of them may fail. */
const ROOT = join(import.meta.dirname, '..');
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

const check = spawn('sh', ['-c', scripts.check], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
const tests = spawn('vitest', ['run', '--project', '!long', ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
});
// Ctrl-C reaches all of them: vitest ends its tests, and this process waits for it.
process.on('SIGINT', () => undefined);

const [problems, checkStatus, testStatus] = await Promise.all([
  outputOf(check),
  statusOf(check).then(sayAtOnce),
  statusOf(tests),
]);
if (checkStatus !== 0) console.error(`\nnpm run check failed:\n${problems}`);
if (testStatus !== 0) console.error('\nTests failed: vitest lists them above.');
process.exitCode = checkStatus === 0 && testStatus === 0 ? 0 : 1;

async function outputOf({ stdout, stderr }: ChildProcess): Promise<string> {
  return (await Promise.all([stdout, stderr].map((stream) => (stream === null ? '' : text(stream))))).join(
    '',
  );
}

async function statusOf(child: ChildProcess): Promise<number> {
  const [status] = (await once(child, 'close')) as [number | null];
  return status ?? 1;
}

/** The tests take minutes. */
function sayAtOnce(status: number): number {
  if (status !== 0) console.error('\nnpm run check failed: what it found follows after the tests.');
  return status;
}
