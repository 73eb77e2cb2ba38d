import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type RequestOptions, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tlsFiles } from '@redrill/local-aws/redis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pagerDuty } from '../../../adapters/pager-duty.ts';
import type { PagerDutyEvent } from '../../../core/alerts/compose-page.ts';
import { PAGERDUTY_KEY, type PagerDutyServer, startPagerDuty } from '../../channels/pager-duty-server.ts';

const RESOLVE: PagerDutyEvent = { routing_key: PAGERDUTY_KEY, dedup_key: 'fault', event_action: 'resolve' };
const TRIGGER: PagerDutyEvent = {
  routing_key: PAGERDUTY_KEY,
  dedup_key: 'fault',
  event_action: 'trigger',
  payload: {
    summary: 'Redrill: orders: no recent recovery point',
    source: 'redrill eu-central-1',
    severity: 'critical',
    timestamp: '2026-11-24T12:00:00Z',
    component: 'orders',
    class: 'RpoMissed',
    custom_details: { message: 'late' },
  },
};

let server: PagerDutyServer;
let ca: Buffer;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'redrill-pagerduty-'));
  const tls = await tlsFiles(folder);
  server = await startPagerDuty(tls);
  ca = await readFile(tls.caFile);
  return () => rm(folder, { recursive: true });
});
afterAll(() => server.close());
afterEach(() => server.fail());

/** The real request, whose connection ends at the server here. */
const here = ((url: URL, options: RequestOptions, callback: Parameters<typeof request>[1]) =>
  request(
    {
      ...options,
      host: '127.0.0.1',
      port: server.port,
      path: url.pathname,
      ca,
      servername: 'localhost',
      headers: { ...options.headers, host: url.host },
    },
    callback as never,
  )) as unknown as typeof request;

function client(timeLeftMs = 60_000, region: 'us' | 'eu' = 'us') {
  const waits: number[] = [];
  let left = timeLeftMs;
  const to = pagerDuty({
    region,
    request: here,
    timeLeftMs: () => left,
    wait: async (ms) => {
      waits.push(ms);
      left -= ms;
    },
  });
  return { to, waits };
}

describe('PagerDuty', () => {
  it('opens an incident, updates it by the same key, and resolves it', async () => {
    const { to } = client();
    await to.send(TRIGGER);
    await to.send(TRIGGER);
    expect(server.open).toEqual(['fault']);
    await to.send(RESOLVE);
    expect(server.open).toEqual([]);
    expect(server.requests.at(-1)).toEqual({
      method: 'POST',
      host: 'events.pagerduty.com',
      path: '/v2/enqueue',
    });
  });

  it('of the European service region has an address of its own', async () => {
    await client(60_000, 'eu').to.send(RESOLVE);
    expect(server.requests.at(-1)?.host).toBe('events.eu.pagerduty.com');
  });

  it.each([[429], [500], [503], ['cut'] as const])(
    'that answers %s is asked again, later each time',
    async (failure) => {
      const { to, waits } = client();
      server.fail(failure, failure);
      await to.send(RESOLVE);
      expect(waits).toEqual([1_000, 2_000]);
    },
  );

  it('that stays away is given up when the time of the invocation ends', async () => {
    const { to, waits } = client(40_000);
    server.fail(...Array.from({ length: 5 }, () => 503));
    await expect(to.send(RESOLVE)).rejects.toMatchObject({
      code: 'AwsUnavailable',
      kind: 'transient',
      message: expect.stringContaining('status 503'),
    });
    expect(waits).toEqual([1_000, 2_000, 5_000, 10_000]);
  });

  it('that refuses the event is not asked again, and the error says why without the key', async () => {
    const { to, waits } = client();
    const wrong = { ...RESOLVE, routing_key: 'f'.repeat(32) };
    const refused = to.send(wrong).catch((error: unknown) => error);
    expect(await refused).toMatchObject({
      code: 'PagerDutyRefused',
      message: expect.stringMatching(/status 400: .*invalid key/),
    });
    expect(String(await refused)).not.toContain(wrong.routing_key);
    expect(waits).toEqual([]);
  });
});
