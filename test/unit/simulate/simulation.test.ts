import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { SIMULATED } from '../../../simulate/config.ts';
import { type Deployment, deploymentOf } from '../../../simulate/deployment.ts';
import { faultsOf } from '../../../simulate/faults/plan.ts';
import { type RunOptions, type RunResult, Simulation, START_MS } from '../../../simulate/simulation.ts';

const PROJECT = join(import.meta.dirname, '../../..');

let deployment: Deployment;
beforeAll(() => {
  deployment = deploymentOf(SIMULATED);
});

const run = (options: Partial<RunOptions>): Promise<RunResult> =>
  new Simulation({ deployment, seed: 1, days: 8, caches: 3, ...options }).run();

function simulate(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['simulate/main.ts', ...args], {
    cwd: PROJECT,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('a simulated run', () => {
  it('is the same for the same seed, and another for another', async () => {
    const [one, again, other] = [await run({ seed: 3 }), await run({ seed: 3 }), await run({ seed: 4 })];
    expect(again).toEqual(one);
    expect(other.hash).not.toBe(one.hash);
  });

  it('without faults verifies every slot, tells nobody anything, and goes on pinging', async () => {
    const { violation, counts } = await run({ seed: 0 });
    expect(violation).toBeUndefined();
    expect(counts).toMatchObject({ faults: 0, alerts: 0, points: 8 * 7 });
    expect(counts.pings).toBeGreaterThan(8);
  });

  // Faults that are drawn anew at each call would strike elsewhere when there are more calls.
  const LASTING = [
    'data tiering',
    'deleted and made again',
    'backups unscheduled',
    'FLUSHALL',
    'file flipped',
  ];

  it.each([5, 9])('of seed %i tells the same whether quiet ticks are passed over or not', async (seed) => {
    const caches = ['orders', 'sessions', 'audit'];
    const faults = faultsOf({ seed, startMs: START_MS, days: 14, caches, only: LASTING });
    const [some, all] = [await run({ days: 14, faults }), await run({ days: 14, faults, everyTick: true })];
    expect([some.violation, all.violation]).toEqual([undefined, undefined]);
    expect(some.counts.faults).toBeGreaterThan(0);
    expect(some.alerts).toEqual(all.alerts);
  });
});

describe('npm run simulate', () => {
  it('runs seeds, ends with a line of counts, and exits with 0 if nothing was violated', () => {
    const { status, stdout } = simulate('--seeds', '4', '--days', '30');
    expect(stdout).toMatch(/^4 seeds, 360 cache-days, .* 0 violations, /m);
    expect(status).toBe(0);
  });

  it('catches planted bugs, and names what caught them', () => {
    const bugs = ['release by age', 'unsound shards are taken', 'heartbeat before verification'];
    const { status, stdout } = simulate('--planted', ...bugs);
    expect(stdout).toMatch(/^I1 +release by age/m);
    expect(stdout).toMatch(/^I7 +unsound shards are taken/m);
    expect(stdout).toMatch(/^I2 +heartbeat before verification/m);
    expect(stdout).toContain('3 planted bugs, 3 caught, 0 not caught');
    expect(status).toBe(0);
  });

  it.each([
    [['--seeds', 'many'], "--seeds: 'many' is not a whole number from 1 on"],
    [['release by age'], "'release by age' goes with --planted only"],
    [['--planted', 'no such bug'], "there is no planted bug 'no such bug'; known are age-only retention"],
  ])('refuses %j', (args, message) => {
    const { status, stderr } = simulate(...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});
