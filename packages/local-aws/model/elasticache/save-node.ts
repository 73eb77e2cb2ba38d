import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { infoOf } from '../../redis/control.ts';
import type { RedisNode } from '../../redis/node.ts';
import { setRdbCreationTime, setRdbVersion } from '../../redis/rdb-creation-time.ts';
import { stampReplication } from '../../redis/replication-timestamp.ts';
import type { Context } from './context.ts';
import { usedMemoryBytes } from './group-processes.ts';
import type { Member, NodeSnapshotRecord, Shard, SnapshotRecord } from './state.ts';

/** Real time that a replica gets to catch up with what its primary had when the snapshot was ordered. */
const CATCH_UP_MS = 5_000;
const POLL_MS = 5;
const SECOND_MS = 1_000;
/** Of no release that there is. */
const NEWER_RDB_VERSION = 99;

/** Saves one shard with BGSAVE into the snapshot's folder. @throws when the node cannot save */
export async function saveNode(
  context: Context,
  snapshot: SnapshotRecord,
  record: NodeSnapshotRecord,
  { shard, member }: { readonly shard: Shard; readonly member: Member },
): Promise<NodeSnapshotRecord> {
  const at = context.clock.now();
  const { node } = member;
  const primary = shard.members[0]?.node;
  if (node === undefined || primary === undefined) throw new Error(`${member.cacheClusterId} has no process`);
  if (context.readings['replication-timestamp'] === 'written') await stampReplication(primary, at);
  if (node !== primary) await catchUp(node, primary);
  const saved = await node.bgsave();
  await mkdir(snapshot.folder, { recursive: true });
  const file = join(snapshot.folder, `${record.shardId}.rdb`);
  await rename(saved, file);
  await setRdbCreationTime(file, Math.floor(at / SECOND_MS));
  if (context.readings['rdb-version'] === 'newer') await setRdbVersion(file, NEWER_RDB_VERSION);
  record.saved = { file, at, usedBytes: await usedMemoryBytes(node) };
  return record;
}

/**
 * AWS promises nothing about a replica's lag. Here it is waited out, so that what was written before a snapshot was
 * ordered is in it, as it practically always is on AWS after the minutes that a snapshot takes.
 */
async function catchUp(replica: RedisNode, primary: RedisNode): Promise<void> {
  const target = await offsetOf(primary, 'master_repl_offset');
  const limit = Date.now() + CATCH_UP_MS;
  while (Date.now() < limit && (await offsetOf(replica, 'slave_repl_offset')) < target) await pause(POLL_MS);
}

async function offsetOf(node: RedisNode, field: string): Promise<number> {
  const replication = await node.control((redis) => infoOf(redis, 'replication'));
  return Number(replication.get(field) ?? 0);
}
