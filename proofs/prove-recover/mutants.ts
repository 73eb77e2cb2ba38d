/** Damaged files whose checksum says nothing of it: each is made from its seed and number alone. */
import type { Sources } from '@redrill/rdb/testing';
import { CHECKSUM_BYTES, DAMAGES, MUTATORS, pick, randomOf } from '@redrill/rdb/testing';

export interface Mutant {
  readonly number: number;
  /** How it was damaged, and what became of its checksum. */
  readonly damage: string;
  readonly content: Uint8Array;
}

/** One in so many is damaged from a server's file; the others from files of a few values, one for each encoding. */
const SERVER_FILE_EVERY = 50;
const PUT_RIGHT = ', checksum put right';
const names = [...Object.keys(DAMAGES), 'several of these'];

export function mutantOf(seed: number, number: number, { small, fromServers }: Sources): Mutant {
  const random = randomOf(seed, number);
  const name = names[number % names.length] ?? '';
  // Every sample has its turn under every kind of damage.
  const inTurn = small[Math.floor(number / names.length) % small.length];
  const takesServerFile = random(SERVER_FILE_EVERY) === 0 && fromServers.length > 0;
  const sound = takesServerFile || !inTurn ? pick(fromServers, random) : inTurn;
  const content = MUTATORS.get(`${name}${PUT_RIGHT}`)?.(sound, random, small) ?? sound.slice();
  if (random(2) === 0) return { number, damage: `${name}${PUT_RIGHT}`, content };
  return { number, damage: `${name}, checksum zeroed`, content: zeroed(content) };
}

function zeroed(content: Uint8Array): Uint8Array {
  return content.fill(0, Math.max(0, content.length - CHECKSUM_BYTES));
}
