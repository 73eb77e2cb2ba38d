import { createHash } from 'node:crypto';
import { flawOf, unusable } from '../adapters/documents/flawed-object.ts';
import { parseDocument } from '../adapters/documents/json-document.ts';
import { readJson, writeJson } from '../adapters/documents/json-objects.ts';
import {
  type RecordDigest,
  type RecoveryPoint,
  recordDigest,
  recoveryPoint,
} from '../core/contracts/recovery-point.ts';
import { contradictionIn } from '../core/ingest/check-record.ts';
import { AppError } from '../core/model/errors.ts';
import { type PointAddress, vaultKeys } from '../core/model/keys.ts';
import type { ObjectStore, ReadObject } from '../core/ports.ts';
import type { FoundRecord } from '../core/watch/point-damage.ts';

/**
 * The records of recovery points, each bound by a digest beside it. Two requests for a record that is there.
 * What is wrong with one record is said of it, and never thrown: it is one bad point.
 */
export async function findRecord(vault: ObjectStore, address: PointAddress): Promise<FoundRecord> {
  const key = vaultKeys.record(address);
  try {
    const found = await vault.read(key);
    return found === undefined ? { kind: 'absent' } : await checkedRecord(vault, address, found);
  } catch (error) {
    return { kind: 'unusable', problem: flawOf(error) };
  }
}

async function checkedRecord(
  vault: ObjectStore,
  address: PointAddress,
  { body, etag }: ReadObject,
): Promise<FoundRecord> {
  const point = parseDocument(body, recoveryPoint, vaultKeys.record(address));
  const contradiction = contradictionIn(point, address);
  if (contradiction !== undefined) return { kind: 'unusable', problem: contradiction };
  const bound = await readJson(vault, vaultKeys.recordDigest(address), recordDigest).catch(unusable);
  const sum = sha256Of(body);
  if (bound !== undefined && sum !== bound.value.sha256 && sum !== bound.value.before)
    return { kind: 'unusable', problem: 'it was changed after it was admitted: its SHA-256 is another one' };
  return { kind: 'usable', point, etag, isBound: bound !== undefined };
}

/**
 * Writes the record of a point that is admitted, unless there is one, then what binds it. A run that died in between is
 * repeated: it binds the record that is there.
 * @throws AppError `RecordUnreadable` if there is one that cannot be used
 */
export async function enterRecord(vault: ObjectStore, point: RecoveryPoint): Promise<void> {
  const key = vaultKeys.record(point);
  const body = bytesOf(point);
  const isNew = (await vault.write(key, body, 'absent')) === 'written';
  const there = isNew ? body : (await vault.read(key))?.body;
  const digest: RecordDigest = { version: 1, sha256: sha256Of(there ?? body) };
  await writeJson(vault, vaultKeys.recordDigest(point), digest, 'absent');
  if (isNew) return;
  const found = await findRecord(vault, point);
  if (found.kind === 'unusable') throw unreadable(point, found.problem);
}

/**
 * Replaces a record. What binds it first, so that at every instant the record that is there is bound.
 * @throws AppError `StateChanged` if another run wrote in between
 */
export async function replaceRecord(
  vault: ObjectStore,
  point: RecoveryPoint,
  { etag }: { readonly etag: string },
): Promise<void> {
  const [key, digestKey] = [vaultKeys.record(point), vaultKeys.recordDigest(point)];
  const [before, bound] = await Promise.all([vault.read(key), vault.read(digestKey)]);
  const body = bytesOf(point);
  const digest: RecordDigest = {
    version: 1,
    sha256: sha256Of(body),
    ...(before && { before: sha256Of(before.body) }),
  };
  const condition = bound === undefined ? 'absent' : { etag: bound.etag };
  const isWritten =
    before?.etag === etag &&
    (await writeJson(vault, digestKey, digest, condition)) === 'written' &&
    (await vault.write(key, body, { etag })) === 'written';
  if (!isWritten)
    throw new AppError('StateChanged', `${key} was changed by another run while this one wrote it`);
}

export function unreadable(address: PointAddress, problem: string): AppError {
  return new AppError('RecordUnreadable', `${vaultKeys.record(address)} cannot be used: ${problem}`);
}

const bytesOf = (point: RecoveryPoint) => Buffer.from(`${JSON.stringify(point, null, 2)}\n`);
const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
