import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Fleet } from '../../../../core/contracts/fleet.ts';
import { summariseDrill } from '../../../../core/drill/summarise-drill.ts';
import { CONSOLE_LINKS } from '../../../../core/pages/console-links.ts';
import { fleetPage } from '../../../../core/pages/fleet-page.ts';
import { FLEET_SCRIPT } from '../../../../core/pages/fleet-script.ts';
import { ENDED, FLEET, FLEET_CACHE, fleetOf } from '../drills.ts';
import { hostile } from './hostile.ts';
import { textOf } from './text.ts';

const shown = (caches: Fleet['caches']) => textOf(fleetPage({ ...FLEET, caches }));
const { lastDrill: _, ...UNDRILLED } = FLEET_CACHE;
const UNREACHED = summariseDrill(ENDED);

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
      'run: npx redrill backup orders · runbook: no-recent-recovery-point',
    ));

  it('shows where each cache stands against its objectives', () => {
    const text = shown([FLEET_CACHE]);
    expect(text).toContain('3 h 00 min of 8 h 00 min');
    expect(text).toContain('11 min target 1 h 00 min');
    expect(text).toContain('daily, monthly of hourly, daily, weekly, monthly');
    expect(text).not.toContain('Open problems');
  });

  it('says what was done, so that a result can be believed', () => {
    const text = shown([FLEET_CACHE]);
    expect(text).toContain('restored 16.7 MB, compared 100,000 keys in 13 s');
    expect(text).toContain('read to the end: 16.7 MB, 100,170 keys');
    expect(text).toContain('Read to verify them 16.7 MB every byte of each newest copy');
    expect(text).toContain('✓ verified 3 h 00 min ago');
  });

  it('says of a drill of an earlier version what its summary has, and of a sample that it is one', () => {
    const { bytes: _bytes, compareSeconds: _seconds, ...earlier } = FLEET_CACHE.lastDrill ?? UNREACHED;
    expect(shown([{ ...FLEET_CACHE, lastDrill: earlier }])).toContain(' compared 100,000 keys proven');
    expect(shown([{ ...FLEET_CACHE, lastDrill: { ...earlier, share: 0.1 } }])).toContain(
      '(a sample of 10 %)',
    );
    const { keysCompared: _keys, ...nothing } = earlier;
    expect(shown([{ ...FLEET_CACHE, lastDrill: nothing }])).toContain('compared nothing');
  });

  it('shows how the days were, and the history of RPO and RTO', () => {
    const text = shown([FLEET_CACHE]);
    expect(text).toContain('55 of 60 days verified, 1 with suspect or corrupt copies, 4 not recorded');
    expect(text).toContain('longest gap in 60 days: 8 h 00 min');
    expect(text).toContain('8 drills in 60 days: 11 min to 1 h 09 min');
    const page = fleetPage({ ...FLEET, caches: [FLEET_CACHE] });
    expect(page).toContain('aria-label="Last 60 days: 55 of 60 days verified');
    expect(page).toContain('<title>2026-10-21: suspect or corrupt</title>');
    // Four days that are not recorded come first, and are left free.
    expect(page).toMatch(/<path class="day-verified" d="M20 8h115">/);
  });

  it('has no days in a document of an earlier version', () => {
    const { days: _days, drills: _drills, ...earlier } = FLEET_CACHE;
    expect(shown([earlier])).toContain('no history yet');
  });

  it('lets only its own script run', () => {
    const page = fleetPage(FLEET);
    const hashes = [CONSOLE_LINKS, FLEET_SCRIPT].map(({ text, sha256 }) => {
      expect(sha256).toBe(createHash('sha256').update(text).digest('base64'));
      return `&#39;sha256-${sha256}&#39;`;
    });
    expect(page.split('<script>')).toHaveLength(3);
    expect(page).toContain(`default-src &#39;none&#39;; script-src ${hashes.join(' ')}; style-src`);
  });

  it('stays below 3,500 bytes for each cache of a thousand', () =>
    expect(fleetPage(fleetOf(1_000)).length).toBeLessThan(3_500_000));

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
    expect(page.replace(FLEET_SCRIPT.text, '').replace(CONSOLE_LINKS.text, '')).not.toMatch(
      /<script(?!><\/script>)|<img|onerror="/,
    );
    expect(page).toContain('&lt;script&gt;');
  });
});
