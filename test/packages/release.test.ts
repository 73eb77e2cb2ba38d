import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { PACKAGES } from '../../packaging/packages.ts';
import { writeRelease } from '../../packaging/release/write-release.ts';
import { builtPackages } from './installation.ts';

const ROOT = join(import.meta.dirname, '../..');

const release = mkdtempSync(join(tmpdir(), 'redrill-release-'));
afterAll(() => rmSync(release, { recursive: true, force: true }));

/** CommonJS gets ES modules, which the Nodes that the packages ask for can load. */
const BY_DESIGN = 'CJSResolvesToESM';

describe('what a release publishes', () => {
  test('tarballs whose types every resolution finds, notes, the bill of materials and checksums that sha256sum accepts', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    writeRelease({ folders: builtPackages(), version, pairs: [['eu-west-1', 'eu-central-1']] }, release);
    const checked = execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], {
      cwd: release,
      encoding: 'utf8',
    });
    const tarballs = ['redrill', 'redrill-local-aws', 'redrill-rdb'].map((name) => `${name}-${version}.tgz`);
    expect(checked.trim().split('\n')).toEqual(
      ['NOTES.md', ...tarballs, `redrill-templates-${version}-eu-west-1-eu-central-1.zip`, 'sbom.cdx.json']
        .sort()
        .map((file) => `${file}: OK`),
    );
    const bill = JSON.parse(readFileSync(join(release, 'sbom.cdx.json'), 'utf8'));
    expect(bill.metadata.component).toMatchObject({ name: 'redrill', version });
    const names = bill.components.map((each: { name: string }) => each.name);
    expect(names).toEqual(expect.arrayContaining(['zod', 'commander', '@peculiar/x509']));
    expect(names).not.toContain('vitest');
    for (const name of tarballs) {
      const tarball = createPackageFromTarballData(readFileSync(join(release, name)));
      const checked = await checkPackage(tarball);
      if (!checked.types) throw new Error(`${name} has no declarations`);
      const kinds = checked.problems.map(({ kind }) => kind);
      expect(
        kinds.filter((kind) => kind !== BY_DESIGN),
        name,
      ).toEqual([]);
    }
  });
});

describe.each(PACKAGES.map(({ name }) => name))('%s', (name) => {
  test('is packed as registries and tools expect it', async () => {
    const { messages } = await publint({ pkgDir: join(inject('packages'), name), strict: true });
    expect(messages).toEqual([]);
  });

  test('carries no test, and no path of this machine', () => {
    const files = globSync('**/*', { cwd: join(inject('packages'), name), withFileTypes: true }).filter(
      (each) => each.isFile(),
    );
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      expect(file.name).not.toMatch(/\.test\./);
      expect(readFileSync(join(file.parentPath, file.name), 'utf8').includes(ROOT), file.name).toBe(false);
    }
  });
});
