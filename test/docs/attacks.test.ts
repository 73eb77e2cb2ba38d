import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ATTACKS } from '../e2e/attacks/all.ts';
import { ALERT_PATH_ATTACKS } from '../e2e/attacks/shown.ts';
import { UNREPORTED_ATTACKS } from '../e2e/attacks/unreported.ts';

const PROJECT = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(PROJECT, file), 'utf8');
const ROWS = Object.values(ATTACKS).flat();

test('the table has at least 40 attacks, no two of one name, and each is reported within a day', () => {
  expect(ROWS.length).toBeGreaterThanOrEqual(40);
  expect(new Set(ROWS.map(({ name }) => name)).size).toBe(ROWS.length);
  for (const { tells, withinMinutes, stillWorks } of ROWS) {
    expect(Object.keys(tells)).not.toEqual([]);
    expect(withinMinutes).toBeLessThanOrEqual(24 * 60);
    expect(stillWorks).not.toEqual([]);
  }
});

test('a test makes the attacks of every list in the table', () => {
  const table = read('test/e2e/attacks/all.ts');
  const lists = new Set([...table.matchAll(/\b[A-Z_]+_ATTACKS\b/g)].map(([name]) => name));
  lists.delete('ALERT_PATH_ATTACKS');
  const files = globSync('test/{e2e,long}/**/*.test.ts', { cwd: PROJECT });
  const tests = files.map(read);
  expect(lists.size).toBeGreaterThan(5);
  for (const list of lists)
    expect(
      tests.some((text) => new RegExp(`(testAttacks\\(|of \\[?)[^;]*?\\b${list}\\b`).test(text)),
      list,
    ).toBe(true);
});

test.each(ALERT_PATH_ATTACKS)(
  '$name: a test of that title is there, and speaks of what reports it',
  ({ shownBy: { file, test: title }, tells: { alerts = [], alarm, heartbeat } }) => {
    const text = read(file);
    expect(text).toContain(`test('${title}', async () => {`);
    const from = text.indexOf(`test('${title}'`);
    const body = text.slice(from, text.indexOf('\n});\n', from));
    for (const code of [...alerts, ...(alarm === undefined ? [] : [alarm])])
      expect(body).toContain(`'${code}'`);
    if (heartbeat !== undefined) expect(body).toMatch(/kind: 'fail'|fail Redrill:/);
  },
);

test.each(UNREPORTED_ATTACKS)('$name: not reported, and docs/guarantees.md says so', ({ guaranteesSay }) => {
  expect(read('docs/guarantees.md')).toContain(guaranteesSay);
});
