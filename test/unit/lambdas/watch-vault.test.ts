import { describe, expect, it, vi } from 'vitest';
import { settingsAs } from '../../../adapters/memory/settings.ts';
import { parseConfig } from '../../../core/contracts/parse-config.ts';
import { presets } from '../../../core/contracts/presets.ts';
import type { ExpectedSettings } from '../../../core/contracts/settings.ts';
import { AppError } from '../../../core/model/errors.ts';
import { stagingKeys, vaultKeys } from '../../../core/model/keys.ts';
import { slotAt } from '../../../core/model/slot.ts';
import type { Alert } from '../../../core/ports.ts';
import { run } from '../../../lambdas/watch-vault.ts';
import { Catalogue } from '../../../vault/catalogue.ts';
import type { OtherSideView } from '../../../watch/other-side.ts';
import { MemoryStore } from '../adapters/memory-store.ts';
import { pointOf } from '../core/facts.ts';
import { enterWhole } from '../vault/whole-point.ts';
import { MemoryMetrics } from './memory-world.ts';

const CONFIG = parseConfig({
  source: { region: 'eu-west-1' },
  vault: { region: 'eu-central-1' },
  plans: { queue: presets.jobQueue },
  caches: { orders: 'queue', sessions: 'queue' },
});
const SETTINGS: ExpectedSettings = {
  version: 1,
  stack: 'redrill-vault',
  region: 'eu-central-1',
  buckets: [{ name: 'vault', settings: { versioning: { Status: 'Enabled' } } }],
  keys: [],
  schedules: [],
  alarms: [],
  topics: [],
  channels: [],
  roles: [],
};
/** The stack expects no other side. */
const ALONE: OtherSideView = {
  half: 'source',
  subscriptionsOf: async () => undefined,
  second: { service: 'none', ask: async () => undefined },
};
const FIRST_SEEN = '2026-11-20T00:00:00.000Z';

const SEEN = { version: 1, caches: { orders: FIRST_SEEN, sessions: FIRST_SEEN } };
const AT = (at: string) => new Date(`2026-11-21T${at}:00Z`);

interface Trouble {
  /** The topic refuses whatever is about this cache. */
  readonly refused?: string;
  /** The look dies when it has told so many. */
  readonly diesAfter?: number;
}

/** Both caches have been without a copy for a day. */
async function watch() {
  const staging = new MemoryStore('staging');
  await staging.write(stagingKeys.firstSeen, JSON.stringify(SEEN));
  const vault = new MemoryStore();
  const told: string[] = [];
  const subjects: string[] = [];
  let looks = 0;
  const look = (at: string, { refused, diesAfter = Number.POSITIVE_INFINITY }: Trouble = {}) => {
    let sent = 0;
    return run(
      {},
      {
        catalogue: new Catalogue(vault),
        staging,
        alerts: {
          publish: async ({ cache, subject }: Alert) => {
            subjects.push(subject);
            if (sent++ >= diesAfter) return dead();
            if (cache === refused) throw new AppError('AwsThrottled', 'slow down');
            told.push(`${at} ${cache}`);
          },
        },
        parameters: { read: async () => undefined },
        heartbeat: { ping: async () => undefined },
        metrics: new MemoryMetrics(),
        config: CONFIG,
        now: () => AT(at),
        newRunId: () => `look ${++looks}`,
        expected: () => SETTINGS,
        settings: settingsAs(SETTINGS),
        other: ALONE,
      },
    );
  };
  return { look, told, subjects, staging, vault };
}

/** A killed Lambda goes no further. */
function dead(): Promise<never> {
  return new Promise(() => undefined);
}

describe('watch-vault', () => {
  it('fails when a message is refused, and repeats that one alone', async () => {
    const { look, told } = await watch();
    await expect(look('12:00', { refused: 'orders' })).rejects.toMatchObject({ code: 'AwsThrottled' });
    await look('12:01');
    await look('12:15');
    expect(told).toEqual(['12:00 sessions', '12:01 orders']);
  });

  it('does not take a missed RPO for over while nothing that is known of the cache can be read', async () => {
    const { look, subjects, vault } = await watch();
    const old = pointOf({ cache: 'orders', slot: slotAt(AT('00:00')) });
    await enterWhole(new Catalogue(vault), old);
    await look('12:00');
    expect(subjects).toContain('[Redrill] orders: no recent recovery point');
    await vault.write(vaultKeys.registry('orders'), 'unreadable');
    await vault.write(vaultKeys.record(old), 'unreadable');
    await look('12:15');
    expect(subjects.filter((subject) => subject.includes('resolved: recent'))).toEqual([]);
  });

  it('tells of a lasting fault once an hour', async () => {
    const { look, told } = await watch();
    for (const at of ['12:00', '12:45', '13:00', '13:15']) await look(at);
    expect(told).toEqual(['12:00 orders', '12:00 sessions', '13:00 orders', '13:00 sessions']);
  });

  it('tells once when its event is delivered three times at once, and when it comes again later', async () => {
    const { look, told } = await watch();
    await Promise.all(['12:00', '12:00', '12:00'].map((at) => look(at)));
    await Promise.all(['12:01', '12:01'].map((at) => look(at)));
    expect(told).toEqual(['12:00 orders', '12:00 sessions']);
  });

  it('tells with the next attempt, a minute later, what a look had claimed that died', async () => {
    const { look, told, staging } = await watch();
    void look('12:00', { diesAfter: 0 });
    await vi.waitFor(() => expect(staging.writes).toHaveLength(2));
    await look('12:01');
    expect(told).toEqual(['12:01 orders', '12:01 sessions']);
  });

  it('sends a message twice only if the invocation died between sending and recording it', async () => {
    const { look, told } = await watch();
    void look('12:00', { diesAfter: 1 });
    await vi.waitFor(() => expect(told).toEqual(['12:00 orders']));
    await look('12:15');
    await look('12:30');
    expect(told).toEqual(['12:00 orders', '12:15 orders', '12:15 sessions']);
  });

  it('gives up when others write its memory all the time', async () => {
    const { look, staging, told } = await watch();
    vi.spyOn(staging, 'write').mockResolvedValue('conflict');
    await expect(look('12:00')).rejects.toMatchObject({ code: 'StateChanged', kind: 'transient' });
    expect(told).toEqual([]);
  });
});

const URL = 'https://hc-ping.com/secret';
const WITH_SWITCH = parseConfig({
  source: CONFIG.source,
  vault: CONFIG.vault,
  plans: CONFIG.plans,
  caches: { orders: 'queue' },
  heartbeat: { parameter: '/redrill/heartbeat', convention: 'healthchecks' },
});

interface Switch {
  /** Age of the newest verified copy, hours. */
  readonly hours: number;
  readonly isTopicDead?: boolean;
  readonly isSwitchDead?: boolean;
  readonly isParameterUnreadable?: boolean;
}

/** One look at a vault with one cache. */
async function lookWithSwitch({ hours, isTopicDead, isSwitchDead, isParameterUnreadable }: Switch) {
  const vault = new MemoryStore();
  const now = AT('12:00');
  const catalogue = new Catalogue(vault);
  await enterWhole(
    catalogue,
    pointOf({ cache: 'orders', plan: 'queue', slot: slotAt(new Date(now.getTime() - hours * 3_600_000)) }),
  );
  const pings: string[] = [];
  const told: string[] = [];
  const metrics = new MemoryMetrics();
  const outcome = await run(
    {},
    {
      catalogue,
      staging: new MemoryStore('staging'),
      alerts: {
        publish: async ({ code }: Alert) => {
          if (isTopicDead) throw new AppError('NotFound', 'there is no such topic');
          told.push(code);
        },
      },
      parameters: {
        read: async () => {
          if (isParameterUnreadable) throw new AppError('AccessDenied', 'no');
          return URL;
        },
      },
      heartbeat: {
        ping: async (url, body) => {
          pings.push(`${url.slice(URL.length)} ${body.split('\n')[0]}`);
          if (isSwitchDead) throw new AppError('AwsUnavailable', 'no answer');
        },
      },
      metrics,
      config: WITH_SWITCH,
      now: () => now,
      newRunId: () => 'run-1',
      expected: () => SETTINGS,
      settings: settingsAs(SETTINGS),
      other: ALONE,
    },
  ).catch((error: AppError) => error.code);
  return { outcome, pings, told, measured: metrics.measured };
}

describe('the dead man’s switch', () => {
  it('gets a start ping and a success ping with the same run id', async () => {
    const { pings, measured } = await lookWithSwitch({ hours: 2 });
    expect(pings).toEqual(['/start?rid=run-1 ', '?rid=run-1 Redrill: no cache is outside its RPO']);
    expect(measured).toContain('Heartbeats{} 1');
    expect(measured).toContain('HeartbeatsFailed{} 0');
  });

  it('gets a fail ping and no success ping when a cache is outside its RPO', async () => {
    const { pings, told, measured } = await lookWithSwitch({ hours: 4 });
    expect(pings).toEqual(['/start?rid=run-1 ', '/fail?rid=run-1 Redrill: 1 of 1 caches outside their RPO']);
    expect(told).toEqual(['RpoMissed']);
    expect(measured).toContain('Heartbeats{} 0');
  });

  it('gets a fail ping when the check itself fails, for example because the topic is unusable', async () => {
    const { outcome, pings } = await lookWithSwitch({ hours: 4, isTopicDead: true });
    expect(outcome).toBe('NotFound');
    expect(pings.at(-1)).toBe('/fail?rid=run-1 Redrill: the check of the vault failed: NotFound');
  });

  it.each([
    ['dead', { isSwitchDead: true }, 'failed: AwsUnavailable'],
    ['of an unreadable address', { isParameterUnreadable: true }, 'failed: AccessDenied'],
  ])('that is %s costs no alert and no measurement, and is counted', async (_what, trouble, pinged) => {
    const { outcome, told, measured } = await lookWithSwitch({ hours: 4, ...trouble });
    expect(outcome).toMatchObject({ outside: ['orders'], heartbeat: { outcome: 'fail', pinged } });
    expect(told).toEqual(['RpoMissed']);
    expect(measured).toContain('HeartbeatsFailed{} 2');
    expect(measured).toContain('CachesOutsideRpo{} 1');
  });
});
