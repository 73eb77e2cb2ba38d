import type { Reply, RespConnection } from '../adapters/redis/resp-connection.ts';
import type { ServerFacts } from '../core/contracts/server-seal.ts';
import type { Info } from '../core/ship/save-state.ts';

const SETTINGS = ['databases', 'maxmemory', 'maxmemory-policy', 'save', 'appendonly'];

export interface Client {
  readonly tls: boolean;
  readonly auth: ServerFacts['auth'];
}

/** What has to be known of a server to build one in its place; no secret is asked for. */
export async function serverFacts(
  connection: RespConnection,
  info: Info,
  { tls, auth }: Client,
): Promise<ServerFacts> {
  const settings = await configured(connection, SETTINGS);
  const valkey = info.get('valkey_version');
  const slots = info.get('cluster_enabled') === '1' ? await ownSlots(connection) : undefined;
  return {
    engine: valkey === undefined ? 'redis' : 'valkey',
    engineVersion: valkey ?? info.get('redis_version') ?? 'unknown',
    role: info.get('role') === 'slave' ? 'replica' : 'primary',
    ...(slots !== undefined && { slots }),
    databases: Number(settings.databases ?? 16),
    maxmemoryBytes: Number(settings.maxmemory ?? 0),
    maxmemoryPolicy: settings['maxmemory-policy'] ?? 'noeviction',
    modules: modulesIn(info),
    save: settings.save ?? '',
    appendOnly: settings.appendonly === 'yes',
    tls,
    auth,
  };
}

/** `name=bf,ver=20612,api=1,…` of each line `module:` of INFO. */
function modulesIn(info: Info): ServerFacts['modules'] {
  return [...(info.get('module') ?? '').matchAll(/name=([^,;]+),ver=([^,;]+)/g)].map(
    ([, name = '', version = '']) => ({ name, version }),
  );
}

/** Of the shard that this server is in: a replica's are those of its primary. */
async function ownSlots(connection: RespConnection): Promise<string> {
  const lines = textOf(await connection.ask('CLUSTER', 'NODES'))
    .split('\n')
    .map((line) => line.trim().split(' '));
  const own = lines.find(([, , flags = '']) => flags.split(',').includes('myself'));
  const primary = own?.[3] === '-' ? own : lines.find(([id]) => id === own?.[3]);
  // Ranges follow the eighth field; those in brackets are being moved.
  return (primary ?? [])
    .slice(8)
    .filter((range) => /^\d+(-\d+)?$/.test(range))
    .join(',');
}

/** Settings by CONFIG GET. @throws ServerRefusal */
export async function configured(
  connection: RespConnection,
  names: readonly string[],
): Promise<Readonly<Record<string, string | undefined>>> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const reply = await connection.ask('CONFIG', 'GET', name);
    const [, value] = Array.isArray(reply) ? (reply as readonly Reply[]) : [];
    if (value !== undefined) found[name] = textOf(value);
  }
  return found;
}

export function textOf(reply: Reply): string {
  return reply instanceof Uint8Array ? new TextDecoder().decode(reply) : String(reply ?? '');
}
