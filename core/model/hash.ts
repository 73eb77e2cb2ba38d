/**
 * FNV-1a over the characters, 32 bits: spreads names evenly, and protects nothing.
 * https://datatracker.ietf.org/doc/html/draft-eastlake-fnv
 */
export function fnv1a(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** A name's place in an order that follows from nothing else, as eight hexadecimal digits. */
export function hashOf(name: string): string {
  let hash = fnv1a(name);
  // The last bytes reach the high bits only by further multiplication.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0).toString(16).padStart(8, '0');
}
