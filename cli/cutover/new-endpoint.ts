import { restoreElastiCache } from '../../adapters/aws/restore-elasticache.ts';
import { answers } from '../../adapters/redis/probe.ts';
import { groupId } from '../../core/contracts/config.ts';
import { type Endpoint, endpointIn, portOf } from '../../core/model/endpoint.ts';
import { AppError } from '../../core/model/errors.ts';

/** Where `--to` answers: an endpoint as it is, or that of a cache. @throws AppError `CutOverRefused` */
export async function endpointOf(to: string, region: string): Promise<Endpoint> {
  if (!groupId.safeParse(to).success) {
    const endpoint = endpointIn(to);
    if (endpoint !== undefined) return endpoint;
    throw new AppError('CutOverRefused', `--to '${to}' is neither the id of a cache nor host:port`);
  }
  const found = await restoreElastiCache(region).findCluster(to);
  if (found === undefined) throw new AppError('CutOverRefused', `there is no cache '${to}' in ${region}`);
  if (found.status !== 'available' || found.endpoint === undefined)
    throw new AppError('CutOverRefused', `'${to}' in ${region} is '${found.status}', not 'available'`);
  return found.endpoint;
}

/** @throws AppError `CutOverRefused` unless something answers there, or nobody is to ask */
export async function checkTarget(endpoint: Endpoint, { probe }: { readonly probe: boolean }): Promise<void> {
  if (!probe) return;
  const address = { host: endpoint.host, port: portOf(endpoint) };
  if (await answers(address)) return;
  throw new AppError(
    'CutOverRefused',
    `${address.host}:${address.port} does not answer from here; run this where it can be reached, or with --no-probe`,
  );
}
