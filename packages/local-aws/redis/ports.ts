import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the range from which Linux and macOS take ports for outgoing connections, so that none is taken meanwhile. */
const LOWEST_PORT = 16_384;
const HIGHEST_PORT = 32_000;
const ATTEMPTS = 200;

const handedOut = new Set<number>();

/** A port of 127.0.0.1 on which nothing listens and which this process has not handed out before. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    if (handedOut.has(port) || !(await isFree(port))) continue;
    handedOut.add(port);
    return port;
  }
  throw new Error(`no free port between ${LOWEST_PORT} and ${HIGHEST_PORT} after ${ATTEMPTS} attempts`);
}

/** Returns a port, once nothing listens on it any more. */
export function returnPort(port: number): void {
  handedOut.delete(port);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
