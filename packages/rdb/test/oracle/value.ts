/** What a value comes to: what the digest hashes of it, and what is counted. */
import { counted, element, lp, score, u64 } from './hashes.ts';
import { damaged } from './refusal.ts';

export interface Content {
  /** `value` of docs/digest-format.md. */
  readonly body: Buffer;
  readonly elements: number;
  /** Fields that expire by themselves, each with the hash of field and value. */
  readonly volatileFields?: readonly { readonly expiresAtMs: bigint; readonly hash: bigint }[];
  /** Of a stream: whether it says another number of entries than it holds. */
  readonly hasWrongLength?: boolean;
}

/** A value whose end in the file is known. */
export interface Value {
  /** Whether a server would pass over it, as far as its lengths tell. */
  readonly isEmpty: boolean;
  /** Unpacks it. @throws Refusal */
  readonly content: () => Content;
}

export interface Field {
  readonly field: Buffer;
  readonly value: Buffer;
  readonly expiresAtMs?: bigint | undefined;
}

/** Refuses what comes twice. */
export function distinct(names: readonly Buffer[]): void {
  if (new Set(names.map((name) => name.toString('latin1'))).size < names.length)
    damaged('one of a kind twice');
}

export const listOf = (elements: readonly Buffer[]): Content => ({
  body: Buffer.concat([...elements.map(lp), u64(elements.length)]),
  elements: elements.length,
});

export function setOf(members: readonly Buffer[]): Content {
  distinct(members);
  return { body: counted(members.map((member) => element(lp(member)))), elements: members.length };
}

export function sortedSetOf(members: readonly (readonly [member: Buffer, score: number])[]): Content {
  distinct(members.map(([member]) => member));
  if (members.some(([, value]) => Number.isNaN(value))) damaged('a score that is no number');
  const hashes = members.map(([member, value]) => element(lp(member), score(value)));
  return { body: counted(hashes), elements: members.length };
}

export function hashOf(fields: readonly Field[]): Content {
  distinct(fields.map(({ field }) => field));
  const stays: bigint[] = [];
  const volatileFields: { expiresAtMs: bigint; hash: bigint }[] = [];
  for (const { field, value, expiresAtMs } of fields) {
    const hash = element(lp(field), lp(value));
    if (expiresAtMs === undefined) stays.push(hash);
    else volatileFields.push({ expiresAtMs, hash });
  }
  if (volatileFields.some(({ expiresAtMs }) => expiresAtMs < 0n)) damaged('a field that expires before 1970');
  return { body: counted(stays), elements: stays.length, volatileFields };
}
