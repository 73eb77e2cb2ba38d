import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Journal, type Runs } from '../../../simulate/journal.ts';
import type { RunReply } from '../../../simulate/worker.ts';

const RUNS: Runs = { days: 60, caches: 3, readings: 'default' };
const reply = (seed: number) =>
  ({ seed, hash: `hash-${seed}`, counts: {}, violation: undefined }) as RunReply;

describe('the journal of a long simulation', () => {
  it('is written into a folder that does not exist yet, and is continued by the next command', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'redrill-journal-')), 'out/seeds.txt');
    new Journal(file, RUNS).add(reply(1));
    const continued = new Journal(file, RUNS);
    expect(continued.has(1)).toBe(true);
    expect(continued.has(2)).toBe(false);
    continued.add(reply(2));
    expect(new Journal(file, RUNS).done.map(({ seed, hash }) => [seed, hash])).toEqual([
      [1, 'hash-1'],
      [2, 'hash-2'],
    ]);
  });

  it('refuses to be continued with other runs', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'redrill-journal-')), 'seeds.txt');
    new Journal(file, RUNS).add(reply(1));
    expect(() => new Journal(file, { ...RUNS, days: 400 })).toThrow(/holds a run of .*; name another file/);
  });
});
