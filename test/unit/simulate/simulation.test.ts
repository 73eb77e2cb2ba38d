import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SIMULATED } from '../../../simulate/config.ts';
import { deploymentOf } from '../../../simulate/deployment.ts';
import { readCatches } from '../../../simulate/planted/document.ts';
import { mutationNamed } from '../../../simulate/planted/mutations.ts';
import { runPlanted, runThatCatches } from '../../../simulate/planted/run.ts';
import { Worker } from '../../../simulate/pool.ts';
import type { RunReply, RunRequest } from '../../../simulate/worker.ts';
import { INSTEAD } from '../../long/instead.ts';

const PROJECT = join(import.meta.dirname, '../../..');

const folder = mkdtempSync(join(tmpdir(), 'redrill-simulate-'));
const deployment = join(folder, 'deployment.json');
let worker: Worker;
beforeAll(() => {
  writeFileSync(deployment, JSON.stringify(deploymentOf(SIMULATED)));
  worker = new Worker({ REDRILL_DEPLOYMENT: deployment });
});
afterAll(() => {
  worker.end();
  rmSync(folder, { recursive: true, force: true });
});

const run = ({ seed = 1, days = 8, ...rest }: Partial<RunRequest>): Promise<RunReply> =>
  worker.run({ seed, days, drawnDays: days, caches: 3, ...rest });

function simulate(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['simulate/main.ts', ...args], {
    cwd: PROJECT,
    encoding: 'utf8',
    env: { ...process.env, REDRILL_DEPLOYMENT: deployment },
  });
  return { status, stdout, stderr };
}

describe('a simulated run', () => {
  it('is the same for the same seed, and another for another', async () => {
    const one = await run({ seed: 3, days: 3 });
    expect(await run({ seed: 3, days: 3 })).toEqual(one);
    expect(one.counts.strikes).toBeGreaterThan(0);
    expect((await run({ seed: 4, days: 3 })).hash).not.toBe(one.hash);
  });

  it('without faults verifies every slot, sends no alert, and keeps pinging', async () => {
    const { violation, counts } = await run({ keep: [], days: 5 });
    expect(violation).toBeUndefined();
    expect(counts).toMatchObject({ faults: 0, alerts: 0, points: 5 * 7 });
    expect(counts.pings).toBeGreaterThan(5);
  });

  // Faults that are drawn anew at each call would strike elsewhere when there are more calls.
  const LASTING = [
    'data tiering',
    'deleted and made again',
    'backups unscheduled',
    'FLUSHALL',
    'file flipped',
  ];

  it('tells the same whether quiet ticks are passed over or not', async () => {
    const some = await run({ seed: 5, only: LASTING });
    const all = await run({ seed: 5, only: LASTING, everyTick: true });
    expect([some.violation, all.violation]).toEqual([undefined, undefined]);
    expect(some.counts.faults).toBeGreaterThan(0);
    expect(some.alerts).toEqual(all.alerts);
  });
});

describe('an answer of AWS that Redrill refuses', () => {
  it.each([
    ['durations', 'hours'],
    ['rdb-version', 'newer'],
  ])('is told, and nothing is verified: %s=%s', async (id, reading) => {
    const { violation, readings, counts } = await run({ days: 2, keep: [], readings: { [id]: reading } });
    expect(violation).toBeUndefined();
    expect(readings).toEqual({ [id]: reading });
    expect(counts).toMatchObject({ pings: 0 });
    expect(counts.alerts).toBeGreaterThan(0);
  });
});

describe('a planted bug', () => {
  it.each([
    ['release by age', 'I1'],
    ['stale files pass', 'I7'],
    ['heartbeat before verification', 'I2'],
    ['the files of an export are numbered without gaps', 'I17'],
  ])("such as '%s' is caught, and it is said by what: %s", async (bug, invariant) => {
    const options = { names: [bug], workers: 1, deployment, caught: () => undefined };
    expect(await runPlanted(options)).toMatchObject([{ bug, invariant }]);
  });
});

describe('a journey that only npm run test:long runs, and that the simulation can stand in for', () => {
  const files = readdirSync(join(PROJECT, 'test/long')).filter((file) => file.endsWith('.test.ts'));

  it.each(Object.keys(INSTEAD))('%s is there', (name) => expect(files).toContain(`${name}.test.ts`));

  // The first of each file: a run takes seconds, and npm run simulate -- --planted makes all of them.
  const bugs = Object.entries(INSTEAD).flatMap(([file, [bug]]) =>
    bug === undefined ? [] : [[file, bug] as const],
  );

  it.each(bugs)("%s: without the bug '%s', the run that catches it finds nothing", async (_, bug) => {
    const caught = readCatches().find((each) => each.bug === bug);
    if (caught === undefined) throw new Error(`no run catches '${bug}'`);
    const days = caught.days + 1;
    const { violation } = await worker.run({ ...runThatCatches(mutationNamed(bug), caught.seed), days });
    expect(violation).toBeUndefined();
  });
});

describe('npm run simulate', () => {
  it('runs seeds, ends with a line of counts, and exits with 0 if nothing was violated', () => {
    const { status, stdout } = simulate('--seeds', '2', '--days', '3', '--workers', '1');
    expect(stdout).toMatch(/^2 seeds, 18 cache-days, .* 0 violations, /m);
    expect(status).toBe(0);
  });

  it.each([
    [['--seeds', 'many'], "--seeds: 'many' is not a whole number from 1 on"],
    [['--readings', 'all'], "--readings: 'all' is neither 'drawn' nor 'default'"],
    [['release by age'], "'release by age' goes with --planted only"],
    [['--planted', 'no such bug'], "there is no planted bug 'no such bug'; known are age-only retention"],
  ])('refuses %j', (args, message) => {
    const { status, stderr } = simulate(...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});
