import { expect, it } from 'vitest';
import { prove } from '../../../proofs/prove-recover/run.ts';

/** The rest is `npm run prove-recover`. */
const MUTANTS = 400;
const seeds = [1, Date.now() % 1_000_000];

it.each(seeds)(
  'damaged files whose checksum is right or absent: nothing is written from what verify refuses, and no server dies of what is written (seed %i)',
  async (seed) => {
    const { mutants, refused, recovered, values, failures } = await prove({ seed, from: 0, to: MUTANTS });
    expect(failures).toEqual([]);
    expect(mutants).toBe(MUTANTS);
    // Both happen often enough to say something.
    expect(refused).toBeGreaterThan(MUTANTS / 2);
    expect(recovered).toBeGreaterThan(MUTANTS / 20);
    expect(values).toBeGreaterThan(MUTANTS / 20);
  },
);
