/** A whole number from 0 to below `below`. */
export type Random = (below: number) => number;

/** Deterministic (splitmix32), so that a failing file can be made again from its seed and number. */
export function randomOf(seed: number, number: number): Random {
  let state = (Math.imul(seed, 0x9e3779b1) + Math.imul(number, 0x85ebca6b)) | 0;
  return (below) => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) % Math.max(below, 1);
  };
}

export function pick<T>(options: readonly T[], random: Random): T {
  const picked = options[random(options.length)];
  if (picked === undefined) throw new Error('nothing to pick from');
  return picked;
}
