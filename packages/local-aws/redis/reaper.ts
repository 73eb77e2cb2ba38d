import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PID_FILE = 'server.pid';

/**
 * Reads server folders, one a line, and kills what still runs in them when its input ends: the pipe's other end is
 * held by this process alone, so it ends however this process ends, kill -9 included.
 */
const REAPER = `
while IFS= read -r folder; do set -- "$@" "$folder"; done
for folder; do
  if [ -f "$folder/${PID_FILE}" ]; then kill -9 "$(cat "$folder/${PID_FILE}")" 2>/dev/null; fi
done
`;

const folders = new Set<string>();
let reaper: ChildProcess | undefined;

/** From now on this server does not outlive this process. Its id is kept in its own folder. */
export function watchOver(folder: string, pid: number): void {
  writeFileSync(join(folder, PID_FILE), `${pid}`);
  folders.add(folder);
  reaper ??= startReaper();
  reaper.stdin?.write(`${folder}\n`);
}

/** The server in this folder has ended; its id may soon belong to another process. */
export function release(folder: string): void {
  rmSync(join(folder, PID_FILE), { force: true });
  folders.delete(folder);
}

function startReaper(): ChildProcess {
  // In a session of its own, so that Ctrl-C at the terminal does not end it before its work.
  const started = spawn('sh', ['-c', REAPER, 'reaper'], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  started.unref();
  // An idle pipe must not keep this process alive; a ChildProcess's stdin is a socket, whatever its declared type.
  const pipe: unknown = started.stdin;
  if (pipe !== null && typeof pipe === 'object' && 'unref' in pipe && typeof pipe.unref === 'function') {
    pipe.unref();
  }
  started.stdin?.on('error', () => {
    reaper = undefined;
  });
  process.once('exit', killAll);
  return started;
}

function killAll(): void {
  for (const folder of folders) {
    try {
      process.kill(Number(readFileSync(join(folder, PID_FILE), 'utf8')), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}
