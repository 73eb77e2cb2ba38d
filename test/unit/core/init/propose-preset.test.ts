import { describe, expect, test } from 'vitest';
import { presets } from '../../../../core/contracts/presets.ts';
import {
  isRedrillsOwn,
  PRESET_NAMES,
  planNameOf,
  presetNamed,
  proposePreset,
  whyUnprotectable,
} from '../../../../core/init/propose-preset.ts';

describe('the preset that is proposed for a cache', () => {
  test.each([
    ['sessions', 'sessionStore', 'its id says session'],
    ['prod-user-session-2', 'sessionStore', 'its id says session'],
    ['usersessions', 'sessionStore', 'its id says session'],
    ['jobs', 'jobQueue', 'its id says job'],
    ['shop-queue1', 'jobQueue', 'its id says queue'],
    ['ratelimits', 'rateLimits', 'its id says limit'],
    ['api-limiter', 'rateLimits', 'its id says limit'],
    ['audit-eu', 'eventLog', 'its id says audit'],
    ['orders', 'eventLog', 'its id says order'],
    ['app-log', 'eventLog', 'its id says log'],
  ])('%s is on %s', (id, preset, because) => {
    expect(proposePreset({ id })).toEqual({ preset, because });
  });

  test('is the stricter one, if an id says two things', () => {
    expect(proposePreset({ id: 'session-events' }).preset).toBe('eventLog');
    expect(proposePreset({ id: 'session-jobs' }).preset).toBe('jobQueue');
  });

  test('is sessionStore without a hint, and short words count only as a whole', () => {
    for (const id of ['prod-1', 'blog', 'catalogue', 'my-cache'])
      expect(proposePreset({ id })).toEqual({
        preset: 'sessionStore',
        because: 'its id does not say what it holds',
      });
  });

  test('is never the one that protects nothing', () => {
    const ids = ['cache', 'page-cache', 'pure-cache', 'tmp', 'fragments'];
    expect(ids.map((id) => proposePreset({ id }).preset)).not.toContain('pureCache');
  });
});

describe('a cache that cannot be protected', () => {
  const CACHE = { engine: 'valkey', nodeType: 'cache.r7g.large', dataTiering: false };

  test.each([
    [
      'has data tiering',
      { dataTiering: true },
      'ElastiCache does not export backups of caches with data tiering',
    ],
    [
      'has nodes without backups',
      { nodeType: 'cache.t1.micro' },
      'ElastiCache takes no backups of cache.t1.micro nodes',
    ],
    [
      'has another engine',
      { engine: 'memcached' },
      'Redrill reads backups of valkey and redis, not of memcached',
    ],
  ])('%s', (_, changed, because) => {
    expect(whyUnprotectable({ ...CACHE, ...changed })).toBe(because);
  });

  test('is what ElastiCache’s answers tell', () => {
    expect(whyUnprotectable({ ...CACHE, refusal: 'x is a Memcached cluster' })).toBe(
      'x is a Memcached cluster',
    );
  });

  test('is no other', () => {
    expect(whyUnprotectable(CACHE)).toBeUndefined();
    expect(whyUnprotectable({ ...CACHE, engine: undefined, nodeType: undefined })).toBeUndefined();
  });

  test('clusters of drills and rehearsals are nobody’s caches', () => {
    expect(
      ['redrill-drill-orders-202611210600', 'redrill-rehearsal', 'orders'].map((id) => isRedrillsOwn({ id })),
    ).toEqual([true, true, false]);
  });
});

describe('the preset that a person types', () => {
  test.each([
    ['jobQueue', 'jobQueue'],
    ['job-queue', 'jobQueue'],
    ['JOB', 'jobQueue'],
    ['event', 'eventLog'],
    ['p', 'pureCache'],
  ])('%s is %s', (text, preset) => expect(presetNamed(text)).toBe(preset));

  test.each([[''], ['x'], ['jobs'], ['-']])('%j is none', (text) =>
    expect(presetNamed(text)).toBeUndefined(),
  );
});

test('every preset has a plan of its name', () => {
  expect(PRESET_NAMES).toEqual(Object.keys(presets));
  expect(PRESET_NAMES.map(planNameOf)).toEqual([
    'pure-cache',
    'session-store',
    'job-queue',
    'rate-limits',
    'event-log',
  ]);
});
