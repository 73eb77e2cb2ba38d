import dgram from 'node:dgram';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { patchDns } from './bootstrap-dns.ts';
import type { NetworkPolicy, Route } from './protocol.ts';

interface Way {
  readonly address: string;
  readonly port: number;
  /** Address that the function's code shall believe it is connected to. */
  readonly shownAddress?: string;
}

interface Destination {
  readonly host?: string;
  readonly port?: number | string;
  readonly path?: string | null;
  readonly lookup?: net.LookupFunction;
}

const LOOPBACK = '127.0.0.1';
/** The only port of the outside world that is modelled. */
const HTTPS_PORT = 443;

/**
 * Confines this process to what the function's network allows. Every TCP connection of Node (net, tls, http, https,
 * fetch, ioredis) passes through `Socket.connect`; DNS answers only for hosts that can be reached.
 * A refused connection fails at once with ETIMEDOUT: what a missing route or a closed security group comes to, without the wait.
 */
export function confineNetwork(policy: NetworkPolicy, routes: () => readonly Route[]): void {
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
    const { destination, listener } = parseConnect(args);
    const host = normalizeHost(destination.host);
    const port = Number(destination.port);
    // Sockets of the file system would lead past all this; Node's http passes `path: null`.
    const way = destination.path ? undefined : wayTo(policy, routes(), host, port);
    if (way?.shownAddress !== undefined) showAddress(this, way.shownAddress, port);
    const options = way === undefined ? refused(host, port) : redirected(destination, host, way);
    return Reflect.apply(connect, this, [options, listener]);
  };
  dgram.Socket.prototype.send = () => {
    throw Object.assign(new Error('send ENETUNREACH: no UDP here'), { code: 'ENETUNREACH', syscall: 'send' });
  };
  patchDns((name) => addressOf(policy, routes(), normalizeHost(name)));
  syncBuiltinESMExports();
}

/** The forms that `Socket.connect` takes: already normalised `[options, listener]`, options, or port and host. */
function parseConnect(args: unknown[]): { destination: Destination; listener: unknown } {
  const [first, second, third] = args;
  if (Array.isArray(first)) return { destination: first[0], listener: first[1] ?? undefined };
  if (typeof first === 'object' && first !== null) return { destination: first, listener: second };
  if (typeof first === 'string' && Number.isNaN(Number(first))) {
    return { destination: { path: first }, listener: second };
  }
  const host = typeof second === 'string' ? { host: second } : {};
  return { destination: { port: Number(first), ...host }, listener: host.host ? third : second };
}

function normalizeHost(host: string | undefined): string {
  const name = (host ?? 'localhost').toLowerCase().replace(/\.$/, '');
  return name === 'localhost' || name === '::1' ? LOOPBACK : name;
}

function wayTo(policy: NetworkPolicy, routes: readonly Route[], host: string, port: number): Way | undefined {
  if (isEndpoint(policy, host) && port === policy.endpoint.port) {
    return { address: normalizeHost(policy.endpoint.host), port };
  }
  if (policy.inVpc) {
    const route = routes.find((open) => normalizeHost(open.host) === host && open.port === port);
    return route && { address: route.address ?? host, port };
  }
  const outside = Object.entries(policy.internetHosts).find(
    ([name, { address }]) => name === host || address === host,
  )?.[1];
  if (outside === undefined || port !== HTTPS_PORT) return undefined;
  return { address: LOOPBACK, port: outside.port, shownAddress: outside.address };
}

/** The endpoint itself, or a bucket's virtual host under it. */
function isEndpoint(policy: NetworkPolicy, host: string): boolean {
  const endpoint = normalizeHost(policy.endpoint.host);
  return host === endpoint || host.endsWith(`.${policy.endpoint.host.toLowerCase()}`);
}

function addressOf(policy: NetworkPolicy, routes: readonly Route[], host: string): string | undefined {
  if (isEndpoint(policy, host)) return normalizeHost(policy.endpoint.host);
  if (policy.inVpc) {
    const route = routes.find((open) => normalizeHost(open.host) === host);
    return route && (route.address ?? normalizeHost(route.host));
  }
  return policy.internetHosts[host]?.address;
}

/** Connects to the stand-in, after asking the caller's own `lookup` (which may refuse the address) if it has one. */
function redirected(destination: Destination, host: string, way: Way): object {
  const own = destination.lookup;
  if (own === undefined || net.isIP(host) !== 0) {
    return { ...destination, host: way.address, port: way.port, lookup: undefined };
  }
  const lookup: net.LookupFunction = (name, options, answer) =>
    own(name, options, (error) => {
      if (error) return answer(error, '', 0);
      const family = net.isIP(way.address);
      if (options.all) return answer(null, [{ address: way.address, family }]);
      answer(null, way.address, family);
    });
  return { ...destination, port: way.port, lookup };
}

/** Fails inside the name lookup, so that the socket goes through its usual states before the error. */
function refused(host: string, port: number): object {
  const error = Object.assign(new Error(`connect ETIMEDOUT ${host}:${port}`), {
    code: 'ETIMEDOUT',
    syscall: 'connect',
    address: host,
    port,
  });
  const lookup: net.LookupFunction = (_name, _options, answer) => process.nextTick(answer, error, '', 0);
  return { host: 'no-route.invalid', port: HTTPS_PORT, lookup };
}

function showAddress(socket: net.Socket, address: string, port: number): void {
  Object.defineProperty(socket, 'remoteAddress', { configurable: true, get: () => address });
  Object.defineProperty(socket, 'remotePort', { configurable: true, get: () => port });
}
