import { AppError } from '../../core/model/errors.ts';
import { vaultKeys } from '../../core/model/keys.ts';
import { pointNameOf } from '../../core/model/point-name.ts';
import type { RebuiltEntry } from '../../core/retention/rebuild-entry.ts';
import { putEntry, rebuiltEntry } from '../../vault/rebuild-entry.ts';
import { findEntry } from '../../vault/registry.ts';
import { counted } from '../terminal/figures.ts';
import { labelled } from '../terminal/page.ts';
import { inVault, openVault, type VaultOptions } from '../vault.ts';

interface RebuildOptions extends VaultOptions {
  readonly apply?: true;
}

/**
 * Brings a registry entry back that is lost or cannot be used.
 * @throws AppError `NoRecoveryPoint` if nothing is left of the cache, `StateChanged`, `NoVault`
 */
export async function rebuild(cache: string, { apply, ...options }: RebuildOptions): Promise<void> {
  const vault = await openVault(options);
  const { catalogue } = vault;
  const found = await inVault(vault, () => findEntry(catalogue.vault, cache));
  if (found.kind === 'usable') {
    console.log(`The registry entry of ${cache} is usable. Nothing was changed.`);
    return;
  }
  const before =
    found.kind === 'unusable' ? await catalogue.vault.head(vaultKeys.registry(cache)) : undefined;
  const rebuilt = await rebuiltEntry(catalogue, cache, vault.now());
  if (rebuilt === undefined)
    throw new AppError(
      'NoRecoveryPoint',
      `the vault has no recovery point of ${cache} that can be used, and no earlier version of its registry entry`,
    );
  if (apply) await putEntry(catalogue.vault, rebuilt.entry, before?.etag);
  console.log(textOf(cache, rebuilt, apply === true ? 'was rebuilt' : 'can be rebuilt'));
  if (!apply) console.log(`\nNothing was changed. To write it: npx redrill rebuild ${cache} --apply`);
}

function textOf(cache: string, { entry, from, lost }: RebuiltEntry, outcome: string): string {
  const { recent, holds, acceptedSlot, forgotten } = entry;
  const verified = recent.find(({ verdict }) => verdict === 'verified');
  const named = (slot: typeof acceptedSlot) => (slot === undefined ? 'none' : pointNameOf({ cache, slot }));
  const source =
    from.kind === 'version'
      ? `its version of ${from.at.toISOString().slice(0, 19)}Z, and the recovery points since`
      : 'the recovery points and their tags; no earlier version of the entry can be read';
  return [
    `The registry entry of ${cache} ${outcome}.`,
    ...labelled([
      ['from', source],
      ['plan', entry.plan],
      [
        'points',
        `${counted(recent.length, 'recent recovery point')}, the newest verified ${named(verified?.slot)}`,
      ],
      ['holds', holds.length === 0 ? 'none' : holds.map(({ slot }) => named(slot)).join(', ')],
      ['accepted', `${named(acceptedSlot)}`],
      ...(forgotten === undefined ? [] : [['forgotten', `by ${forgotten.by}: ${forgotten.why}`] as const]),
      ...lost.map((each, at) => [at === 0 ? 'lost' : '', each] as const),
    ]),
  ].join('\n');
}
