import { once } from 'node:events';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { AppError } from '../../core/model/errors.ts';
import { Replies } from './replies.ts';

/** A server to write into. */
export interface Target {
  /** Host and port, or the path of a Unix socket. */
  readonly endpoint: { readonly host: string; readonly port: number } | { readonly path: string };
  /** TLS, with options of node:tls such as a private `ca`. @default none */
  readonly tls?: ConnectionOptions;
  /** @default the server's default user */
  readonly username?: string;
  readonly password?: string;
  /** @default 2, which every version speaks */
  readonly protocol?: 2 | 3;
}

/** How long the network may keep us waiting before the server counts as unreachable, ms. */
const CONNECT_TIMEOUT_MS = 10_000;

export function nameOf({ endpoint }: Target): string {
  return 'path' in endpoint ? endpoint.path : `${endpoint.host}:${endpoint.port}`;
}

/**
 * Connects and authenticates.
 * @throws AppError `TargetUnreachable` if it cannot be reached, `TargetRefused` if it does not let us in
 */
export async function connectTarget(target: Target): Promise<Socket> {
  const socket = open(target);
  try {
    await connected(socket, target.tls ? 'secureConnect' : 'connect');
  } catch (cause) {
    socket.destroy();
    const why = cause instanceof Error ? cause.message || cause.name : String(cause);
    throw new AppError('TargetUnreachable', `${nameOf(target)} cannot be reached: ${why}`, { cause });
  }
  // Whoever waits for the socket learns of an error by its closing.
  socket.on('error', () => undefined);
  // Without this, the end of each batch would wait for the acknowledgement of its beginning.
  socket.setNoDelay(true);
  for (const greeting of greetingsOf(target)) await greet(socket, target, greeting);
  return socket;
}

function open({ endpoint, tls }: Target): Socket {
  if (!tls) return connectPlain(endpoint);
  // An address is no server name (RFC 6066), and is checked against the certificate all the same.
  const serverName = 'host' in endpoint && isIP(endpoint.host) === 0 ? { servername: endpoint.host } : {};
  return connectTls({ ...endpoint, ...serverName, ...tls });
}

async function connected(socket: Socket, event: string): Promise<void> {
  const tooLong = AbortSignal.timeout(CONNECT_TIMEOUT_MS);
  try {
    await once(socket, event, { signal: tooLong });
  } catch (error) {
    if (tooLong.aborted) throw new Error(`no answer within ${CONNECT_TIMEOUT_MS} ms`);
    throw error;
  }
}

function greetingsOf({ username, password, protocol }: Target): readonly (readonly string[])[] {
  const credentials = password === undefined ? [] : [username ?? 'default', password];
  if (protocol === 3) return [['HELLO', '3', ...(password === undefined ? [] : ['AUTH', ...credentials])]];
  if (password === undefined) return [];
  // A server before ACLs, or without users, knows a password alone.
  return [['AUTH', ...(username === undefined ? [] : [username]), password]];
}

async function greet(socket: Socket, target: Target, words: readonly string[]): Promise<void> {
  socket.write(
    `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`,
  );
  const refusal = await answer(socket, target);
  if (refusal === undefined) return;
  socket.destroy();
  throw new AppError('TargetRefused', `${nameOf(target)} refuses ${words[0]}: ${refusal}`);
}

/** @returns the error that one command was answered with */
function answer(socket: Socket, target: Target): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const done = () => {
      socket.off('data', hear).off('close', lost).off('error', lost).off('timeout', lost).setTimeout(0);
    };
    const settle = (refusal: string | undefined) => {
      done();
      resolve(refusal);
    };
    const lost = (cause?: unknown) => {
      done();
      socket.destroy();
      const message = `${nameOf(target)} closed the connection or did not answer while we logged in`;
      reject(new AppError('TargetUnreachable', message, { cause }));
    };
    const replies = new Replies({ succeeded: () => settle(undefined), failed: settle });
    const hear = (chunk: Buffer) => {
      try {
        replies.read(chunk);
      } catch (error) {
        lost(error);
      }
    };
    socket.on('data', hear).on('close', lost).on('error', lost).on('timeout', lost);
    socket.setTimeout(CONNECT_TIMEOUT_MS);
  });
}
