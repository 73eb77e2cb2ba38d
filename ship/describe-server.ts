import type { ServerDescription } from '../core/contracts/server-seal.ts';
import { path } from '../core/contracts/topology.ts';
import { type Info, softwareOf } from '../core/model/server-info.ts';
import type { Server } from './server.ts';

/** How clients talk to a server. */
export type Access = Pick<ServerDescription, 'tls' | 'auth'>;

/** What has to be known of a server to build one in its place; no secret is asked for. */
export async function describeServer(server: Server, info: Info, access: Access): Promise<ServerDescription> {
  const { engine, version } = softwareOf(info);
  const slots = info.get('cluster_enabled') === '1' ? ownSlots(await server.clusterNodes()) : undefined;
  return {
    engine,
    engineVersion: version,
    role: info.get('role') === 'slave' ? 'replica' : 'primary',
    ...(slots !== undefined && { slots }),
    databases: Number(await server.setting('databases')),
    maxmemoryBytes: Number(await server.setting('maxmemory')),
    maxmemoryPolicy: await server.setting('maxmemory-policy'),
    modules: modulesIn(info),
    save: await server.setting('save'),
    appendOnly: (await server.setting('appendonly')) === 'yes',
    ...printable('dir', await server.setting('dir')),
    ...printable('dbfilename', await server.setting('dbfilename')),
    ...access,
  };
}

function printable(name: 'dir' | 'dbfilename', value: string) {
  return path.safeParse(value).success ? { [name]: value } : {};
}

/** `name=bf,ver=20612,api=1,…` of each line `module:` of INFO. */
function modulesIn(info: Info): ServerDescription['modules'] {
  return [...(info.get('module') ?? '').matchAll(/name=([^,;]+),ver=([^,;]+)/g)].map(
    ([, name = '', version = '']) => ({ name, version }),
  );
}

/** Of the shard that this server is in: a replica's are those of its primary. @param nodes the answer to CLUSTER NODES */
function ownSlots(nodes: string): string {
  const lines = nodes.split('\n').map((line) => line.trim().split(' '));
  const own = lines.find(([, , flags = '']) => flags.split(',').includes('myself'));
  const primary = own?.[3] === '-' ? own : lines.find(([id]) => id === own?.[3]);
  // Ranges follow the eighth field; those in brackets are being moved.
  return (primary ?? [])
    .slice(8)
    .filter((range) => /^\d+(-\d+)?$/.test(range))
    .join(',');
}
