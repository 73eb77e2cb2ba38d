/** What a real server and its own checker make of a file. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** A server that is asked for longer hangs. */
const MAX_MS = 20_000;

export interface ServerVerdict {
  readonly loads: boolean;
  /** What it said: its log until it was ready, or ended. */
  readonly said: string;
  /** The file that it saved of what it had loaded. */
  readonly saved?: Uint8Array;
}

/** A folder for the files that are judged. */
export class Judge {
  readonly #program: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'differential-'));

  /** @param program of Redis or Valkey, as Debian has it: the server and the checker in one */
  constructor(program: string) {
    this.#program = program;
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** What the checker says of the file. */
  async check(content: Uint8Array): Promise<ServerVerdict> {
    const path = join(this.#folder, 'checked.rdb');
    writeFileSync(path, content);
    const child = this.#spawn('check-rdb', [path]);
    const said = outputOf(child);
    const [status] = await once(child, 'close');
    return { loads: status === 0, said: said() };
  }

  /** Has a server start with the file, and save what it has loaded. */
  async load(content: Uint8Array): Promise<ServerVerdict> {
    const socket = join(this.#folder, 'socket');
    const path = join(this.#folder, 'dump.rdb');
    writeFileSync(path, content);
    rmSync(socket, { force: true });
    const child = this.#spawn('server', [
      ...['--port', '0', '--unixsocket', socket, '--dir', this.#folder, '--save', ''],
      // Otherwise it loads packed values as they are, and fails when somebody asks for them.
      ...['--sanitize-dump-payload', 'yes', '--crash-memcheck-enabled', 'no'],
    ]);
    const said = outputOf(child);
    const ended = once(child, 'close');
    const isReady = await Promise.race([ended.then(() => false), readyOf(child)]);
    if (!isReady) return { loads: false, said: said() };
    await saveOf(socket);
    child.kill('SIGKILL');
    await ended;
    return { loads: true, said: said(), saved: new Uint8Array(readFileSync(path)) };
  }

  #spawn(role: 'server' | 'check-rdb', args: readonly string[]): ChildProcess {
    const engine = basename(this.#program).startsWith('valkey') ? 'valkey' : 'redis';
    return spawn(this.#program, [...args], {
      argv0: `${engine}-${role}`,
      timeout: MAX_MS,
      killSignal: 'SIGKILL',
    });
  }
}

function outputOf(child: ChildProcess): () => string {
  let said = '';
  const hear = (chunk: Buffer) => {
    said += chunk.toString('latin1');
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  return () => said;
}

function readyOf(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
      if (/Ready to accept connections|server is now ready to accept/.test(said)) resolve(true);
    });
  });
}

async function saveOf(socket: string): Promise<void> {
  if (!existsSync(socket)) throw new Error('the server is ready, but does not listen');
  const client = createConnection(socket);
  client.write('SAVE\r\n');
  const [answer] = (await once(client, 'data')) as [Buffer];
  client.destroy();
  if (!answer.toString().startsWith('+OK')) throw new Error(`SAVE: ${answer}`);
}
