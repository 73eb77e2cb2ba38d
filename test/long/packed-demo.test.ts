import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { assembleAll } from '../../packaging/pack.ts';
import { PACKAGES } from '../../packaging/packages.ts';
import { Installation, nodes } from '../packages/installation.ts';

let installed: Installation;
beforeAll(() => {
  const out = mkdtempSync(join(tmpdir(), 'redrill-packages-'));
  assembleAll(out);
  installed = new Installation(PACKAGES.map(({ name }) => join(out, name)));
  return () => {
    installed.remove();
    rmSync(out, { recursive: true, force: true });
  };
});

const isOlderThanItsLambdas = (node: string) =>
  Number(execFileSync(node, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' })) < 24;

describe('redrill init --demo', () => {
  const demo = (node: string) => installed.redrill(node, 'init', '--demo');

  test('restores, drills and tells of it with the packages alone', async () => {
    const { out, err, status } = await demo(process.execPath);
    expect(out).toMatch(/^ {2}orders .* passed$/m);
    expect(out).toMatch(/^ {2}sessions .* passed$/m);
    expect(out).toContain('\nAlerts: none\n');
    expect({ err, status }).toEqual({ err: '', status: 0 });
  });

  test.each(nodes().filter(isOlderThanItsLambdas))('%s is too old for it, which is said', async (node) => {
    const { err, status } = await demo(node);
    expect(err).toContain('runs Lambda functions in Node 24');
    expect(status).toBe(1);
  });
});
