/** What a real server and its own checker make of a file. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ask } from './ask.ts';

/** A server that is asked for longer hangs. */
const MAX_MS = 20_000;
/** What any server is started with; more is a file's own need. */
const LEAST_DATABASES = 16;

export interface ServerVerdict {
  readonly loads: boolean;
  /** What it said: its log until it was ready, or ended. */
  readonly said: string;
  /** The file that it saved of what it had loaded. */
  readonly saved?: Uint8Array;
  /** Keys by database, as INFO gives them. */
  readonly keys?: ReadonlyMap<number, number>;
}

/** What a file needs of a server besides its version. */
export interface Needs {
  /** One more than the highest number of a database. */
  readonly databases?: number;
  /** Valkey takes a slot migration only in cluster mode. */
  readonly isCluster?: boolean;
}

export interface Engine {
  readonly name: 'redis' | 'valkey';
  /** Major and minor version, for example 8.6. */
  readonly version: number;
}

/** Which server a program is. @throws if it does not say so */
export function engineOf(program: string): Engine {
  const said = ['redis-server', 'valkey-server'].map(
    (argv0) => spawnSync(program, ['--version'], { argv0, encoding: 'utf8', timeout: MAX_MS }).stdout ?? '',
  );
  const found = said.map((text) => /^(Redis|Valkey) server v=(\d+)\.(\d+)/.exec(text)).find((one) => one);
  if (!found) throw new Error(`${program}: expected a server of Redis or Valkey, found ${said[0]?.trim()}`);
  return { name: found[1] === 'Valkey' ? 'valkey' : 'redis', version: Number(`${found[2]}.${found[3]}`) };
}

/** A folder for the files that are judged. */
export class Judge {
  readonly engine: Engine;
  readonly #program: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'differential-'));

  /** @param program the server's; as Debian has it, the server and the checker in one */
  constructor(program: string) {
    this.#program = program;
    this.engine = engineOf(program);
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
  async load(content: Uint8Array, needs: Needs = {}): Promise<ServerVerdict> {
    const socket = join(this.#folder, 'socket');
    const path = join(this.#folder, 'dump.rdb');
    writeFileSync(path, content);
    for (const left of ['socket', 'nodes.conf']) rmSync(join(this.#folder, left), { force: true });
    const child = this.#spawn('server', [
      ...['--unixsocket', socket, '--dir', this.#folder, '--save', '', '--appendonly', 'no'],
      ...(await this.#optionsFor(needs)),
    ]);
    const said = outputOf(child);
    const ended = once(child, 'close');
    const isReady = await Promise.race([ended.then(() => false), readyOf(child)]);
    if (!isReady) return { loads: false, said: said() };
    const keys = await Promise.race([ended.then(() => undefined), keysAndSave(socket)]);
    child.kill('SIGKILL');
    await ended;
    if (!keys) return { loads: false, said: said() };
    return { loads: true, said: said(), saved: new Uint8Array(readFileSync(path)), keys };
  }

  async #optionsFor({ databases = 0, isCluster = false }: Needs): Promise<readonly string[]> {
    const { name, version } = this.engine;
    // Otherwise it loads packed values as they are, and fails when they are read. Redis before 6.2 cannot check them.
    const checks = name === 'valkey' || version >= 6.2;
    return [
      ...(checks ? ['--sanitize-dump-payload', 'yes', '--crash-memcheck-enabled', 'no'] : []),
      ...(isCluster
        ? [
            '--cluster-enabled',
            'yes',
            '--port',
            `${await freePort()}`,
            '--cluster-port',
            `${await freePort()}`,
          ]
        : ['--port', '0', '--databases', `${Math.max(databases, LEAST_DATABASES)}`]),
      ...modulesBeside(this.#program).flatMap((module) => ['--loadmodule', module]),
    ];
  }

  #spawn(role: 'server' | 'check-rdb', args: readonly string[]): ChildProcess {
    return spawn(this.#program, [...args], {
      argv0: `${this.engine.name}-${role}`,
      timeout: MAX_MS,
      killSignal: 'SIGKILL',
    });
  }
}

/** Every `.so` in the folder `<program>.modules`, as far as there is one. */
function modulesBeside(program: string): readonly string[] {
  const folder = `${program}.modules`;
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.so'));
  return names.sort().map((name) => join(folder, basename(name)));
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

/** @returns keys by database, or undefined if the server does not survive saving them */
async function keysAndSave(socket: string): Promise<ReadonlyMap<number, number> | undefined> {
  const info = await ask(socket, 'INFO', 'keyspace');
  if (info === undefined || (await ask(socket, 'SAVE')) !== 'OK') return undefined;
  const found = [...info.matchAll(/^db(\d+):keys=(\d+)/gm)];
  return new Map(found.map(([, database, keys]) => [Number(database), Number(keys)]));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  return address.port;
}
