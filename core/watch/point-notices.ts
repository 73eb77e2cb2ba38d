import { commandOf, type Notice, noticeOf, type Wording } from '../alerts/compose-notice.ts';
import type { NoticeMemory } from '../contracts/notices.ts';
import type { ProtectedPlan } from '../contracts/plan.ts';
import type { PointSummary, RegistryEntry } from '../contracts/recovery-point.ts';
import { type PointAddress, pointOfFolder, vaultKeys } from '../model/keys.ts';
import { pointNameOf } from '../model/point-name.ts';
import { readableSlot } from '../model/slot.ts';
import { isReleased } from '../retention/decide-releases.ts';
import type { KeptPoint } from '../retention/kept-points.ts';
import { damageOf, KEPT_BELOW, type PointEvidence } from './point-damage.ts';

/** What one look has found of a cache's points. */
export interface WatchedCache {
  readonly cache: string;
  readonly entry: RegistryEntry;
  /** That the entry was worked out from the points. */
  readonly isLost: boolean;
  readonly newest: PointSummary | undefined;
  readonly plan: Pick<ProtectedPlan, 'keep' | 'minimumRedundancy'>;
  readonly points: readonly PointEvidence[];
  /** Points that the plan keeps in any case, and that S3 may expire by their tag. */
  readonly tagged: readonly KeptPoint[];
}

interface Damaged {
  readonly address: PointAddress;
  readonly damage: readonly string[];
  readonly isUnusable: boolean;
}

/** Faults of recovery points, and the caches whose newest verified one is among them. */
export function noticesOfPoints(watched: readonly WatchedCache[]): {
  readonly notices: readonly Notice[];
  readonly lost: readonly string[];
} {
  const found = watched.map((each) => ({ each, damaged: damagedOf(each) }));
  return {
    notices: found.flatMap(({ each, damaged }) => cacheNotices(each, damaged)),
    lost: found.filter(({ each, damaged }) => damaged.some(isNewestOf(each))).map(({ each }) => each.cache),
  };
}

function damagedOf({ points }: WatchedCache): readonly Damaged[] {
  return points.flatMap((evidence) => {
    const damage = damageOf(evidence);
    if (damage.length === 0) return [];
    return [{ address: evidence.address, damage, isUnusable: evidence.record.kind === 'unusable' }];
  });
}

const isNewestOf =
  ({ newest }: WatchedCache) =>
  ({ address }: Damaged): boolean =>
    address.slot === newest?.slot;

function cacheNotices(watched: WatchedCache, damaged: readonly Damaged[]): readonly Notice[] {
  const { cache } = watched;
  const unusable = damaged.filter(({ isUnusable }) => isUnusable);
  const others = damaged.filter(({ isUnusable }) => !isUnusable);
  const isNewest = isNewestOf(watched);
  const wayOut = wayOutOf(watched, damaged);
  const notice = { cache, wayOut };
  return [
    ...damageNotice(unusable, {
      ...notice,
      code: 'RecordUnreadable',
      severity: unusable.some(isAmongNewest(watched)) ? 'page' : 'ticket',
      says: `The records of these recovery points of ${cache} cannot be used. Every command, ingest and drill skips these points:`,
    }),
    ...damageNotice(others.filter(isNewest), {
      ...notice,
      code: 'RecoveryPointLost',
      says: `The newest verified recovery point of ${cache} has changed in the vault since it was verified:`,
    }),
    ...damageNotice(
      others.filter((each) => !isNewest(each)),
      {
        ...notice,
        code: 'RecoveryPointDamaged',
        severity: others.some((each) => !isNewest(each) && !isKeptBelow(each)) ? 'page' : 'ticket',
        says: `Older recovery points of ${cache} have changed in the vault since they were verified:`,
      },
    ),
  ];
}

/** One of those that the plan keeps in any case, or newer than all of them. */
function isAmongNewest({ entry, plan }: WatchedCache) {
  const verified = entry.recent.filter(({ verdict }) => verdict === 'verified');
  const oldest = verified.slice(0, plan.minimumRedundancy).at(-1);
  return ({ address }: Damaged): boolean => oldest === undefined || address.slot >= oldest.slot;
}

/** That every version that was verified is still there, for whoever reads it by its id. */
const isKeptBelow = ({ damage }: Damaged): boolean => damage.every((each) => each.includes(KEPT_BELOW));

/** From what the cache can be restored meanwhile. */
function wayOutOf({ cache, entry }: WatchedCache, damaged: readonly Damaged[]): readonly string[] {
  const bad = new Set<string>(damaged.map(({ address }) => address.slot));
  const good = entry.recent.find(({ slot, verdict }) => verdict === 'verified' && !bad.has(slot));
  return good === undefined
    ? [
        'There is no other verified recovery point in the registry. If the cache were lost now, everything in it would be lost.',
        '',
        'To create a new recovery point now:',
        `  npx redrill backup ${cache}`,
      ]
    : [
        `The newest undamaged recovery point is of ${readableSlot(good.slot)} (${good.tier}). If the cache were lost now, everything written since then would be lost with it.`,
        '',
        'To restore from it (add --apply to create the cache), and to create a new recovery point:',
        `  npx redrill restore ${pointNameOf({ cache, slot: good.slot })} --to ${cache}-restored`,
        `  npx redrill backup ${cache}`,
      ];
}

interface DamageWording extends Pick<Wording, 'code' | 'severity'> {
  readonly cache: string;
  readonly says: string;
  readonly wayOut: readonly string[];
}

/** So many points are named; the commands show all. */
const NAMED_POINTS = 10;

function damageNotice(
  damaged: readonly Damaged[],
  { says, wayOut, cache, ...wording }: DamageWording,
): readonly Notice[] {
  if (damaged.length === 0) return [];
  const newestFirst = [...damaged].sort((one, other) => (one.address.slot < other.address.slot ? 1 : -1));
  const lines = newestFirst.map(
    ({ address, damage }) => `  ${pointNameOf(address)} (${address.tier}): ${damage.join('; ')}`,
  );
  const more = lines.length - NAMED_POINTS;
  const text = [
    says,
    ...lines.slice(0, NAMED_POINTS),
    ...(more > 0 ? [`  and ${more} more`] : []),
    '',
    ...wayOut,
    '',
    'No part of Redrill changes or deletes a recovery point. If nobody in your team made this change, treat it as an intrusion.',
    'To see what is left:',
    ...newestFirst.slice(0, 1).map(({ address }) => `  npx redrill verify ${pointNameOf(address)}`),
    `  npx redrill points ${cache}`,
  ];
  const parts = newestFirst.map(({ address }) => vaultKeys.point(address));
  return [noticeOf({ ...wording, about: cache, parts, text })];
}

/** Points that were told of as damaged: they are looked at until they are whole. */
export function rememberedPoints({ faults }: NoticeMemory): readonly PointAddress[] {
  return Object.values(faults).flatMap(({ parts }) => parts.flatMap((part) => pointOfFolder(part) ?? []));
}

/** Caches whose registry entry is lost, though they have points. */
export function noticesOfRegistry(
  lost: readonly { readonly cache: string; readonly problem: string }[],
): readonly Notice[] {
  return lost.map(({ cache, problem }) =>
    noticeOf({
      code: 'RegistryEntryMissing',
      about: cache,
      parts: [cache],
      text: [
        `The vault has recovery points of ${cache}, but its registry entry ${vaultKeys.registry(cache)} cannot be used: ${problem}.`,
        'Backups, restores, drills and monitoring continue, because they derive the entry from the recovery points. Until you rebuild the entry, Redrill releases no recovery point of the cache, and does not know which ones are held.',
        '',
        'No part of Redrill deletes the entry. If nobody in your team deleted or changed it, treat it as an intrusion.',
        'To see what can be recovered; with --apply, the command rebuilds the entry:',
        commandOf('RegistryEntryMissing', cache),
      ],
    }),
  );
}

/** Points that the plan keeps in any case, and that S3 would expire by their tag. */
export function noticesOfReleaseTags(watched: readonly WatchedCache[]): readonly Notice[] {
  return watched.flatMap(({ cache, entry, isLost, tagged }): readonly Notice[] => {
    const wrong = tagged.filter((point) => !isLost && !isReleased(entry, point));
    const [newest] = wrong;
    if (newest === undefined) return [];
    return [
      noticeOf({
        code: 'ReleaseTagged',
        about: cache,
        parts: wrong.map(vaultKeys.point),
        text: [
          `These recovery points of ${cache}${wrong.some(({ lineage }) => lineage !== entry.lineage) ? ', or of an earlier cache of that name,' : ''} have the tag that makes S3 expire them when the retention period of their tier ends: ${wrong.map(pointNameOf).join(', ')}.`,
          `The plan always keeps them, because they are among the newest.`,
          'Redrill sets this tag only on recovery points that newer verified ones have replaced, so it did not set this one. If nobody in your team set it, treat it as an intrusion.',
          '',
          'To remove the tag, and keep the recovery point until you unhold it:',
          ...wrong.map(
            (point) =>
              `  npx redrill hold ${pointNameOf(point)} --why 'a release tag that Redrill did not set'`,
          ),
        ],
      }),
    ];
  });
}
