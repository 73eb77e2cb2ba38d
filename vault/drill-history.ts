import { unusable } from '../adapters/documents/flawed-object.ts';
import { parseDocument } from '../adapters/documents/json-document.ts';
import { readJson, writeJson } from '../adapters/documents/json-objects.ts';
import { type DrillFinding, type DrillHistory, drillHistory } from '../core/contracts/drill.ts';
import { openFindings } from '../core/drill/drill-findings.ts';
import { composeHistory } from '../core/drill/summarise-drill.ts';
import { AppError } from '../core/model/errors.ts';
import { vaultKeys } from '../core/model/keys.ts';
import type { ObjectStore } from '../core/ports.ts';
import type { Catalogue } from './catalogue.ts';

/** The drills of a cache in a line each, so that whoever wants to see all caches need not read all reports. */

/**
 * Makes the history of a cache again from its newest reports, and what it already says of older ones.
 * @throws AppError `StateChanged` if another drill's was written in between; the step is safe to repeat
 */
export async function rewriteHistory(catalogue: Catalogue, cache: string): Promise<DrillHistory> {
  const { vault } = catalogue;
  const key = vaultKeys.history(cache);
  // Looked at before the reports are listed: whoever writes after this one has seen at least as many reports.
  const before = await vault.read(key);
  const history = await fromReports(catalogue, cache, before && knownBefore(before.body, key));
  const condition = before === undefined ? 'absent' : { etag: before.etag };
  if ((await writeJson(vault, key, history, condition)) === 'written') return history;
  throw new AppError('StateChanged', `${key} was changed by another run while this one wrote it`);
}

/** @param findings what older drills have found; undefined if only their reports say it */
async function fromReports(
  catalogue: Catalogue,
  cache: string,
  findings: readonly DrillFinding[] | undefined,
): Promise<DrillHistory> {
  const reports = await catalogue.drills(
    cache,
    findings === undefined ? Number.POSITIVE_INFINITY : undefined,
  );
  return composeHistory(cache, reports, openFindings(reports, findings ?? []));
}

/** Undefined if the history says nothing of findings, or cannot be read: it is only an index of the reports. */
function knownBefore(body: Uint8Array, key: string): readonly DrillFinding[] | undefined {
  try {
    return parseDocument(body, drillHistory, key).findings;
  } catch (error) {
    return unusable(error);
  }
}

/** Undefined if there is none, or it cannot be used; the next drill makes it anew from its reports. */
export async function readHistory(vault: ObjectStore, cache: string): Promise<DrillHistory | undefined> {
  return (await readJson(vault, vaultKeys.history(cache), drillHistory).catch(unusable))?.value;
}

/** What is known of the drills of a cache and of its points by them, whether or not the history is there and whole. */
export interface KnownDrills {
  readonly history: DrillHistory;
  /** Points in the vault that a drill has shown to be bad, newest first. */
  readonly findings: readonly DrillFinding[];
}

/** For a person's decision: where the history does not say it, all reports do. */
export async function knownDrills(catalogue: Catalogue, cache: string): Promise<KnownDrills> {
  const read = await readHistory(catalogue.vault, cache);
  const history =
    read?.findings === undefined ? { ...(await fromReports(catalogue, cache, undefined)), ...read } : read;
  return { history, findings: await stillThere(catalogue, history) };
}

/** The findings of points that are in the vault still. Costs nothing while there are none. */
export async function stillThere(
  catalogue: Pick<Catalogue, 'addresses'>,
  { cache, findings = [] }: DrillHistory,
): Promise<readonly DrillFinding[]> {
  const oldest = findings.at(-1);
  if (oldest === undefined) return [];
  const there = new Set((await catalogue.addresses(cache, oldest.slot)).map(({ slot }) => slot));
  return findings.filter(({ slot }) => there.has(slot));
}
