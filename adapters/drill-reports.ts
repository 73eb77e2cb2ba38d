import {
  DRILLS_REMEMBERED,
  type DrillHistory,
  type DrillReport,
  drillHistory,
  drillReport,
} from '../core/contracts/drill.ts';
import { composeHistory } from '../core/decide/summarise-drill.ts';
import { AppError } from '../core/model/errors.ts';
import { drillOfReport, vaultKeys } from '../core/model/keys.ts';
import type { ObjectStore } from '../core/ports.ts';
import { readJson, writeJson } from './json-objects.ts';

/** What drills have left in the vault. */

/** The newest drills of a cache as their reports say; a listing holds 1,000 keys, that is 500 drills a request. */
export async function recentReports(vault: ObjectStore, cache: string): Promise<readonly DrillReport[]> {
  const keys = (await vault.list(vaultKeys.reportsOf(cache))).map(({ key }) => key);
  const newest = keys
    .filter((key) => drillOfReport(key) !== undefined)
    .sort()
    .slice(-DRILLS_REMEMBERED);
  const read = await Promise.all(newest.map((key) => readReport(vault, key)));
  return read.flatMap((report) => report ?? []);
}

/**
 * Makes the history of a cache again from its reports.
 * @throws AppError `StateChanged` if another drill's was written in between; the step is safe to repeat
 */
export async function rewriteHistory(vault: ObjectStore, cache: string): Promise<DrillHistory> {
  const key = vaultKeys.history(cache);
  // Looked at before the reports are listed: whoever writes after this one has seen at least as many reports.
  const before = await vault.read(key);
  const history = composeHistory(cache, await recentReports(vault, cache));
  const condition = before === undefined ? 'absent' : { etag: before.etag };
  if ((await writeJson(vault, key, history, condition)) === 'written') return history;
  throw new AppError('StateChanged', `${key} was changed by another run while this one wrote it`);
}

export async function readHistory(vault: ObjectStore, cache: string): Promise<DrillHistory | undefined> {
  return (await readJson(vault, vaultKeys.history(cache), drillHistory))?.value;
}

/** One that does not fit its contract was written by another version: it stays in the vault, and out of the history. */
async function readReport(vault: ObjectStore, key: string): Promise<DrillReport | undefined> {
  try {
    return (await readJson(vault, key, drillReport))?.value;
  } catch (error) {
    if (error instanceof AppError && error.code === 'BadInput') return undefined;
    throw error;
  }
}
