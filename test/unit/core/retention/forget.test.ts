import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../core/contracts/parse-config.ts';
import { presets } from '../../../../core/contracts/presets.ts';
import type { SourceCache } from '../../../../core/ports.ts';
import { type SourceSight, whyNotForget } from '../../../../core/retention/decide-forget.ts';
import { assessFleet } from '../../../../core/watch/assess-fleet.ts';
import { assessFreshness } from '../../../../core/watch/assess-rpo.ts';
import { entryOf, summaryOf } from '../facts.ts';

const NOW = new Date('2026-11-22T03:00:00Z');
const configOf = (caches: Record<string, string>) =>
  parseConfig({
    source: { region: 'eu-west-1' },
    vault: { region: 'eu-central-1' },
    plans: { sessions: presets.sessionStore },
    caches,
  });

const GONE: SourceSight = { found: undefined, taggedPlan: undefined };
const THERE: SourceCache = {
  cache: 'sessions',
  id: 'sessions',
  kind: 'replication-group',
  available: true,
  status: 'available',
  clusterMode: false,
  shards: 1,
  dataTiering: false,
  nodes: [],
};

function refusal(sight: SourceSight, evenIfItExists: boolean, caches: Record<string, string> = {}) {
  return whyNotForget({
    cache: 'sessions',
    account: '111122223333',
    config: configOf(caches),
    sight,
    evenIfItExists,
  });
}

describe('whyNotForget', () => {
  it('finds nothing against what is gone, neither named nor tagged', () => {
    expect(refusal(GONE, false)).toBeUndefined();
  });

  it('never forgets what the configuration names, whatever the person says', () => {
    const line =
      'the configuration names sessions (plan sessions); remove it from caches there and deploy, then forget it';
    expect(refusal(GONE, true, { sessions: 'sessions' })).toBe(line);
  });

  it('says where a server is named', () => {
    const shippers = ['arn:aws:iam::111122223333:role/sessions'];
    const config = parseConfig({
      source: { region: 'eu-west-1' },
      vault: { region: 'eu-central-1' },
      plans: { sessions: presets.sessionStore },
      servers: { sessions: { plan: 'sessions', shippers } },
    });
    const request = { cache: 'sessions', account: '111122223333', sight: GONE, evenIfItExists: true };
    expect(whyNotForget({ ...request, config })).toContain('remove it from servers there and deploy');
    // It is missed from the first look on, before anything of it has come in.
    expect(assessFreshness(config, [], {}, NOW)).toMatchObject([{ cache: 'sessions', plan: 'sessions' }]);
  });

  it('never forgets what the tag brings back, and says how to take it off', () => {
    expect(refusal({ found: THERE, taggedPlan: 'sessions' }, true)).toMatch(
      /redrill:plan=sessions.* aws elasticache remove-tags-from-resource --region eu-west-1 .*:replicationgroup:sessions$/,
    );
  });

  it('says so of a cluster outside a group by its own ARN', () => {
    const arn = 'arn:aws:elasticache:eu-west-1:111122223333:cluster:sessions';
    const lineage = { arn, createdAt: '2026-11-01T00:00:00.000Z' };
    const found = { ...THERE, lineage };
    expect(refusal({ found, taggedPlan: 'sessions' }, true)).toMatch(new RegExp(`--resource-name ${arn}$`));
  });

  it('forgets what exists, or cannot be seen, only if the person says so', () => {
    const there: SourceSight = { found: THERE, taggedPlan: undefined };
    expect(refusal(there, false)).toMatch(
      /^sessions still exists in eu-west-1 \(available\) .* add --even-if-it-exists$/,
    );
    expect(refusal(there, true)).toBeUndefined();
    expect(refusal({ unseen: 'no network' }, false)).toMatch(
      /^whether sessions still exists .* \(no network\); .* add --even/,
    );
    expect(refusal({ unseen: 'no network' }, true)).toBeUndefined();
  });
});

describe('a forgotten cache', () => {
  const forgotten = { by: 'me', at: '2026-11-21T00:00:00.000Z', why: 'replaced' };
  const entry = { ...entryOf([summaryOf('20261101T000000Z', 10)]), forgotten };
  const assess = (caches: Record<string, string>) => {
    const config = configOf(caches);
    const freshness = assessFreshness(config, [entry], {}, NOW);
    return {
      freshness,
      fleet: assessFleet({ config, freshness, registry: [entry], histories: [], now: NOW }),
    };
  };

  it('is not watched, and is listed as not protected with the reason', () => {
    const { freshness, fleet } = assess({});
    expect(freshness).toEqual([]);
    expect(fleet.unprotected).toEqual([
      { cache: 'sessions', because: 'forgotten by me on 2026-11-21: replaced' },
    ]);
  });

  it('is watched all the same while the configuration names it', () => {
    const { freshness, fleet } = assess({ sessions: 'sessions' });
    expect(freshness).toMatchObject([{ cache: 'sessions', outsideRpo: true }]);
    expect(fleet.unprotected).toEqual([]);
  });
});
