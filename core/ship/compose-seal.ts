import { type ServerDescription, type ServerSeal, serverSeal } from '../contracts/server-seal.ts';
import type { Slot } from '../model/slot.ts';

/** Whose file it is, and of when. */
export interface SealedShip {
  readonly server: string;
  readonly shard: number;
  readonly host: string;
  readonly slot: Slot;
  readonly takenAt: Date;
}

/** What a host writes last of a slot: which file it has shipped, and of which server. @throws ZodError if the vault would not take it */
export function composeServerSeal(
  { takenAt, ...ship }: SealedShip,
  file: ServerSeal['file'],
  facts: ServerDescription,
  sealedAt: Date,
): ServerSeal {
  const instants = { takenAt: takenAt.toISOString(), sealedAt: sealedAt.toISOString() };
  return serverSeal.parse({ version: 1, ...ship, file, ...instants, facts });
}
