import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsFiles } from '../redis/certificate.ts';

/** A dead-man's-switch service on this machine: it takes pings over HTTPS and remembers them. */
export interface HeartbeatReceiver {
  readonly port: number;
  /** Bodies of the pings, in order. */
  readonly pings: readonly string[];
  close(): Promise<void>;
}

/** The name it has on the local internet, and the address that DNS gives for it there (reserved for documentation). */
export const HEARTBEAT_HOST = 'heartbeat.redrill.test';
export const HEARTBEAT_ADDRESS = '203.0.113.10';

export async function startHeartbeatReceiver({
  certificateFile,
  keyFile,
}: TlsFiles): Promise<HeartbeatReceiver> {
  const pings: string[] = [];
  const [cert, key] = await Promise.all([readFile(certificateFile), readFile(keyFile)]);
  const server = createServer({ cert, key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      pings.push(Buffer.concat(chunks).toString());
      response.end('OK');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    pings,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
