import type { CacheNode } from '@redrill/local-aws';

/** The whole command that connects to a node as a customer of its cache does: over TLS and with the token, if it has them. */
export function redisCliCommand(
  { customer: { host, port, password, ca }, slots }: CacheNode,
  caFile: string,
): string {
  const options = [
    ...(slots.length === 0 ? [] : ['-c']),
    `-h ${host} -p ${port}`,
    ...(ca === undefined ? [] : [`--tls --cacert ${caFile}`]),
    ...(password === '' ? [] : [`-a ${password} --no-auth-warning`]),
  ];
  return `redis-cli ${options.join(' ')}`;
}
