import { noRecoveryPoint } from '../../core/decide/choose-point.ts';
import type { PointAddress } from '../../core/model/keys.ts';
import { parseSlot, readableSlot } from '../../core/model/slot.ts';
import { openVault, registered, type Vault, type VaultOptions } from '../vault.ts';

interface ReasonedOptions extends VaultOptions {
  readonly why: string;
}

/** What a person decides about a recovery point, written into the vault with their name and reason. */

export async function accept(
  cache: string,
  slot: string,
  { why, ...options }: ReasonedOptions,
): Promise<void> {
  const vault = await openVault(options);
  const address = await addressOf(vault, cache, slot);
  const at = new Date().toISOString();
  const point = await vault.catalogue.accept(address, { by: vault.person, at, why });
  const was = point.reasons.map(({ message }) => message).join('; ');
  console.log(
    `The ${point.tier} recovery point of ${cache} of ${readableSlot(point.slot)} is verified (it was suspect: ${was}).\n` +
      'Later ones are measured against it, and with the next verified one releases go on.',
  );
}

export async function hold(cache: string, slot: string, { why, ...options }: ReasonedOptions): Promise<void> {
  const vault = await openVault(options);
  const { tier, slot: held } = await addressOf(vault, cache, slot);
  const at = new Date().toISOString();
  await vault.catalogue.hold({ slot: held, tier, by: vault.person, at, why }, cache);
  console.log(
    `The ${tier} recovery point of ${cache} of ${readableSlot(held)} stays until: npx redrill unhold ${cache} ${held}`,
  );
}

export async function unhold(cache: string, slot: string, options: VaultOptions): Promise<void> {
  const vault = await openVault(options);
  await registered(vault, cache);
  const held = parseSlot(slot);
  await vault.catalogue.unhold(cache, held);
  console.log(
    `The recovery point of ${cache} of ${readableSlot(held)} is no longer held; the next ingest looks at every point again.`,
  );
}

/** @throws AppError `BadSlot`, `UnknownCache`, `NoRecoveryPoint` */
async function addressOf(vault: Vault, cache: string, raw: string): Promise<PointAddress> {
  const slot = parseSlot(raw);
  await registered(vault, cache);
  const found = (await vault.catalogue.addresses(cache, slot)).find((address) => address.slot === slot);
  if (found === undefined) throw noRecoveryPoint(cache, slot);
  return found;
}
