import { describe, expect, it, vi } from 'vitest';
import { readSetting } from '../../../adapters/aws/settings/read-setting.ts';
import { settingsAs } from '../../../adapters/memory/settings.ts';
import { parseConfig } from '../../../core/contracts/parse-config.ts';
import { presets } from '../../../core/contracts/presets.ts';
import type { ExpectedSettings } from '../../../core/contracts/settings.ts';
import { AppError } from '../../../core/model/errors.ts';
import { stagingKeys } from '../../../core/model/keys.ts';
import type { Alert, Settings } from '../../../core/ports.ts';
import { run } from '../../../lambdas/watch-vault.ts';
import { Catalogue } from '../../../vault/catalogue.ts';
import { watchSettings } from '../../../watch/settings.ts';
import { MemoryStore } from '../adapters/memory-store.ts';
import { MemoryMetrics } from './memory-world.ts';

const EXPECTED: ExpectedSettings = {
  version: 1,
  stack: 'redrill-vault',
  region: 'eu-central-1',
  buckets: [{ name: 'vault', settings: { versioning: { Status: 'Enabled' } } }],
  keys: [],
  schedules: [{ group: 'redrill', name: 'find-exports', setting: { State: 'ENABLED' } }],
  alarms: [],
  topics: [],
  channels: [],
  roles: [],
};
const CONFIG = parseConfig({
  source: { region: 'eu-west-1' },
  vault: { region: 'eu-central-1' },
  plans: { queue: presets.jobQueue },
  caches: { orders: 'queue' },
});

function world(changed: Partial<Settings> = {}) {
  const told: string[] = [];
  const refused = new Set<string>();
  let [minutes, looks] = [0, 0];
  const made = {
    expected: () => EXPECTED,
    settings: { ...settingsAs(EXPECTED), ...changed },
    notices: new MemoryStore('staging'),
    alerts: {
      publish: async ({ subject }: Alert) => {
        if (refused.has(subject)) throw new AppError('AwsThrottled', 'slow down');
        told.push(subject);
      },
    },
    metrics: new MemoryMetrics(),
    now: () => new Date(Date.UTC(2026, 10, 21, 12, minutes)),
    newRunId: () => `look ${++looks}`,
  };
  const look = async (afterMinutes = 15) => {
    minutes += afterMinutes;
    return watchSettings(made);
  };
  return { ...made, told, refused, look };
}

const NO_VERSIONS = { ofBucket: async () => ({}) };
const VERSIONING = '[Redrill] versioning of vault: not as deployed';

describe('watchSettings', () => {
  it('is silent, and writes nothing, where everything is as it was synthesised', async () => {
    const { look, told, notices, metrics } = world();
    expect(await look()).toEqual({ drifted: [] });
    expect([told, notices.writes]).toEqual([[], []]);
    expect(metrics.measured).toEqual(['SettingsDrifted{} 0']);
  });

  it('tells once of what two looks find at the same time', async () => {
    const { look, told } = world(NO_VERSIONS);
    await Promise.all([look(), look(0)]);
    expect(told).toEqual([VERSIONING]);
  });

  it.each([
    ['AccessDenied', new AppError('AccessDenied', 'no')],
    ['an error that nobody knows', new TypeError('undefined is not a function')],
  ])('tells of what cannot be read: %s', async (_name, error) => {
    const { look, told } = world({
      ofSchedule: async () => {
        throw error;
      },
    });
    expect(await look()).toEqual({ drifted: ['schedule redrill/find-exports: unreadable'] });
    expect(told).toEqual(['[Redrill] schedules: cannot be read']);
  });

  it('does not say that a drift is over because it cannot be looked at any more', async () => {
    let ofBucket: Settings['ofBucket'] = NO_VERSIONS.ofBucket;
    const { look, told } = world({ ofBucket: (...asked) => ofBucket(...asked) });
    await look();
    ofBucket = async () => {
      throw new AppError('AwsThrottled', 'slow down');
    };
    await look();
    ofBucket = async () => ({ Status: 'Enabled' });
    await look();
    expect(told).toEqual([
      VERSIONING,
      '[Redrill] versioning of vault: cannot be read',
      '[Redrill] resolved: drift: versioning of vault',
    ]);
  });

  it('throws when a message is refused, and sends it with the next look', async () => {
    const { look, told, refused } = world(NO_VERSIONS);
    refused.add(VERSIONING);
    await expect(look()).rejects.toMatchObject({ code: 'AwsThrottled' });
    refused.clear();
    await look();
    await look();
    expect(told).toEqual([VERSIONING]);
  });

  it('gives up when others change its memory all the time', async () => {
    const { look, notices, told } = world(NO_VERSIONS);
    await notices.write(stagingKeys.notices('settings'), JSON.stringify({ version: 1, faults: {} }));
    notices.write = async () => 'conflict';
    await expect(look()).rejects.toMatchObject({ code: 'StateChanged' });
    expect(told).toEqual([]);
  });
});

describe('watch-vault', () => {
  const whole = (made: ReturnType<typeof world>) => ({
    ...made,
    staging: made.notices,
    catalogue: new Catalogue(new MemoryStore()),
    parameters: { read: async () => undefined },
    heartbeat: { ping: async () => undefined },
    other: {
      half: 'source' as const,
      subscriptionsOf: async () => undefined,
      second: { service: 'none', ask: async () => undefined },
    },
    config: CONFIG,
  });
  const MISSED = '[Redrill] orders: no recent recovery point';
  const longAgo = JSON.stringify({ version: 1, caches: { orders: '2026-11-20T00:00:00.000Z' } });

  it('watches the copies’ ages although the bundle lacks what was synthesised, and fails', async () => {
    const made = world();
    await made.notices.write(stagingKeys.firstSeen, longAgo);
    const expected = () => {
      throw new AppError('BadConfig', 'no such file');
    };
    await expect(run({}, { ...whole(made), expected })).rejects.toMatchObject({ code: 'BadConfig' });
    expect(made.told).toEqual([MISSED]);
  });

  it('watches the settings although the vault cannot be read, and fails', async () => {
    const made = world(NO_VERSIONS);
    const catalogue = new Catalogue(new MemoryStore());
    vi.spyOn(catalogue, 'registry').mockRejectedValue(new AppError('AccessDenied', 'KMS.DisabledException'));
    await expect(run({}, { ...whole(made), catalogue })).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(made.told).toEqual([VERSIONING]);
  });
});

describe('readSetting', () => {
  const thrown = (name: string) => async () => {
    throw Object.assign(new Error('why'), { name });
  };

  it('takes a call that was broken off for an AWS that does not answer', () =>
    expect(readSetting('it', thrown('AbortError'))).rejects.toMatchObject({
      code: 'AwsUnavailable',
      message: 'read it: AWS has not answered within 10 s',
    }));

  it('knows the service’s own word for nothing, and no other', async () => {
    expect(await readSetting('it', thrown('NoSuchThing'), ['NoSuchThing'])).toBeUndefined();
    await expect(readSetting('it', thrown('NoSuchBucket'), ['NoSuchThing'])).rejects.toThrow('NoSuchBucket');
  });
});
