import { describe, expect, it } from 'vitest';
import type { Fleet } from '../../../../core/contracts/fleet.ts';
import { fleetPage } from '../../../../core/pages/fleet-page.ts';
import { FLEET, FLEET_CACHE } from '../drills.ts';
import { hostile } from './hostile.ts';
import { textOf } from './text.ts';

const shown = (caches: Fleet['caches']) => textOf(fleetPage({ ...FLEET, caches }));
const { lastDrill: _, ...UNDRILLED } = FLEET_CACHE;

describe('the page of the fleet', () => {
  it.each<[string, Fleet['caches'], string]>([
    ['problems', FLEET.caches, '1 of 3 protected caches has open problems.'],
    [
      'several with problems',
      [1, 2].flatMap(() => FLEET.caches.slice(0, 1)),
      '2 of 2 protected caches have open problems.',
    ],
    ['none', [], 'No cache is protected yet.'],
    ['every one proven', [FLEET_CACHE], 'and the last drill of each proved that it restores.'],
    ['one not drilled', [FLEET_CACHE, UNDRILLED], '1 of 2 proved in a drill that they restore.'],
  ])('with %s says so first', (_what, caches, headline) => expect(shown(caches)).toContain(headline));

  it('says of each problem what to type next, and which runbook it is in', () =>
    expect(shown(FLEET.caches)).toContain(
      'run: npx redrill backup orders · runbook: docs/runbooks/no-recent-recovery-point.md',
    ));

  it('shows where each cache stands against its objectives', () => {
    const text = shown([FLEET_CACHE]);
    expect(text).toContain('3 h 00 min of 8 h 00 min');
    expect(text).toContain('11 min target 1 h 00 min');
    expect(text).toContain('daily, monthly of hourly, daily, weekly, monthly');
    expect(text).not.toContain('Open problems');
  });

  it('claims no recent copy for a cache that has none yet', () => {
    const waiting = FLEET.caches.slice(2);
    const text = shown([FLEET_CACHE, ...waiting]);
    expect(text).toContain('none yet');
    expect(text).toContain('waiting for its first copy');
    expect(text).not.toContain('Every protected cache has a recent copy');
  });

  it('links to reports beside itself', () =>
    expect(fleetPage(FLEET)).toContain(`href="sessions/${FLEET_CACHE.lastDrill?.drill}.html"`));

  it('names what is deliberately unprotected', () =>
    expect(textOf(fleetPage(FLEET))).toContain('pages every page can be rendered again'));

  it('escapes every text', () => {
    const page = fleetPage(hostile(FLEET));
    expect(page).not.toMatch(/<script|<img|onerror="/);
    expect(page).toContain('&lt;script&gt;');
  });
});
