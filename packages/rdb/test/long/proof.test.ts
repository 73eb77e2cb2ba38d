import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explanationOf } from '../../bench/differential/explanations.ts';
import { compareWithServer } from '../../bench/differential/run.ts';
import { COMMAND_EDITS } from '../../bench/edits/by-commands.ts';
import { tryByCommands } from '../../bench/edits/run.ts';
import { bundled } from '../../bench/programs.ts';
import { BIG_VALUES, bigValueFile } from '../../testing/big-values.ts';
import { writeSection } from '../../testing/section.ts';

/** A slice of what `npm run edits` and `npm run differential` do a hundred times more of. */
const EDITS = 90;
const FILES = 36;
/** What the reader takes with Node, whatever it reads. */
const MAX_RSS_KIB = 96 * 1024;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'proof-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('no edit of a single value by a command leaves the digest, and loading and saving does', async () => {
  const { byKind, resaved } = await tryByCommands(5, EDITS);
  // Each kind had three turns; what a stream or a key does not have cannot be changed.
  expect(Object.keys(byKind).length).toBeGreaterThan(Object.keys(COMMAND_EDITS).length * 0.8);
  expect(resaved).toBeGreaterThan(0);
});

it('a server disagrees only where that is explained', async () => {
  const { found, sound, refused } = await compareWithServer({
    program: '/usr/bin/redis-check-rdb',
    seed: 3,
    from: 0,
    to: FILES,
  });
  const unexplained = found.filter((each) => explanationOf(each) === undefined);
  expect(unexplained.map(({ file, who, ours, said }) => ({ file: file.number, who, ours, said }))).toEqual(
    [],
  );
  expect(Math.min(sound, refused)).toBeGreaterThan(0);
});

describe('memory', () => {
  it.each(['deep', 'structural'])('does not depend on the file: a hash of a million fields, %s', (depth) => {
    const file = bigValueFile('hash-1m-fields', folder);
    const { stdout, status } = spawnSync(process.execPath, [bundled(folder), depth, file], {
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    const { keys, maxRssKib } = JSON.parse(stdout);
    expect(keys).toBe(1);
    expect(maxRssKib).toBeLessThan(MAX_RSS_KIB);
    expect(BIG_VALUES['hash-1m-fields'].recipe).toContain('1,000,000');
  });
});

describe('a section of a page', () => {
  it('is replaced between its marks, and nothing else', () => {
    const page = join(folder, 'page.md');
    writeFileSync(page, 'a\n<!-- x -->\nold\n<!-- end of x -->\nb\n');
    writeSection(page, 'x', 'new');
    expect(readFileSync(page, 'utf8')).toBe('a\n<!-- x -->\n\nnew\n\n<!-- end of x -->\nb\n');
    expect(() => writeSection(page, 'y', 'new')).toThrowError('expected "<!-- y -->"');
  });
});
