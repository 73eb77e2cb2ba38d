import { REHEARSAL_TAG } from '../core/model/rehearsal.ts';
import type { SourceElastiCache } from '../core/ports.ts';
import { noticesOfRehearsal } from '../core/watch/rehearsal-notices.ts';
import { type LookingWorld, tellNotices } from './tell-notices.ts';

export interface RehearsalWorld extends LookingWorld {
  readonly elasticache: Pick<SourceElastiCache, 'listTagged'>;
  /** Of the caches. */
  readonly region: string;
}

/** Alerts if the cache of a rehearsal is older than any rehearsal. It asks for that tag alone, and deletes nothing. */
export async function watchRehearsal(
  world: RehearsalWorld,
): Promise<{ readonly rehearsal: readonly string[] }> {
  const look = { id: world.newRunId(), now: world.now() };
  const tagged = await world.elasticache.listTagged(REHEARSAL_TAG);
  const notices = noticesOfRehearsal(
    tagged.map(({ cache, plan: began }) => ({ cache, began })),
    { region: world.region, now: look.now },
  );
  await tellNotices(notices, look, { ...world, area: 'rehearsal' });
  return { rehearsal: notices.map(({ fault }) => fault) };
}
