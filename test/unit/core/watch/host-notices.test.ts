import { describe, expect, it } from 'vitest';
import { type HostSeen, hostSeen, lineOf } from '../../../../core/contracts/host-heartbeat.ts';
import { parseConfig } from '../../../../core/contracts/parse-config.ts';
import { presets } from '../../../../core/contracts/presets.ts';
import { secondsOf } from '../../../../core/model/duration.ts';
import { noticesOfHosts } from '../../../../core/watch/host-notices.ts';
import { entryOf, summaryOf } from '../facts.ts';

const SHIPPERS = ['arn:aws:iam::111122223333:role/events-host'];
const CONFIG = parseConfig({
  source: { region: 'eu-west-1' },
  vault: { region: 'eu-central-1' },
  plans: { jobs: presets.jobQueue, none: presets.pureCache },
  servers: {
    events: { plan: 'jobs', shards: 2, shippers: SHIPPERS },
    scratch: { plan: 'none', shippers: SHIPPERS },
  },
});
const EVERY = presets.jobQueue.every;
const NOW = new Date('2026-11-21T12:00:00Z');
const REGISTRY = [{ ...entryOf([summaryOf('20261121T060000Z', 1_000)]), cache: 'events' }];

const host = (shard: number, more: Partial<HostSeen> = {}): HostSeen =>
  hostSeen.parse({
    version: 1,
    redrill: '0.1.0',
    server: 'events',
    shard,
    host: `events-${shard}`,
    every: EVERY,
    nextWithinSeconds: 30,
    at: '2026-11-21T11:59:30.000Z',
    ...more,
  });
const shipped = (more: object = {}) => ({
  shipped: {
    slot: '20261121T100000Z',
    seconds: 60,
    freeBytes: 3_000_000,
    fileBytes: 1_000_000,
    ...more,
  } as never,
});

const noticesOf = (hosts: readonly HostSeen[], registry = REGISTRY) =>
  noticesOfHosts({ config: CONFIG, hosts, registry, seenAt: NOW });
const told = (...hosts: readonly HostSeen[]) => noticesOf(hosts).map(({ alert: { code } }) => code);

describe('hosts that are well', () => {
  it('are not told of', () => {
    expect(told(host(1, shipped()), host(2))).toEqual([]);
  });
});

describe('a host that is silent', () => {
  it.each([
    ['for 10 minutes', { at: '2026-11-21T11:50:00.000Z' }, []],
    ['for longer', { at: '2026-11-21T11:49:59.000Z' }, ['ShipperSilent']],
    ['within its own promise', { at: '2026-11-21T09:00:00.000Z', nextWithinSeconds: 7_200 }, []],
    ['beyond that', { at: '2026-11-21T08:59:59.000Z', nextWithinSeconds: 7_200 }, ['ShipperSilent']],
  ])('%s', (_how, more, codes) => {
    expect(told(host(1), host(2, more))).toEqual(codes);
  });

  it('is not told while another one ships its shard', () => {
    const silent = host(2, { host: 'old', at: '2026-11-20T12:00:00.000Z' });
    expect(told(host(1), silent, host(2))).toEqual([]);
  });

  it('is named, with its age and its last failure', () => {
    const failing = { code: 'SaveFailed', message: 'disk full', since: '2026-11-21T08:00:00.000Z' };
    const [notice, ...others] = noticesOf([host(1), host(2, { at: '2026-11-21T09:00:00.000Z', failing })]);
    expect(others).toEqual([]);
    expect(notice?.parts).toEqual(['2']);
    expect(notice?.alert.text).toContain(
      'No host ships 1 of the 2 shards of events:\n  - shard 2: the last heartbeat is of host events-2, 3 h 00 min ago; its last attempt failed: disk full',
    );
  });

  it('is told also when S3 has deleted its heartbeat, but not before the server has a copy', () => {
    expect(told()).toEqual(['ShipperSilent']);
    expect(noticesOf([])[0]?.alert.text).toContain('shard 1: no heartbeat in the last 7 days');
    expect(noticesOf([], [])).toEqual([]);
  });
});

describe('a host that fails', () => {
  const failing = (since: string) => ({
    failing: { code: 'ServerBusy', message: 'it is loading', since: `2026-11-21T${since}.000Z` },
  });

  it.each([
    ['for less than 10 minutes', '11:50:01', []],
    ['for 10 minutes', '11:50:00', ['SaveFailed']],
  ])('%s', (_how, since, codes) => {
    expect(told(host(1, failing(since)), host(2))).toEqual(codes);
  });

  it('is named with the words of its server', () => {
    const [notice] = noticesOf([host(1, failing('11:00:00')), host(2)]);
    expect(notice?.alert.text).toContain('host events-1, shard 1, for 1 h 00 min: it is loading');
  });

  it('is told of as silent once it is silent', () => {
    expect(told(host(1, { ...failing('08:00:00'), at: '2026-11-21T10:00:00.000Z' }), host(2))).toEqual([
      'ShipperSilent',
    ]);
  });
});

describe('a host at risk', () => {
  it.each([
    ['whose disk is nearly full', shipped({ freeBytes: 1_249_999 }), 'the disk has 1 MiB free'],
    [
      'that needs nearly all of its time',
      shipped({ seconds: 5_761 }),
      'is 80 % of the time between two slots',
    ],
    ['that ships at another pace than its plan', { every: '5m' }, `every 5m; its plan says every ${EVERY}`],
    ['that ships a shard that there is not', { shard: 3 }, 'it ships shard 3; the configuration has 2'],
  ] as const)('%s', (_what, more, why) => {
    const [notice, ...others] = noticesOf([host(1), host(2), host(1, { host: 'third', ...more } as never)]);
    expect(others).toEqual([]);
    expect(notice?.alert.code).toBe('ShipperAtRisk');
    expect(notice?.alert.text).toContain(`  - host third: `);
    expect(notice?.alert.text).toContain(why);
  });

  it('ships as often as its plan says, in other units: not told', () => {
    const minutes = `${secondsOf(EVERY) / 60}m` as const;
    expect(told(host(1, { every: minutes }), host(2))).toEqual([]);
  });

  it('has a disk with a quarter more than it needs, or time to spare: not told', () => {
    expect(told(host(1, shipped({ freeBytes: 1_250_000, seconds: 5_760 })), host(2))).toEqual([]);
  });
});

describe('a server on a plan that protects nothing', () => {
  it('is not told of', () => {
    expect(told(host(1), host(2), host(1, { server: 'scratch', at: '2026-11-01T00:00:00.000Z' }))).toEqual(
      [],
    );
  });
});

describe('what a host says', () => {
  it.each([
    ['two\nlines', 'two lines'],
    ['\u001b[31mred', '?[31mred'],
    ['', '?'],
    ['x'.repeat(400), 'x'.repeat(300)],
  ])('is one harmless line: %j', (text, line) => {
    expect(lineOf(text)).toBe(line);
  });
});
