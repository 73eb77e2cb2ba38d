import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../core/contracts/parse-config.ts';
import { presets } from '../../../core/contracts/presets.ts';
import { run } from '../../../lambdas/start-drills.ts';
import { Catalogue } from '../../../vault/catalogue.ts';
import { MemoryStore } from '../adapters/memory-store.ts';
import { pointOf } from '../core/facts.ts';

const config = parseConfig({
  source: { region: 'eu-west-1' },
  vault: { region: 'eu-central-1' },
  plans: { jobs: presets.jobQueue, logs: presets.eventLog, none: presets.pureCache },
  caches: { audit: 'logs' },
});

async function started(plan: string) {
  const catalogue = new Catalogue(new MemoryStore());
  await catalogue.enter(pointOf({ cache: 'sessions', plan: 'jobs' }));
  // Its plan was changed since: the configuration says what it is on now.
  await catalogue.enter(pointOf({ cache: 'audit', plan: 'jobs' }));
  await catalogue.enter(pointOf({ cache: 'deleted', plan: 'jobs' }));
  await catalogue.forget('deleted', { by: 'me', at: '2026-11-21T12:00:00.000Z', why: 'replaced' });
  const inputs: object[] = [];
  const workflows = {
    start: async (_machine: string, _name: string, input: object) => {
      inputs.push(input);
      return 'started' as const;
    },
  };
  await run(
    { plan, scheduledTime: '2026-11-22T02:30:00Z' },
    { catalogue, workflows, config, stateMachine: 'drill' },
  );
  return inputs;
}

describe('start-drills', () => {
  const drill = { drill: '20261122T023000Z', startedBy: 'schedule' };

  it('starts one drill of every cache that is on the plan now and not forgotten, chosen as the plan says', async () => {
    expect(await started('jobs')).toEqual([{ ...drill, cache: 'sessions', choose: 'latest' }]);
    expect(await started('logs')).toEqual([{ ...drill, cache: 'audit', choose: 'random' }]);
  });

  it.each(['none', 'gone'])('refuses plan %s, which protects nothing', async (plan) =>
    expect(started(plan)).rejects.toMatchObject({
      code: 'UnknownPlan',
      message: `the schedule drills plan '${plan}', which protects nothing`,
    }),
  );
});
