import type { RecoveryPoint, RegistryEntry } from '../core/contracts/recovery-point.ts';
import { unknownPoint } from '../core/decide/nearest-points.ts';
import { AppError } from '../core/model/errors.ts';
import type { PointAddress } from '../core/model/keys.ts';
import { type PointName, parsePointName, pointNameOf } from '../core/model/point-name.ts';
import { instantOf } from '../core/model/slot.ts';
import { registered, type Vault } from './vault.ts';

/** Records that are read at once when one after the other has to be looked into. */
const READ_AHEAD = 8;

export interface NamedPoint {
  readonly point: RecoveryPoint;
  readonly entry: RegistryEntry;
  /** Of a point that may be asked for and is not verified: one line for people, who must see it before they use it. */
  readonly warning?: string;
}

/** A point as commands take it: two words, or one with a slash between; see {@link parsePointName}. */
export type PointWords = readonly [first: string, second?: string];

/**
 * The recovery point of a cache that somebody names: `latest`, a slot, or a time, which means the newest verified one whose
 * snapshot was taken then or before. What is suspect or corrupt is only found by its slot, and then with a warning.
 *
 * @throws AppError `BadPointName`, `UnknownCache`, `UnknownPoint`, `NoRecoveryPoint`, each with what would have been right
 */
export async function pointNamed(vault: Vault, ...words: PointWords): Promise<NamedPoint> {
  const name = parsePointName(...words);
  const entry = await registered(vault, name.cache);
  const point = name.which.kind === 'slot' ? await ofSlot(vault, name) : await newestVerified(vault, name);
  const warning = await warningOf(vault, point);
  return { point, entry, ...(warning === undefined ? {} : { warning }) };
}

/** The same, of a point that is about to be restored from. @throws AppError `UnusablePoint` besides, if it is corrupt */
export async function usablePointNamed(vault: Vault, ...words: PointWords): Promise<NamedPoint> {
  const named = await pointNamed(vault, ...words);
  if (named.point.verdict !== 'corrupt') return named;
  throw new AppError('UnusablePoint', named.warning ?? `${pointNameOf(named.point)} is corrupt`);
}

async function ofSlot({ catalogue }: Vault, name: PointName): Promise<RecoveryPoint> {
  const { cache, which } = name;
  const addresses = await catalogue.addresses(cache);
  // An ingest that was tried again can have left a folder without a record under another tier.
  const asked = addresses.filter(({ slot }) => which.kind === 'slot' && slot === which.slot);
  const found = await firstRecord({ catalogue }, asked, () => true);
  if (found !== undefined) return found;
  throw unknownPoint(
    name,
    addresses.filter((address) => !asked.includes(address)).map(({ slot }) => slot),
  );
}

async function newestVerified(
  { catalogue }: Pick<Vault, 'catalogue'>,
  name: PointName,
): Promise<RecoveryPoint> {
  const { cache, which } = name;
  const until = which.kind === 'at' ? which.instant.getTime() : Number.POSITIVE_INFINITY;
  const newestFirst = (await catalogue.addresses(cache)).toSorted((one, other) =>
    one.slot < other.slot ? 1 : -1,
  );
  const candidates = newestFirst.filter(({ slot }) => instantOf(slot).getTime() <= until);
  // The slot is when it was due; what counts is when its content was as it is.
  const found = await firstRecord(
    { catalogue },
    candidates,
    ({ verdict, takenAt }) => verdict === 'verified' && Date.parse(takenAt) <= until,
  );
  if (found !== undefined) return found;
  const oldest = await firstRecord(
    { catalogue },
    newestFirst.toReversed(),
    ({ verdict }) => verdict === 'verified',
  );
  throw unknownPoint(name, oldest === undefined ? [] : [oldest.slot]);
}

/** The first of these points that is admitted and fits; reads no more records than it needs, but for a few at once. */
async function firstRecord(
  { catalogue }: Pick<Vault, 'catalogue'>,
  addresses: readonly PointAddress[],
  fits: (point: RecoveryPoint) => boolean,
): Promise<RecoveryPoint | undefined> {
  for (let at = 0; at < addresses.length; at += READ_AHEAD) {
    const batch = addresses.slice(at, at + READ_AHEAD);
    const records = await Promise.all(batch.map((address) => catalogue.point(address)));
    const found = records.find((point) => point !== undefined && fits(point));
    if (found !== undefined) return found;
  }
  return undefined;
}

async function warningOf(vault: Vault, point: RecoveryPoint): Promise<string | undefined> {
  if (point.verdict === 'verified') return undefined;
  const because = point.reasons.map(({ message }) => message).join('; ');
  const older = await newestVerified(vault, {
    cache: point.cache,
    which: { kind: 'at', instant: new Date(Date.parse(point.takenAt) - 1) },
  }).catch(noneVerified);
  const instead =
    older === undefined
      ? 'there is no older verified one'
      : `the newest verified one before it is ${pointNameOf(older)}`;
  return `${pointNameOf(point)} is ${point.verdict} (${because}); ${instead}`;
}

function noneVerified(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'UnknownPoint') return undefined;
  throw error;
}
