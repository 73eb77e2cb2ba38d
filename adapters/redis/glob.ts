/**
 * Whether a name fits a pattern as the server's KEYS understands it: `*`, `?`, `[abc]`, `[^a-z]`, `\` before a character
 * that stands for itself. Bytes, not characters, and with regard to case.
 * Ranges beyond ASCII go by the bytes' numbers; to a server they depend on the processor.
 * https://redis.io/docs/latest/commands/keys/, `stringmatchlen` in `src/util.c` (checked 2026-11-22)
 */
export function globOf(pattern: string): (name: Uint8Array) => boolean {
  const bytes = Buffer.from(pattern);
  if (bytes.every((byte) => byte === STAR) && bytes.length > 0) return () => true;
  return (name) => fits(bytes, name);
}

const STAR = 0x2a;
const QUESTION = 0x3f;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const CARET = 0x5e;
const DASH = 0x2d;
const BACKSLASH = 0x5c;

/** Goes back to the last star only: what an earlier star has swallowed a later one can swallow as well. */
function fits(pattern: Uint8Array, name: Uint8Array): boolean {
  let at = 0;
  let from = 0;
  let star = -1;
  let swallowed = 0;
  while (at < name.length) {
    if (pattern[from] === STAR) {
      star = from++;
      swallowed = at;
      continue;
    }
    const next = from < pattern.length ? afterOne(pattern, from, name[at] ?? 0) : NO_MATCH;
    if (next !== NO_MATCH) {
      from = next;
      at++;
    } else if (star >= 0) {
      from = star + 1;
      at = ++swallowed;
    } else return false;
  }
  while (pattern[from] === STAR) from++;
  return from >= pattern.length;
}

const NO_MATCH = -1;

/** @returns where the pattern goes on after what stands for this byte */
function afterOne(pattern: Uint8Array, from: number, byte: number): number {
  const first = pattern[from] ?? 0;
  if (first === QUESTION) return from + 1;
  if (first === OPEN) return afterClass(pattern, from + 1, byte);
  const escaped = first === BACKSLASH && from + 1 < pattern.length;
  const literal = escaped ? pattern[from + 1] : first;
  return literal === byte ? from + (escaped ? 2 : 1) : NO_MATCH;
}

/** A class that is not closed ends with the pattern, as it does for the server. */
function afterClass(pattern: Uint8Array, begin: number, byte: number): number {
  const isNegated = pattern[begin] === CARET;
  let at = isNegated ? begin + 1 : begin;
  let isIn = false;
  for (; at < pattern.length && pattern[at] !== CLOSE; at++) {
    if (pattern[at] === BACKSLASH && at + 1 < pattern.length) {
      at++;
      isIn ||= pattern[at] === byte;
    } else if (at + 2 < pattern.length && pattern[at + 1] === DASH) {
      const [one = 0, other = 0] = [pattern[at], pattern[at + 2]];
      isIn ||= byte >= Math.min(one, other) && byte <= Math.max(one, other);
      at += 2;
    } else isIn ||= pattern[at] === byte;
  }
  return isIn === isNegated ? NO_MATCH : at + 1;
}
