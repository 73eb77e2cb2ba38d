import type { Hold } from '../../core/contracts/recovery-point.ts';
import { AppError } from '../../core/model/errors.ts';
import { type PointName, parsePointName, pointNameOf } from '../../core/model/point-name.ts';
import { readableSlot } from '../../core/model/slot.ts';
import { pointNamed } from '../point.ts';
import { openVault, registered, type VaultOptions } from '../vault.ts';

interface ReasonedOptions extends VaultOptions {
  readonly why: string;
}

/** What a person decides about a recovery point, written into the vault with their name and reason. */

export async function accept(
  first: string,
  second: string | undefined,
  { why, ...options }: ReasonedOptions,
): Promise<void> {
  const vault = await openVault(options);
  const { point: address } = await pointNamed(vault, first, second);
  const at = vault.now().toISOString();
  const point = await vault.catalogue.accept(address, { by: vault.person, at, why });
  await vault.catalogue.lockEarned(point, vault.config.vault.lock);
  const was = point.reasons.map(({ message }) => message).join('; ');
  console.log(
    `The ${point.tier} recovery point of ${point.cache} of ${readableSlot(point.slot)} is verified (it was suspect: ${was}).\n` +
      'Later ones are compared with it, and releases resume with the next verified one.',
  );
}

export async function hold(
  first: string,
  second: string | undefined,
  { why, ...options }: ReasonedOptions,
): Promise<void> {
  const vault = await openVault(options);
  const { point } = await pointNamed(vault, first, second);
  const { cache, tier, slot } = point;
  const at = vault.now().toISOString();
  await vault.catalogue.hold({ slot, tier, by: vault.person, at, why }, cache);
  console.log(
    `The ${tier} recovery point of ${cache} of ${readableSlot(slot)} stays until: npx redrill unhold ${pointNameOf(point)}`,
  );
}

export async function unhold(
  first: string,
  second: string | undefined,
  options: VaultOptions,
): Promise<void> {
  const name = parsePointName(first, second);
  const vault = await openVault(options);
  const { holds } = await registered(vault, name.cache);
  const held = holds.find(({ slot }) => name.which.kind === 'slot' && name.which.slot === slot);
  if (held === undefined) throw notHeld(name, holds);
  await vault.catalogue.unhold(name.cache, held.slot);
  console.log(
    `The recovery point of ${name.cache} of ${readableSlot(held.slot)} is no longer held; the next ingest decides about every point again.`,
  );
}

function notHeld({ cache, which }: PointName, holds: readonly Hold[]): AppError {
  const asked =
    which.kind === 'slot'
      ? `${pointNameOf({ cache, slot: which.slot })} is not held`
      : `a held recovery point is named by its slot, such as ${cache}/20261121T060000Z`;
  const held = holds.map(({ slot }) => pointNameOf({ cache, slot })).join(', ');
  return new AppError(
    'NotHeld',
    `${asked}; ${held === '' ? `no recovery point of ${cache} is` : `held: ${held}`}`,
  );
}
