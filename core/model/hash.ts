/**
 * FNV-1a, 32 bits, as eight hexadecimal digits: spreads names evenly, and is no secret.
 * https://datatracker.ietf.org/doc/html/draft-eastlake-fnv
 */
export function hashOf(name: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  // The last bytes reach the high bits only by further multiplication.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0).toString(16).padStart(8, '0');
}
