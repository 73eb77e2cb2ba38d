import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { notesOf, released } from '../../../packaging/release/changelog.ts';
import { RAISED, raiseVersion } from '../../../packaging/release/raise-version.ts';

const ROOT = join(import.meta.dirname, '../../..');
const CHANGELOG = `# Changelog

## Unreleased

### Fixed

- It costs $1, not $& or $2.

## 0.1.0 – 2026-11-24

The first version.
`;

describe('the changelog of a release', () => {
  it('has what was unreleased under the version, and room for what comes next', () => {
    const text = released(CHANGELOG, '0.2.0', '2026-12-01');
    expect(text).toContain(
      '## Unreleased\n\n## 0.2.0 – 2026-12-01\n\n### Fixed\n\n- It costs $1, not $& or $2.\n',
    );
    expect(notesOf(text, '0.2.0')).toBe('### Fixed\n\n- It costs $1, not $& or $2.\n');
    expect(notesOf(text, '0.1.0')).toBe('The first version.\n');
  });

  it('is refused if nothing is unreleased, or the section is missing', () => {
    const once = released(CHANGELOG, '0.2.0', '2026-12-01');
    expect(() => released(once, '0.3.0', '2026-12-02')).toThrow("says nothing under '## Unreleased'");
    expect(() => released('# Changelog\n', '0.3.0', '2026-12-02')).toThrow("no section '## Unreleased'");
    expect(() => notesOf(once, '0.3.0')).toThrow("no section '## 0.3.0 – <date>'");
  });
});

describe('the version of a release', () => {
  let folder: string;
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'redrill-release-'));
    for (const file of RAISED) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      cpSync(join(ROOT, file), join(folder, file));
    }
    writeFileSync(join(folder, 'CHANGELOG.md'), CHANGELOG);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('stands in every file that states one, and npm finds the lockfile in order', () => {
    raiseVersion(folder, '7.8.9', '2026-12-01');
    const present: string = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version;
    for (const file of RAISED) expect(read(file), file).toContain('7.8.9');
    for (const file of RAISED.filter((each) => each !== 'CHANGELOG.md' && each !== 'package-lock.json'))
      expect(read(file), file).not.toContain(`"${present}"`);
    // Fails if a manifest and the lockfile disagree.
    const check = ['ci', '--dry-run', '--ignore-scripts', '--offline', '--no-audit', '--no-fund'];
    execFileSync('npm', check, { cwd: folder, stdio: 'pipe' });
  });

  it.each([
    ['0.0.9', "'0.0.9' is not later than"],
    ['1.2', "'1.2' is not a version; write it as 1.2.3"],
    ['v9.0.0', "'v9.0.0' is not a version; write it as 1.2.3"],
  ])('%s is refused, and nothing is written', (version, message) => {
    const before = RAISED.map(read);
    expect(() => raiseVersion(folder, version, '2026-12-01')).toThrow(message);
    expect(RAISED.map(read)).toEqual(before);
  });

  it('is refused where a file states another than the rest, and nothing is written', () => {
    writeFileSync(join(folder, 'core/model/version.ts'), "export const VERSION = '0.0.1';\n");
    const before = RAISED.map(read);
    expect(() => raiseVersion(folder, '7.8.9', '2026-12-01')).toThrow('core/model/version.ts does not state');
    expect(RAISED.map(read)).toEqual(before);
  });
});
