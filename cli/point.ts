import type { DrillFinding } from '../core/contracts/drill.ts';
import type { RecoveryPoint, RegistryEntry } from '../core/contracts/recovery-point.ts';
import { findingText } from '../core/drill/drill-findings.ts';
import { AppError } from '../core/model/errors.ts';
import type { PointAddress } from '../core/model/keys.ts';
import { isSameLineage, type LineageId, lineageIn, readableLineage } from '../core/model/lineage.ts';
import { type PointName, parsePointName, pointNameOf } from '../core/model/point-name.ts';
import { instantOf } from '../core/model/slot.ts';
import { unknownPoint } from '../core/restore/nearest-points.ts';
import { knownDrills } from '../vault/drill-history.ts';
import { unreadable } from '../vault/point-records.ts';
import { registered, type Vault } from './vault.ts';

/** Records that are read at once when one after the other has to be looked into. */
const READ_AHEAD = 8;

export interface NamedPoint {
  readonly point: RecoveryPoint;
  readonly entry: RegistryEntry;
  /** What the last drill of this point found wrong with it. */
  readonly finding?: DrillFinding;
  /** One line that people must see before they use the point: it is not good, or it is not the newest because that is not. */
  readonly warning?: string;
}

/** A point as commands take it: two words, or one with a slash between; see {@link parsePointName}. */
export type PointWords = readonly [first: string, second?: string];

/**
 * The recovery point of a cache that somebody names: `latest`, a slot, or a time, which means the newest verified one whose
 * snapshot was taken then or before. What is suspect or corrupt, or what a drill has shown to be bad, is only found by its
 * slot, and then with a warning; unless no other is left.
 *
 * @throws AppError `BadPointName`, `UnknownCache`, `UnknownPoint`, `NoRecoveryPoint`, each with what would have been right;
 * `RecordUnreadable` if the record of the slot cannot be used
 */
export async function pointNamed(vault: Vault, ...words: PointWords): Promise<NamedPoint> {
  const name = parsePointName(...words);
  const entry = await registered(vault, name.cache);
  const { findings } = await knownDrills(vault.catalogue, name.cache);
  const looked = { catalogue: vault.catalogue, name, findings };
  const point = name.which.kind === 'slot' ? await ofSlot(looked) : await newestGood(looked);
  const finding = findings.find(({ slot }) => slot === point.slot);
  const warning = await warningOf(looked, point, finding);
  return { point, entry, ...(finding && { finding }), ...(warning === undefined ? {} : { warning }) };
}

interface Looked {
  readonly catalogue: Vault['catalogue'];
  readonly name: PointName;
  /** Newest point first. */
  readonly findings: readonly DrillFinding[];
}

/** The same, of a point that is about to be restored from. @throws AppError `UnusablePoint` besides, if it is corrupt */
export async function usablePointNamed(vault: Vault, ...words: PointWords): Promise<NamedPoint> {
  const named = await pointNamed(vault, ...words);
  if (named.point.verdict !== 'corrupt') return named;
  throw new AppError('UnusablePoint', named.warning ?? `${pointNameOf(named.point)} is corrupt`);
}

async function ofSlot({ catalogue, name }: Looked): Promise<RecoveryPoint> {
  const { cache, which } = name;
  const addresses = await catalogue.addresses(cache);
  // An ingest that was tried again can have left a folder without a record under another tier.
  const asked = addresses.filter(({ slot }) => which.kind === 'slot' && slot === which.slot);
  const found = await firstRecord({ catalogue }, asked, () => true);
  if (found !== undefined) return found;
  for (const address of asked) {
    const record = await catalogue.record(address);
    if (record.kind === 'unusable') throw unreadable(address, record.problem);
  }
  throw unknownPoint(
    name,
    addresses.filter((address) => !asked.includes(address)).map(({ slot }) => slot),
  );
}

/** The newest verified one that no drill has shown to be bad; if each one is, the newest verified one. */
async function newestGood({ catalogue, name, findings }: Looked): Promise<RecoveryPoint> {
  const good = await newestVerified({ catalogue, name, passedOver: findings }).catch(noneVerified);
  return good ?? newestVerified({ catalogue, name, passedOver: [] });
}

interface Wanted extends Omit<Looked, 'findings'> {
  readonly passedOver: readonly DrillFinding[];
}

async function newestVerified({ catalogue, name, passedOver }: Wanted): Promise<RecoveryPoint> {
  const { cache, which } = name;
  const until = which.kind === 'at' ? which.instant.getTime() : Number.POSITIVE_INFINITY;
  const newestFirst = (await catalogue.addresses(cache)).toSorted((one, other) =>
    one.slot < other.slot ? 1 : -1,
  );
  const bad = new Set(passedOver.map(({ slot }) => slot));
  const candidates = newestFirst.filter(({ slot }) => instantOf(slot).getTime() <= until && !bad.has(slot));
  // The slot is when it was due; what counts is when its content was as it is.
  const newest: { lineage?: LineageId | undefined } = {};
  const found = await firstRecord({ catalogue }, candidates, (point) => {
    newest.lineage ??= lineageIn(point);
    return point.verdict === 'verified' && Date.parse(point.takenAt) <= until;
  });
  if (found !== undefined && (which.kind === 'at' || isSameLineage(lineageIn(found), newest.lineage)))
    return found;
  if (found !== undefined) throw onlyOfEarlier(found, newest.lineage ?? '');
  const oldest = await firstRecord(
    { catalogue },
    newestFirst.toReversed(),
    ({ verdict }) => verdict === 'verified',
  );
  throw unknownPoint(name, oldest === undefined ? [] : [oldest.slot]);
}

/** `latest` means the cache that has the name now: the data of an earlier one has to be asked for by its slot. */
function onlyOfEarlier(found: RecoveryPoint, lineage: LineageId): AppError {
  const { cache } = found;
  return new AppError(
    'NoRecoveryPoint',
    `there is no verified recovery point of the ${cache} that was created ${readableLineage(lineage)}; the newest one of an earlier ${cache} is ${pointNameOf(found)}`,
  );
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

async function warningOf(
  looked: Looked,
  point: RecoveryPoint,
  finding: DrillFinding | undefined,
): Promise<string | undefined> {
  const name = pointNameOf(point);
  if (point.verdict !== 'verified') {
    const because = point.reasons.map(({ message }) => message).join('; ');
    return `${name} is ${point.verdict} (${because}); ${await olderThan(looked, point)}`;
  }
  if (finding !== undefined)
    return `${name} is not safe to restore: ${findingText(finding)} (${finding.code}); ${await otherThan(looked, point)}`;
  return passedOverText(looked, point);
}

async function olderThan(
  { catalogue, findings, name }: Looked,
  { cache, takenAt, loss }: RecoveryPoint,
): Promise<string> {
  if (loss !== undefined && !findings.some(({ slot }) => slot === loss.lastGood))
    return `the last copy before the loss began is ${pointNameOf({ cache, slot: loss.lastGood })}`;
  const instant = new Date(Date.parse(takenAt) - 1);
  const before = { ...name, which: { kind: 'at' as const, instant } };
  const older = await newestVerified({ catalogue, name: before, passedOver: findings }).catch(noneVerified);
  return older === undefined
    ? 'there is no older verified one'
    : `the newest verified one before it is ${pointNameOf(older)}`;
}

async function otherThan({ catalogue, findings, name }: Looked, point: RecoveryPoint): Promise<string> {
  const latest = { ...name, which: { kind: 'latest' as const } };
  const good = await newestVerified({ catalogue, name: latest, passedOver: findings }).catch(noneVerified);
  if (good === undefined) return 'the vault has no verified one without such a finding';
  const age = good.slot < point.slot ? 'older' : 'newer';
  return `the newest verified one without such a finding is ${pointNameOf(good)}, which is ${age}`;
}

/** Whoever asks for the latest expects the newest: it is said why they get another. */
function passedOverText({ name, findings }: Looked, point: RecoveryPoint): string | undefined {
  const { cache, which } = name;
  const until = which.kind === 'at' ? which.instant.getTime() : Number.POSITIVE_INFINITY;
  const newer = findings.find(({ slot }) => slot > point.slot && instantOf(slot).getTime() <= until);
  if (which.kind === 'slot' || newer === undefined) return undefined;
  return `${pointNameOf(point)} is used: ${pointNameOf({ cache, slot: newer.slot })} is newer, but ${findingText(newer)} (${newer.code})`;
}

function noneVerified(error: unknown): undefined {
  if (error instanceof AppError && (error.code === 'UnknownPoint' || error.code === 'NoRecoveryPoint'))
    return undefined;
  throw error;
}
