import { freshProgress, type ShardProgress } from './progress.ts';
import type { Saved } from './state-file.ts';

/** What a run that begins again has to know of the one during which a server died. */
export interface AfterDeath {
  readonly saved: Saved;
  /** Values that were under way, and are now sent one at a time before all others. */
  readonly suspects: number;
  /** Values that were alone under way to a server that died, and are not sent any more. */
  readonly condemned: number;
}

/**
 * What to begin again from when the servers that were written into have died or were restarted. A value that was alone
 * under way is never sent again; of several that were, any can be the one, so each is sent alone first. What had been
 * written may be lost, so all others are sent as if for the first time.
 * @returns undefined if nothing is known to have been under way
 */
export function afterDeath(saved: Saved): AfterDeath | undefined {
  const condemned = saved.shards.map((shard) => new Set(shard.condemned));
  for (const [at, shard] of saved.shards.entries())
    if (shard.alone !== undefined) condemned[at]?.add(shard.alone);
  for (const server of new Set(saved.shards.flatMap(({ inFlight = {} }) => Object.keys(inFlight)))) {
    const found = saved.shards.flatMap(({ inFlight = {} }, at) =>
      (inFlight[server] ?? []).map((offset) => ({ at, offset })),
    );
    const [only] = found;
    if (only !== undefined && found.length === 1) condemned[only.at]?.add(only.offset);
  }
  const shards = saved.shards.map((shard, at) => begunAgain(shard, condemned[at] ?? new Set()));
  const sum = (of: (shard: ShardProgress) => number) => shards.reduce((total, shard) => total + of(shard), 0);
  const suspects = sum((shard) => shard.suspects?.offsets.length ?? 0);
  const { libraries: _, ...rest } = saved;
  if (suspects + sum((shard) => shard.condemned?.length ?? 0) === 0) return undefined;
  return {
    saved: { ...rest, servers: {}, shards },
    suspects,
    condemned: sum((shard) => shard.condemned?.length ?? 0),
  };
}

function begunAgain(before: ShardProgress, condemned: ReadonlySet<number>): ShardProgress {
  const { shard, horizon, mark, suspects, inFlight = {} } = before;
  const offsets = new Set([...(suspects?.offsets ?? []), ...Object.values(inFlight).flat()]);
  const left = [...offsets].filter((offset) => !condemned.has(offset)).sort((one, other) => one - other);
  // An earlier place from which to look for them is as good.
  const from = suspects === undefined ? mark : suspects.from;
  return {
    ...freshProgress(shard),
    horizon,
    ...(left.length === 0 ? {} : { suspects: { ...(from === undefined ? {} : { from }), offsets: left } }),
    ...(condemned.size === 0 ? {} : { condemned: [...condemned].sort((one, other) => one - other) }),
  };
}

/** What was noted of the last run's end, when the servers are the same as then. */
export function afterInterruption(saved: Saved): Saved {
  return { ...saved, shards: saved.shards.map(({ inFlight: _, alone: __, ...shard }) => shard) };
}
