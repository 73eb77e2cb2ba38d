import { describe, expect, it } from 'vitest';
import { Catalogue } from '../../../adapters/catalogue.ts';
import { parseConfig } from '../../../core/contracts/config.ts';
import { presets } from '../../../core/contracts/presets.ts';
import { AppError } from '../../../core/model/errors.ts';
import { stagingKeys } from '../../../core/model/keys.ts';
import type { Alert } from '../../../core/ports.ts';
import { run } from '../../../lambdas/watch-vault.ts';
import { MemoryStore } from '../adapters/memory-store.ts';
import { MemoryMetrics } from './memory-world.ts';

const CONFIG = parseConfig({
  source: { region: 'eu-west-1' },
  vault: { region: 'eu-central-1' },
  plans: { queue: presets.jobQueue },
  caches: { orders: 'queue', sessions: 'queue' },
});
const FIRST_SEEN = '2026-11-20T00:00:00.000Z';

/** Both caches have been without a copy for a day; the topic refuses whatever is about `refused`. */
async function watch() {
  const staging = new MemoryStore('staging');
  const seen = { orders: FIRST_SEEN, sessions: FIRST_SEEN };
  await staging.write(stagingKeys.watchMemory, JSON.stringify({ version: 1, firstSeen: seen, told: {} }));
  const told: string[] = [];
  const look = (at: string, refused?: string) =>
    run(
      {},
      {
        catalogue: new Catalogue(new MemoryStore()),
        staging,
        alerts: {
          publish: async ({ cache }: Alert) => {
            if (cache === refused) throw new AppError('AwsThrottled', 'slow down');
            told.push(`${at} ${cache}`);
          },
        },
        parameters: { read: async () => undefined },
        heartbeat: { ping: async () => undefined },
        metrics: new MemoryMetrics(),
        config: CONFIG,
        now: () => new Date(`2026-11-21T${at}:00Z`),
      },
    );
  return { look, told };
}

describe('watch-vault', () => {
  it('fails when a message is refused, and repeats that one alone', async () => {
    const { look, told } = await watch();
    await expect(look('12:00', 'orders')).rejects.toMatchObject({ code: 'AwsThrottled' });
    await look('12:01');
    await look('12:15');
    expect(told).toEqual(['12:00 sessions', '12:01 orders']);
  });

  it('tells of a lasting fault once an hour', async () => {
    const { look, told } = await watch();
    for (const at of ['12:00', '12:45', '13:00', '13:15']) await look(at);
    expect(told).toEqual(['12:00 orders', '12:00 sessions', '13:00 orders', '13:00 sessions']);
  });
});
