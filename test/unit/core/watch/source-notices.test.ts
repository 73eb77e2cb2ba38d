import { describe, expect, it } from 'vitest';
import { discover, plannedCaches } from '../../../../core/backup/discover-caches.ts';
import { parseConfig } from '../../../../core/contracts/parse-config.ts';
import { presets } from '../../../../core/contracts/presets.ts';
import type { CacheState, Discovery, SourceSight } from '../../../../core/contracts/source-sight.ts';
import { discovery, sourceSight } from '../../../../core/contracts/source-sight.ts';
import { parseSlot } from '../../../../core/model/slot.ts';
import { VERSION } from '../../../../core/model/version.ts';
import { assessFreshness } from '../../../../core/watch/assess-rpo.ts';
import { noticesOfSource } from '../../../../core/watch/source-notices.ts';
import { entryOf, summaryOf } from '../facts.ts';

const CONFIG = parseConfig({
  source: { region: 'eu-west-1' },
  vault: { region: 'eu-central-1' },
  plans: { sessions: presets.sessionStore, daily: presets.rateLimits, none: presets.pureCache },
  caches: { limits: 'daily', pages: 'none' },
});
const NOW = '2026-11-21T12:00:00.000Z';
const NEWEST = summaryOf('20261121T060000Z', 1_000);

interface Seen {
  readonly waiting?: SourceSight['waiting'];
  readonly caches?: Discovery['caches'];
  /** When the first look was. */
  readonly since?: string;
  readonly registeredAt?: string;
  readonly forgotten?: boolean;
  /** When find-exports last looked. @default now */
  readonly seenAt?: string;
}

/** The vault knows sessions; the configuration names limits. */
function noticesAt({ waiting = [], caches, since = NOW, registeredAt, forgotten, seenAt = NOW }: Seen) {
  const sight: SourceSight = sourceSight.parse({
    version: 1,
    at: seenAt,
    waiting,
    ...(caches && { discovered: { version: 1, since, at: NOW, caches } }),
  });
  const registry = [
    {
      ...entryOf([NEWEST]),
      ...(registeredAt && { registeredAt }),
      ...(forgotten && { forgotten: { by: 'ada', at: NOW, why: 'gone' } }),
    },
  ];
  const now = new Date(NOW);
  const fleet = assessFreshness(CONFIG, registry, {}, now);
  return noticesOfSource({ config: CONFIG, sight, fleet, registry, now });
}

const exported = (sealedAt: string, cache = 'sessions', plan = 'sessions') => ({
  cache,
  plan,
  slot: parseSlot('20261121T060000Z'),
  sealedAt: `2026-11-21T${sealedAt}:00.000Z`,
});

describe('exports that wait', () => {
  const waiting = (...exports: SourceSight['waiting']) => noticesAt({ waiting: exports });

  it('are told when half of the RPO is over', () => {
    expect(waiting(exported('08:00'))).toEqual([]);
    expect(waiting(exported('07:59')).map(({ fault }) => fault)).toEqual(['sessions: exports waiting']);
  });

  it('are told after six hours where half of the RPO is longer, by the plan that the configuration names', () => {
    expect(waiting(exported('06:00', 'limits'))).toEqual([]);
    expect(waiting(exported('05:59', 'limits'))).toHaveLength(1);
  });

  it('are not taken to wait since find-exports has stopped looking: they may be in the vault', () =>
    expect(noticesAt({ waiting: [exported('05:00')], seenAt: '2026-11-21T05:05:00.000Z' })).toEqual([]));

  it('are nobody’s where the configuration wants no copies', () =>
    expect(waiting(exported('01:00', 'pages'))).toEqual([]));

  it('of a cache are one ticket, with the oldest, the last copy and the day on which they are deleted', () => {
    const older = { ...exported('01:05'), slot: parseSlot('20261121T000000Z') };
    expect(waiting(exported('07:05'), older)).toEqual([
      {
        fault: 'sessions: exports waiting',
        parts: [],
        alert: {
          next: 'npx redrill backup sessions',
          code: 'ExportsWaiting',
          severity: 'ticket',
          cache: 'sessions',
          subject: '[Redrill] sessions: exports waiting',
          text: `2 exports of sessions should be in the vault by now. The oldest is of 2026-11-21 00:00 UTC, and was complete in the landing bucket 10 h 55 min ago.
Its newest verified recovery point is of 2026-11-21 06:00 UTC (hourly, 1000 keys), 6 h 00 min old.
S3 deletes that export after 7 days, on 2026-11-28 or the day after. If it is not in the vault by then, it is lost.

Likely causes: the ingest fails (it sends its own alerts), takes very long, or waits for another one.
To see the state of the cache:
  npx redrill status sessions
Runbook: docs/runbooks/ingest-failed.md`,
        },
      },
    ]);
  });

  it('of a cache that the vault does not know say so', () =>
    expect(waiting(exported('01:00', 'new'))[0]?.alert.text).toContain(
      'The vault has no recovery point of this cache.',
    ));
});

describe('caches that backups do not find', () => {
  const HERE = { state: 'protected', since: '2026-11-01T00:00:00.000Z' } as const;
  const away = (state: CacheState, at: string, forgotten = false) =>
    noticesAt({
      caches: { limits: HERE, sessions: { state, since: `2026-11-21T${at}:00.000Z` } },
      forgotten,
    });

  it('are none without a look, nor where all are there', () => {
    expect(noticesAt({})).toEqual([]);
    expect(noticesAt({ caches: { limits: HERE, sessions: HERE } })).toEqual([]);
  });

  it('are told after an hour, and not once they are forgotten', () => {
    expect(away('gone', '11:00')).toEqual([]);
    expect(away('gone', '10:59').map(({ alert }) => alert.code)).toEqual(['CacheGone']);
    expect(away('unplanned', '10:59').map(({ alert }) => alert.code)).toEqual(['CacheUnplanned']);
    expect(away('gone', '10:59', true)).toEqual([]);
  });

  it('are told if no look has ever seen them, but for those that were registered a moment ago', () => {
    const unseen = (registeredAt: string) =>
      noticesAt({ caches: { limits: HERE }, since: '2026-11-20T00:00:00.000Z', registeredAt });
    expect(unseen('2026-11-01T00:00:00.000Z').map(({ alert }) => alert.cache)).toEqual(['sessions']);
    expect(unseen('2026-11-21T11:30:00.000Z')).toEqual([]);
  });

  it('may be such as the configuration names, and that never were', () =>
    expect(
      noticesAt({ caches: { sessions: HERE, limits: { state: 'gone', since: '2026-11-20T00:00:00.000Z' } } }),
    ).toMatchObject([{ alert: { code: 'CacheGone', cache: 'limits' } }]));

  it('that are gone are a page with the way back, and the way to be rid of it', () =>
    expect(away('gone', '10:00')[0]?.alert).toEqual({
      next: 'npx redrill points sessions',
      code: 'CacheGone',
      severity: 'page',
      cache: 'sessions',
      subject: '[Redrill] sessions: is not there any more',
      text: `sessions, protected by plan sessions, has not been in the source region for 2 h 00 min.
Its newest verified recovery point is of 2026-11-21 06:00 UTC (hourly, 1000 keys), 6 h 00 min old.
No backup has the data that was written after that recovery point.

Likely causes: the cache was deleted or replaced by one with another name.
If not, restore it. This command shows what it would create; with --apply, it creates the cache (for a cache with a token, add --auth-token-from env:TOKEN):
  npx redrill restore sessions/20261121T060000Z --to sessions --region eu-west-1
If the cache was deleted on purpose, or needs no more backups, stop these alerts:
  npx redrill forget sessions --why '…'
Runbook: docs/runbooks/cache-vanished.md`,
    }));

  it('that have lost their tag are told with the command that puts it back', () => {
    const text = away('unplanned', '10:00')[0]?.alert.text ?? '';
    expect(text).toContain(
      '\n  aws elasticache add-tags-to-resource --region eu-west-1 --resource-name arn:aws:elasticache:eu-west-1:$ACCOUNT:replicationgroup:sessions --tags Key=redrill:plan,Value=sessions\n',
    );
    expect(text).toContain("\n  npx redrill forget sessions --why '…'\n");
    expect(text).not.toContain('npx redrill restore');
  });
});

describe('the discovery', () => {
  it('is of caches on a plan that protects; the configuration goes before the tag', () =>
    expect([
      ...plannedCaches(CONFIG, [
        { cache: 'sessions', plan: 'sessions' },
        { cache: 'typo', plan: 'sesions' },
        { cache: 'pages', plan: 'sessions' },
        { cache: 'limits', plan: 'none' },
      ]),
    ]).toEqual(['sessions', 'limits']));

  it('keeps since when each cache has been as it is, and forgets none', () => {
    const at = (minutes: number) => ({ now: new Date(Date.parse(NOW) + minutes * 60_000) });
    const first = discover(
      undefined,
      new Map([['a', 'protected'] as const, ['b', 'protected'] as const]),
      at(0),
    );
    const second = discover(first, new Map([['a', 'protected'] as const, ['b', 'gone'] as const]), at(15));
    const third = discover(second, new Map([['b', 'gone'] as const]), at(30));
    expect(discovery.parse(third)).toEqual({
      version: 1,
      redrill: VERSION,
      since: NOW,
      at: '2026-11-21T12:30:00.000Z',
      caches: {
        a: { state: 'protected', since: NOW },
        b: { state: 'gone', since: '2026-11-21T12:15:00.000Z' },
      },
    });
  });

  it('says why alerts of its region reach nobody, until they reach someone', () => {
    const lost = discover(undefined, new Map(), { now: new Date(NOW), alertsLost: 'the key is disabled' });
    expect(discovery.parse(lost)).toMatchObject({ alertsLost: 'the key is disabled' });
    expect(discover(lost, new Map(), { now: new Date(NOW) })).not.toHaveProperty('alertsLost');
  });
});
