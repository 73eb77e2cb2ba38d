import { type DrillHistory, drillHistory } from '../core/contracts/drill.ts';
import { composeHistory } from '../core/decide/summarise-drill.ts';
import { AppError } from '../core/model/errors.ts';
import { vaultKeys } from '../core/model/keys.ts';
import type { ObjectStore } from '../core/ports.ts';
import type { Catalogue } from './catalogue.ts';
import { readJson, writeJson } from './json-objects.ts';

/** The drills of a cache in a line each, so that whoever wants to see all caches need not read all reports. */

/**
 * Makes the history of a cache again from its reports.
 * @throws AppError `StateChanged` if another drill's was written in between; the step is safe to repeat
 */
export async function rewriteHistory(catalogue: Catalogue, cache: string): Promise<DrillHistory> {
  const { vault } = catalogue;
  const key = vaultKeys.history(cache);
  // Looked at before the reports are listed: whoever writes after this one has seen at least as many reports.
  const before = await vault.read(key);
  const history = composeHistory(cache, await catalogue.drills(cache));
  const condition = before === undefined ? 'absent' : { etag: before.etag };
  if ((await writeJson(vault, key, history, condition)) === 'written') return history;
  throw new AppError('StateChanged', `${key} was changed by another run while this one wrote it`);
}

export async function readHistory(vault: ObjectStore, cache: string): Promise<DrillHistory | undefined> {
  return (await readJson(vault, vaultKeys.history(cache), drillHistory))?.value;
}
