import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsFiles } from '@redrill/local-aws/redis';

/** A dead-man's-switch service on this machine: it takes pings over HTTPS and remembers them. */
export interface HeartbeatReceiver {
  readonly port: number;
  /** In order, whether they were answered well or not. */
  readonly pings: readonly ReceivedPing[];
  /** The status of its answers from now on. */
  answer(status: number): void;
  close(): Promise<void>;
}

/** A ping, by the conventions of healthchecks.io: https://healthchecks.io/docs/http_api/ (checked 2026-11-22) */
export interface ReceivedPing {
  readonly kind: 'success' | 'start' | 'fail';
  readonly runId: string | undefined;
  readonly body: string;
}

/** The name it has on the local internet, and the address that DNS gives for it there (reserved for documentation). */
export const HEARTBEAT_HOST = 'heartbeat.redrill.test';
export const HEARTBEAT_ADDRESS = '203.0.113.10';

export async function startHeartbeatReceiver({
  certificateFile,
  keyFile,
}: TlsFiles): Promise<HeartbeatReceiver> {
  const pings: ReceivedPing[] = [];
  let status = 200;
  const [cert, key] = await Promise.all([readFile(certificateFile), readFile(keyFile)]);
  const server = createServer({ cert, key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      pings.push(pingOf(request.url ?? '', Buffer.concat(chunks).toString()));
      response.writeHead(status).end('OK');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    pings,
    answer: (next) => {
      status = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function pingOf(path: string, body: string): ReceivedPing {
  const { pathname, searchParams } = new URL(path, `https://${HEARTBEAT_HOST}`);
  const kind = pathname.endsWith('/start') ? 'start' : pathname.endsWith('/fail') ? 'fail' : 'success';
  return { kind, runId: searchParams.get('rid') ?? undefined, body };
}
