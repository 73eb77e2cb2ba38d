import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const LINUX_TABLE = '/proc/net/tcp';

/** Bytes that have come in at a port of 127.0.0.1, and that its process has not read, as the operating system counts them. */
export async function unreadBytes(port: number): Promise<number> {
  const queues = existsSync(LINUX_TABLE) ? await linuxQueues(port) : await macQueues(port);
  return queues.reduce((sum, bytes) => sum + bytes, 0);
}

/** A line: `1: 0100007F:18EB 0100007F:C350 01 <send queue>:<receive queue> …`, numbers in hexadecimal. */
async function linuxQueues(port: number): Promise<readonly number[]> {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = (await readFile(LINUX_TABLE, 'utf8')).split('\n').map((line) => line.trim().split(/\s+/));
  const connected = lines.filter(([, address = '', , state]) => address.endsWith(local) && state === '01');
  return connected.map(([, , , , queues = '']) => Number.parseInt(queues.split(':')[1] ?? '0', 16));
}

/** A line: `tcp4 <receive queue> <send queue> 127.0.0.1.6379 127.0.0.1.50000 ESTABLISHED` */
async function macQueues(port: number): Promise<readonly number[]> {
  const { stdout } = await promisify(execFile)('netstat', ['-an', '-p', 'tcp']);
  const lines = stdout.split('\n').map((line) => line.split(/\s+/));
  const connected = lines.filter(
    ([, , , local = '', , state]) => local.endsWith(`.${port}`) && state === 'ESTABLISHED',
  );
  return connected.map(([, received]) => Number(received));
}
