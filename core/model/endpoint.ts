/** Where ElastiCache listens. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/accessing-elasticache.html */
export const CACHE_PORT = 6379;

/** Where a cache answers, and how applications write that down. */
export interface Endpoint {
  readonly host: string;
  /** @default {@link CACHE_PORT} */
  readonly port?: number;
}

const URL_FORM = /^(?<scheme>rediss?:\/\/)(?<login>[^/@]*@)?(?<host>[^:/?#]+)(?::(?<port>\d+))?(?<rest>.*)$/s;
const HOST_FORM = /^(?<host>[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?\.?)(?::(?<port>\d{1,5}))?$/;

/** @returns undefined for what is neither a redis URL nor `host` or `host:port` */
export function endpointIn(value: string): Endpoint | undefined {
  const groups = (URL_FORM.exec(value) ?? HOST_FORM.exec(value))?.groups;
  if (groups?.host === undefined) return undefined;
  return { host: groups.host, ...(groups.port === undefined ? {} : { port: Number(groups.port) }) };
}

/** The same value with another endpoint in it: scheme, login, database and whether a port is written stay as they are. */
export function withEndpoint(value: string, { host, port }: Endpoint): string {
  const url = URL_FORM.exec(value)?.groups;
  const written = (url ?? HOST_FORM.exec(value)?.groups)?.port !== undefined || !isUsual(port);
  const address = written && port !== undefined ? `${host}:${port}` : host;
  return url === undefined ? address : `${url.scheme}${url.login ?? ''}${address}${url.rest ?? ''}`;
}

function isUsual(port: number | undefined): boolean {
  return port === undefined || port === CACHE_PORT;
}

/** For people: without the login of a URL. */
export function withoutLogin(value: string): string {
  const url = URL_FORM.exec(value)?.groups;
  return url?.login === undefined ? value : value.replace(url.login, '…@');
}

export const portOf = ({ port = CACHE_PORT }: Endpoint): number => port;

/** Whether both lead to the same place, however it is written. */
export const areSame = (one: Endpoint, other: Endpoint): boolean =>
  one.host.toLowerCase() === other.host.toLowerCase() && portOf(one) === portOf(other);
