import { inParallel } from '../../adapters/in-parallel.ts';
import type { RunbookTexts } from '../../core/contracts/runbooks.ts';
import { planNames } from '../../core/contracts/servers.ts';
import { AppError } from '../../core/model/errors.ts';
import { drillOfReport, vaultKeys } from '../../core/model/keys.ts';
import { isSlot, readableSlot, type Slot } from '../../core/model/slot.ts';
import { nearest } from '../nearest.ts';
import { inVault, type Vault } from '../vault.ts';

/** What is opened. */
export interface ChosenPage {
  readonly key: string;
  readonly says: string;
}

/** @throws AppError `NoReport` */
export async function fleetPageIn(vault: Vault): Promise<ChosenPage> {
  const key = vaultKeys.fleetPage;
  const found = await inVault(vault, ({ catalogue }) => catalogue.vault.head(key));
  if (found !== undefined) return { key, says: 'the page of all caches' };
  throw new AppError('NoReport', `the vault ${vault.catalogue.vault.bucket} has no page of all caches yet`);
}

/** A runbook, as people and alerts name it: `recovery-point-lost`, or the path of its file. */
export function runbookNamed(word: string, texts: RunbookTexts): ChosenPage | undefined {
  const name = word.replace(/^(?:.*\/)?([^/#]+?)(?:\.(?:md|html))?(?:#.*)?$/, '$1');
  const isPath = word.includes('/') && !/runbooks\//.test(word);
  if (isPath || !Object.hasOwn(texts, name)) return undefined;
  return { key: vaultKeys.runbook(name), says: `the runbook ${name}` };
}

/**
 * The report of a drill: of the last one of a cache, of `<cache>/<drill>`, or of a drill whose cache is looked for.
 * @throws AppError `NoReport`, `UnknownCache` that names the nearest cache or runbook, `BadSlot`, `BadInput`
 */
export async function reportNamed(word: string, vault: Vault, texts: RunbookTexts): Promise<ChosenPage> {
  const [cache = '', which = 'latest', more] = word.split('/');
  if (more !== undefined) throw notAPage(word);
  if (isSlot(word)) return reportOfDrill(word, vault);
  const drills = await drillsOf(vault, cache);
  if (drills.length === 0) throw await noDrillOf(cache, vault, texts);
  const drill = which === 'latest' ? drills.at(-1) : drills.find((each) => each === which);
  if (drill !== undefined) return reportOf(cache, drill);
  if (!isSlot(which)) throw notAPage(word);
  throw new AppError(
    'NoReport',
    `${cache} has no report of a drill of ${readableSlot(which)}${nearest(which, [...drills].reverse())}`,
  );
}

const notAPage = (word: string) =>
  new AppError(
    'BadInput',
    `'${word}' is not a page; write <cache>, <cache>/<drill> such as sessions/20261122T023000Z, or the name of a runbook`,
  );

const reportOf = (cache: string, drill: Slot): ChosenPage => ({
  key: vaultKeys.reportPage(cache, drill),
  says: `the report of ${cache}’s drill of ${readableSlot(drill)}`,
});

/** Oldest first. */
async function drillsOf(vault: Vault, cache: string): Promise<readonly Slot[]> {
  const found = await inVault(vault, ({ catalogue }) => catalogue.vault.list(vaultKeys.reportsOf(cache)));
  return found.flatMap(({ key }) => drillOfReport(key) ?? []).sort();
}

async function reportOfDrill(drill: Slot, vault: Vault): Promise<ChosenPage> {
  const { vault: store } = vault.catalogue;
  const caches = await inVault(vault, () => store.listFolders(vaultKeys.reportsPrefix));
  const heads = await inParallel(caches, (cache) => store.head(vaultKeys.reportPage(cache, drill)));
  const [cache, ...others] = caches.filter((_cache, at) => heads[at] !== undefined);
  if (cache === undefined)
    throw new AppError('NoReport', `no cache has a report of a drill of ${readableSlot(drill)}`);
  if (others.length === 0) return reportOf(cache, drill);
  const names = [cache, ...others].map((each) => `${each}/${drill}`).join(', ');
  throw new AppError(
    'BadInput',
    `several caches have a drill of ${readableSlot(drill)}: write one of ${names}`,
  );
}

async function noDrillOf(cache: string, vault: Vault, texts: RunbookTexts): Promise<AppError> {
  const names = [...(await vault.catalogue.registeredNames()), ...Object.keys(planNames(vault.config))];
  if (names.includes(cache))
    return new AppError(
      'NoReport',
      `${cache} has no report yet; to drill it now: npx redrill drill ${cache}`,
    );
  const near = nearest(cache, [...new Set([...names, ...Object.keys(texts)])]);
  return new AppError('UnknownCache', `'${cache}' is neither a cache of the vault nor a runbook${near}`);
}
