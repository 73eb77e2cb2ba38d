import type { RecoveryPoint, RegistryEntry } from '../../core/contracts/recovery-point.ts';
import { planNames } from '../../core/contracts/servers.ts';
import { AppError } from '../../core/model/errors.ts';
import { readableLineage } from '../../core/model/lineage.ts';
import { pointNameOf } from '../../core/model/point-name.ts';
import { type ExplainedPoint, explainPoints } from '../../core/retention/explain-points.ts';
import { withReleased } from '../../core/retention/lineages.ts';
import { planOf } from '../points/list.ts';
import { counted, grouped } from '../terminal/figures.ts';
import { openVault, registered, type Vault, type VaultOptions } from '../vault.ts';

interface ReleaseOptions extends VaultOptions {
  readonly lineage: string;
  readonly why?: string;
  readonly apply?: true;
}

/**
 * Lets go what is kept of an earlier cache of this name; without `--apply`, says what that is.
 * @throws AppError `NotReleasable` for the newest lineage and for one that is not known, `BadInput`, `UnknownCache`
 */
export async function release(cache: string, options: ReleaseOptions): Promise<void> {
  const { lineage, why, apply } = options;
  if (apply && why === undefined) throw new AppError('BadInput', "--apply needs --why '<reason>'");
  const vault = await openVault(options);
  const entry = await registered(vault, cache);
  const released = { by: vault.person, at: vault.now().toISOString(), why: why ?? '' };
  const after = withReleased(entry, lineage, released);
  const freed = freedBy(vault, await vault.catalogue.points(cache), { before: entry, after });
  if (apply) await vault.catalogue.releaseLineage(cache, lineage, released);
  const what = `${counted(freed.length, 'recovery point')} of the ${cache} created ${readableLineage(lineage)}`;
  console.log(
    [
      apply ? `The next ingest of ${cache} releases ${what}:` : `This would release ${what}:`,
      ...freed.map(lineOf),
      ...keptLines(freed, entry),
      apply
        ? "To keep one of them, hold it before then: npx redrill hold <point> --why '…'"
        : `Nothing was changed. To release them: npx redrill release ${cache} --lineage ${lineage} --why '…' --apply`,
    ].join('\n'),
  );
}

/** The points of which the decision to release the lineage makes the difference, newest first. */
function freedBy(
  { config }: Vault,
  points: readonly RecoveryPoint[],
  { before, after }: Readonly<Record<'before' | 'after', RegistryEntry>>,
): readonly ExplainedPoint[] {
  const plan = planOf({ config }, planNames(config)[before.cache] ?? before.plan);
  const kept = explainPoints(points, before, plan).filter(({ fate }) => fate === 'kept');
  const slots = new Set(kept.map(({ point }) => point.slot));
  return explainPoints(points, after, plan).filter(
    ({ point, fate }) => fate === 'released' && slots.has(point.slot),
  );
}

function lineOf({ point, expiresFrom }: ExplainedPoint): string {
  const { tier, verdict, totals } = point;
  const until =
    expiresFrom === undefined
      ? 'its plan keeps it for ever all the same'
      : `S3 expires it from ${expiresFrom.toISOString().slice(0, 10)} on`;
  return `  ${pointNameOf(point)}  ${tier}, ${verdict}, ${grouped(totals.keys)} keys: ${until}`;
}

function keptLines(freed: readonly ExplainedPoint[], { holds }: RegistryEntry): readonly string[] {
  if (freed.length === 0) return ['  none: all of them were released before, or are held'];
  return holds.length === 0 ? [] : ['Points that are held stay.'];
}
