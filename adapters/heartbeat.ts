import { lookup } from 'node:dns/promises';
import { request } from 'node:https';
import { BlockList, isIP } from 'node:net';
import { AppError } from '../core/model/errors.ts';
import type { Heartbeat } from '../core/ports.ts';

/**
 * Addresses that a heartbeat is never sent to: whoever can write the parameter must not be able to make this Lambda call
 * the instance metadata service or anything else that only answers from inside.
 * https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const FORBIDDEN = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  FORBIDDEN.addSubnet(network, bits, 'ipv4');
  FORBIDDEN.addSubnet(`::ffff:${network}`, 96 + bits, 'ipv6');
}
for (const [network, bits] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  FORBIDDEN.addSubnet(network, bits, 'ipv6');
}

const TIMEOUT_MS = 5_000;
const ANSWER_MAX_BYTES = 1_024;

export interface HeartbeatOptions {
  /** For finding the address, connecting and the answer together. @default 5 s */
  readonly timeoutMs?: number;
  /** @default DNS, as Node asks it */
  readonly resolve?: (host: string) => Promise<readonly { readonly address: string }[]>;
  /** @default `request` of node:https */
  readonly request?: typeof request;
}

/** HTTPS only, no redirects, five seconds in all, and the address that was checked is the one that is called. */
export function heartbeat(options: HeartbeatOptions = {}): Heartbeat {
  const {
    timeoutMs = TIMEOUT_MS,
    resolve = (host) => lookup(host, { all: true }),
    request: open = request,
  } = options;
  return {
    ping: async (text, body) => {
      const url = parsedUrl(text);
      const signal = AbortSignal.timeout(timeoutMs);
      const address = await Promise.race([publicAddressOf(url, resolve), ended(signal, url)]);
      await post({ url, address, body, signal, open });
    },
  };
}

/** Looking up a name cannot be broken off, only no longer waited for. */
function ended(signal: AbortSignal, { hostname }: URL): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () =>
      reject(
        new AppError(
          'AwsUnavailable',
          `the address of the heartbeat’s host ${hostname} was not found in time`,
        ),
      ),
    ),
  );
}

function parsedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' && url.username === '' && url.password === '') return url;
  // The URL itself is a secret: whoever knows it can keep the switch alive.
  throw new AppError(
    'HeartbeatRefused',
    'the heartbeat parameter does not hold an https:// URL without credentials',
  );
}

async function publicAddressOf(url: URL, resolve: Required<HeartbeatOptions>['resolve']): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const found = await resolve(host).catch((cause) => {
    throw new AppError('AwsUnavailable', `the heartbeat’s host ${host} cannot be resolved`, { cause });
  });
  const forbidden = found.find(({ address }) =>
    FORBIDDEN.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'),
  );
  const first = found[0];
  if (forbidden === undefined && first !== undefined) return first.address;
  throw new AppError(
    'HeartbeatRefused',
    `the heartbeat’s host ${host} resolves to ${forbidden?.address ?? 'nothing'}, which is not a public address`,
  );
}

interface Ping {
  readonly url: URL;
  readonly address: string;
  readonly body: string;
  readonly signal: AbortSignal;
  readonly open: typeof request;
}

function post({ url, address, body, signal, open }: Ping): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (message: string, cause?: unknown) =>
      reject(new AppError('AwsUnavailable', message, { cause }));
    const sent = open(
      url,
      {
        method: 'POST',
        headers: { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(body) },
        signal,
        // The name was looked up and checked above; looking it up again could give another address.
        lookup: (_host, options, callback) =>
          options.all
            ? callback(null, [{ address, family: isIP(address) }])
            : callback(null, address, isIP(address)),
      },
      (answer) => {
        let bytes = 0;
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > ANSWER_MAX_BYTES) answer.destroy();
        });
        answer.on('close', () => {
          const status = answer.statusCode ?? 0;
          if (status >= 200 && status < 300) resolve();
          else failed(`the heartbeat was answered with status ${status}`);
        });
      },
    );
    sent.on('error', (cause) => failed(`the heartbeat did not get through: ${cause.message}`, cause));
    sent.end(body);
  });
}
