import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { Installation } from './installation.ts';

type Environment = Readonly<Record<string, string>>;

/** AWS on this machine, as `redrill local up` starts it in a terminal of its own. */
export interface Account {
  /** The lines that it prints to be exported. */
  readonly environment: Environment;
  close(): Promise<void>;
}

/** What is printed last of the lines to be exported. */
const LAST = 'NODE_EXTRA_CA_CERTS';

/** Types `npx redrill local up --no-stacks --pace 60`, and waits for what it prints. */
export async function startAccount(installed: Installation): Promise<Account> {
  const port = await freePort();
  const words = ['local', 'up', '--no-stacks', '--pace', '60', '--port', String(port)];
  const up = spawn(process.execPath, [installed.command, ...words], {
    cwd: installed.folder,
    env: installed.environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(up, 'close');
  const environment: Record<string, string> = {};
  for await (const line of createInterface({ input: up.stdout })) {
    const [, name = '', value = ''] = /^export (\w+)=(.*)$/.exec(line) ?? [];
    environment[name] = value;
    if (name === LAST) break;
  }
  if (!(LAST in environment)) throw new Error('redrill local up ended before it was up');
  return {
    environment,
    close: async () => {
      up.kill('SIGTERM');
      await closed;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
