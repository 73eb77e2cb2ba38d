import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { SOURCE_STACK, VAULT_STACK } from '../../lib/app.ts';
import { Release, releases } from '../releases/release.ts';
import { lossesBetween, STATEFUL } from './stateful.ts';
import { resourcesOf, synthesised, type Template } from './synthesised.ts';

/*
 * An installation of an earlier release is upgraded: its buckets, keys, topics and whatever else holds data or history must
 * be the same resources afterwards. What is named here is what the deployment would leave behind, delete or make anew.
 */

describe.each(releases())('an upgrade from %s', (version) => {
  const release = new Release(version);
  const assembly = release.assembly();
  afterAll(() => release.remove());

  test.each([
    [SOURCE_STACK, 'source'],
    [VAULT_STACK, 'vault'],
  ] as const)('keeps every stateful resource of %s', (stack, half) => {
    const before: Template = JSON.parse(readFileSync(join(assembly, `${stack}.template.json`), 'utf8'));
    expect(STATEFUL.flatMap((type) => resourcesOf(before, type)).length).toBeGreaterThan(10);
    expect(lossesBetween(before, synthesised(`release ${version}`)[half])).toEqual({
      removed: [],
      replaced: [],
    });
  });
});
