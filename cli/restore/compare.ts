import {
  type Connection,
  connectRestoredCluster,
  type RestoredCluster,
} from '../../adapters/redis/restored-cluster.ts';
import type { Comparison } from '../../core/contracts/drill.ts';
import type { RecoveryPoint } from '../../core/contracts/recovery-point.ts';
import type { RestorePlan } from '../../core/contracts/restore.ts';
import { AppError } from '../../core/model/errors.ts';
import { percentText } from '../../core/model/percent.ts';
import type { Now, ObjectStore } from '../../core/ports.ts';
import { ProgressStore } from '../../live/comparison-progress.ts';
import { compareRestore, expectedDigest } from '../../live/restore-comparison.ts';
import type { StatusLine } from '../terminal/status-line.ts';
import { folderOf } from './make.ts';

export interface Comparing {
  readonly plan: RestorePlan;
  readonly vault: ObjectStore;
  readonly record: RecoveryPoint;
  readonly staging: ObjectStore;
  readonly connection: Connection;
  readonly begunAt: Date;
  readonly line: StatusLine;
  readonly now: Now;
}

export type Outcome =
  | { readonly compared: 'matched' | 'differs'; readonly comparison: Comparison }
  | { readonly compared: 'unreachable'; readonly unreachable: string };

/** Reads every key of the new cluster and compares it with what was recorded, as a drill does. */
export async function compare(comparing: Comparing): Promise<Outcome> {
  const { plan, vault, staging, connection, now } = comparing;
  const shards = plan.creates.shards.map(({ shard }) => shard);
  const expected = await expectedDigest(vault, comparing.record, shards);
  let cluster: RestoredCluster | undefined;
  try {
    cluster = counting(await connectRestoredCluster(connection), comparing);
    const progress = new ProgressStore(staging, `${folderOf(plan)}comparison`);
    const timeLeftMs = () => Number.POSITIVE_INFINITY;
    const result = await compareRestore({ expected, cluster, progress, timeLeftMs, now });
    // A reading whose time is not limited ends.
    if (!result.done) throw new Error('the comparison stopped before its end');
    const { comparison } = result;
    return { compared: comparison.mismatches === 0 ? 'matched' : 'differs', comparison };
  } catch (error) {
    if (error instanceof AppError && error.code === 'RestoreUnreachable')
      return { compared: 'unreachable', unreachable: error.message };
    throw error;
  } finally {
    cluster?.close();
  }
}

const KEYS_BETWEEN_FRAMES = 1_000;

/** The same cluster, whose reading shows on the line. */
function counting(cluster: RestoredCluster, { plan, begunAt, line }: Comparing): RestoredCluster {
  let keys = 0;
  const count = () => {
    if (keys++ % KEYS_BETWEEN_FRAMES > 0) return;
    const share = Math.min(1, keys / Math.max(1, plan.point.keys));
    line.step('compare', begunAt, `  ${percentText(share)}`);
  };
  const servers = cluster.servers.map((server) => ({
    runId: server.runId,
    databases: () => server.databases(),
    read: (order: Parameters<typeof server.read>[0]) =>
      server.read({
        ...order,
        takes: (name, expiresAtMs) => {
          count();
          return order.takes(name, expiresAtMs);
        },
      }),
  }));
  return { ...cluster, servers };
}
