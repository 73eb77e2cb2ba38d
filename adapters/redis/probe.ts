import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface Address {
  readonly host: string;
  readonly port: number;
}

const PATIENCE_MS = 5_000;

/** Whether a Redis or Valkey server answers there, with or without TLS, whether or not it would let us in. */
export async function answers(address: Address): Promise<boolean> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    await Promise.any([
      answersOver(openTls(address), 'secureConnect', signal),
      answersOver(connectTcp(address), 'connect', signal),
    ]);
    return true;
  } catch {
    return false;
  } finally {
    // A plain server leaves a TLS greeting unanswered.
    over.abort();
  }
}

function openTls({ host, port }: Address): Socket {
  return connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}) });
}

/** `+PONG`, or `-NOAUTH …`: a reply of the protocol is proof enough. @throws Error unless there is one */
async function answersOver(
  socket: Socket,
  opened: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<void> {
  socket.on('error', () => undefined);
  try {
    await once(socket, opened, { signal });
    const reply = once(socket, 'data', { signal });
    socket.write('*1\r\n$4\r\nPING\r\n');
    const [chunk] = (await reply) as [Buffer];
    if (!/^[+-]/.test(chunk.toString('latin1'))) throw new Error('what answers is no such server');
  } finally {
    socket.destroy();
  }
}
