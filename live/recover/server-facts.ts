import type { TargetServer } from '@redrill/rdb';
import { type RespConnection, ServerRefusal } from '../../adapters/redis/resp-connection.ts';
import { AppError } from '../../core/model/errors.ts';
import { infoOf, softwareOf } from '../../core/model/server-info.ts';

/** What a server says of itself. */
export interface ServerFacts extends TargetServer {
  /** Of the process: another one may have lost what it had acknowledged. */
  readonly runId: string;
  readonly isCluster: boolean;
  readonly isReplica: boolean;
  /** The primary of a replica. */
  readonly primary: string | undefined;
  readonly isLoading: boolean;
  /** Undefined if the server does not tell, or has no limit. */
  readonly maxMemoryBytes: number | undefined;
  readonly usedBytes: number | undefined;
  /** `noeviction`, `allkeys-lru`, … */
  readonly evictionPolicy: string | undefined;
}

/** @throws ServerRefusal if the server does not let us ask, AppError `RestoreUnreachable` if the connection is lost */
export async function factsOf(connection: RespConnection): Promise<ServerFacts> {
  const info = infoOf(textOf(await connection.ask('INFO')));
  const field = (key: string) => info.get(key);
  const positive = (key: string) => {
    const value = Number(field(key) ?? Number.NaN);
    return value > 0 ? value : undefined;
  };
  return {
    ...softwareOf(info),
    runId: field('run_id') ?? '',
    isCluster: field('cluster_enabled') === '1' || field('redis_mode') === 'cluster',
    isReplica: field('role') === 'slave',
    primary: field('master_host') && `${field('master_host')}:${field('master_port')}`,
    isLoading: field('loading') === '1',
    maxMemoryBytes: positive('maxmemory'),
    usedBytes: positive('used_memory'),
    evictionPolicy: field('maxmemory_policy'),
  };
}

/** @throws AppError `TargetRefused` in the server's own words */
export async function asking<Result>(name: string, question: Promise<Result>): Promise<Result> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof ServerRefusal) throw refusedBy(name, error.message);
    throw error;
  }
}

/** What to do about the refusals that have a remedy of their own. */
const REMEDIES: Readonly<Record<string, string>> = {
  NOAUTH: 'put its password into REDRILL_REDIS_PASSWORD',
  WRONGPASS: 'check user and password',
  NOPERM: 'allow this user what is refused, or use another one',
  READONLY: 'it is a replica: write to its primary',
  OOM: 'its memory is full, and nothing is evicted: make room or scale it up, then go on',
  LOADING: 'it is loading its data: wait until it has',
  BUSY: 'wait until the script has ended, then go on',
  MISCONF: 'it cannot save, and so takes no writes',
  CLUSTERDOWN: 'its cluster does not serve all slots',
};

export function refusedBy(name: string, message: string): AppError {
  const [code = ''] = message.split(' ', 1);
  const remedy = REMEDIES[code];
  const full = code === 'OOM' ? 'TargetFull' : 'TargetRefused';
  return new AppError(full, `${name} refuses: ${message}${remedy === undefined ? '' : ` (${remedy})`}`);
}

export const textOf = (reply: unknown): string =>
  reply instanceof Uint8Array ? Buffer.from(reply).toString() : String(reply ?? '');
