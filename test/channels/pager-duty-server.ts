import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsFiles } from '@redrill/local-aws/redis';
import { PAGERDUTY_MAX_BYTES, type PagerDutyForm, pagerDutyForm } from './pager-duty-form.ts';

/** The Events API v2 on this machine: it checks events, and opens and resolves incidents by them. */
export interface PagerDutyServer {
  readonly port: number;
  /** Accepted events, in order. */
  readonly events: readonly PagerDutyForm[];
  /** Every request, accepted or not. */
  readonly requests: readonly { readonly method: string; readonly host: string; readonly path: string }[];
  /** Dedup keys of incidents that are open. */
  readonly open: readonly string[];
  /** Answers that come before it works again: a status, or `cut` for a connection that is closed. */
  fail(...answers: readonly (number | 'cut')[]): void;
  close(): Promise<void>;
}

export const PAGERDUTY_KEY = '0123456789abcdef0123456789abcdef';

/** The answers: https://developer.pagerduty.com/docs/events-api-v2-overview#response-codes--retry-logic (checked 2026-11-24) */
export async function startPagerDuty({ certificateFile, keyFile }: TlsFiles): Promise<PagerDutyServer> {
  const events: PagerDutyForm[] = [];
  const requests: { method: string; host: string; path: string }[] = [];
  const open = new Set<string>();
  const failures: (number | 'cut')[] = [];
  const [cert, key] = await Promise.all([readFile(certificateFile), readFile(keyFile)]);
  const server = createServer({ cert, key }, (request, response) => {
    const chunks: Buffer[] = [];
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '' } = request;
      requests.push({ method, host: request.headers.host ?? '', path });
      const failure = failures.shift();
      if (failure === 'cut') return void request.socket.destroy();
      if (failure !== undefined) return void answer(failure, { status: 'failure', message: 'told to' });
      const found = parsed(Buffer.concat(chunks));
      if (path !== '/v2/enqueue' || method !== 'POST') return void answer(404, { status: 'not found' });
      if ('problem' in found)
        return void answer(400, {
          status: 'invalid event',
          message: 'Event object is invalid',
          errors: [found.problem],
        });
      const { event } = found;
      if (event.routing_key !== PAGERDUTY_KEY)
        return void answer(400, { status: 'invalid key', message: `no integration ${event.routing_key}` });
      events.push(event);
      if (event.event_action === 'trigger') open.add(event.dedup_key);
      else open.delete(event.dedup_key);
      answer(202, { status: 'success', message: 'Event processed', dedup_key: event.dedup_key });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    events,
    requests,
    get open() {
      return [...open];
    },
    fail: (...answers) => void failures.push(...answers),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function parsed(body: Buffer): { readonly event: PagerDutyForm } | { readonly problem: string } {
  if (body.length > PAGERDUTY_MAX_BYTES) return { problem: 'Length of the event is over 512 KB' };
  try {
    return { event: pagerDutyForm.parse(JSON.parse(body.toString())) };
  } catch (error) {
    return { problem: String(error) };
  }
}
