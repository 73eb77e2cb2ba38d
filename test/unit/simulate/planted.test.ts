import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS } from '../../../simulate/faults/draw-faults.ts';
import { readCatches } from '../../../simulate/planted/document.ts';
import { MUTATIONS } from '../../../simulate/planted/mutations.ts';

const PROJECT = join(import.meta.dirname, '../../..');

describe('the planted bug', () => {
  it.each(MUTATIONS)("'$name' has its place in the product", ({ file, find, replace }) => {
    expect(readFileSync(join(PROJECT, file), 'utf8').split(find)).toHaveLength(2);
    expect(replace).not.toBe(find);
  });

  it.each(MUTATIONS)("'$name' comes out under faults that there are", ({ under = [] }) => {
    const known = FAULT_KINDS.map(({ name }) => name);
    expect(under.filter((name) => !known.includes(name))).toEqual([]);
  });

  it.each(MUTATIONS)("'$name' was caught when all were last planted", ({ name }) => {
    expect(readCatches().find(({ bug }) => bug === name)?.invariant).toMatch(/^I\d+$/);
  });

  it('has a name of its own', () => {
    expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
  });
});
