import { describe, expect, test } from 'vitest';
import { rehearsalFinding } from '../../../../core/doctor/rehearsal-findings.ts';
import { REHEARSAL_CACHE } from '../../../../core/model/rehearsal.ts';
import { noticesOfRehearsal } from '../../../../core/watch/rehearsal-notices.ts';

const BEGAN = '20261121T060000Z';
const at = (now: string) => ({ region: 'eu-west-1', now: new Date(now) });
const WITHIN = at('2026-11-22T12:00:00Z');
const OVER = at('2026-11-22T12:01:00Z');

describe('the cache of a rehearsal', () => {
  test('is reported once it is older than any rehearsal, with what to type', () => {
    const [notice, ...others] = noticesOfRehearsal([{ cache: REHEARSAL_CACHE, began: BEGAN }], OVER);
    expect(others).toEqual([]);
    expect(notice?.alert).toMatchObject({
      code: 'RehearsalLeftOver',
      severity: 'ticket',
      cache: REHEARSAL_CACHE,
    });
    expect(notice?.alert.text).toContain('in eu-west-1 belongs to a rehearsal that began 30 h 01 min ago');
    expect(notice?.alert.text).toContain('\n  npx redrill doctor --rehearse --clean-up\n');
  });

  test.each([
    [
      'that is young enough for its rehearsal to be running',
      { cache: REHEARSAL_CACHE, began: BEGAN },
      WITHIN,
    ],
    ['whose tag names no slot', { cache: REHEARSAL_CACHE, began: 'true' }, OVER],
    ['that has the tag and another name', { cache: 'orders', began: BEGAN }, OVER],
    ['whose name only begins like it', { cache: `${REHEARSAL_CACHE}-2`, began: BEGAN }, OVER],
  ])('is not reported, nor another cache: one %s', (_, tagged, when) => {
    expect(noticesOfRehearsal([tagged], when)).toEqual([]);
  });
});

describe('redrill doctor', () => {
  const snapshot = { what: 'the snapshot redrill-x', began: BEGAN };

  test('lists what a rehearsal has left as a problem once it is older than any rehearsal', () => {
    const found = rehearsalFinding(
      [{ what: 'the cache x', began: undefined }, snapshot],
      'eu-west-1',
      OVER.now,
    );
    expect(found).toMatchObject({ state: 'problem', id: 'rehearsal-left' });
    expect(found.text).toBe('A rehearsal left the cache x, the snapshot redrill-x behind.');
    expect(found.next).toEqual(['npx redrill doctor --rehearse --clean-up']);
  });

  test('lists it as advice while a rehearsal may be running', () => {
    expect(rehearsalFinding([snapshot], 'eu-west-1', WITHIN.now)).toMatchObject({ state: 'advice' });
    expect(rehearsalFinding([], 'eu-west-1', WITHIN.now)).toMatchObject({ state: 'ok' });
  });
});
