import { describe, expect, test, vi } from 'vitest';
import { planOutput } from '../../../cli/plan/contract.ts';
import { folderWith } from '../../unit/cli/run.ts';
import { redrillHere } from '../../unit/cli/run-here.ts';
import { configText } from './vault-fixture.ts';

// It synthesises the stacks: seconds on an idle machine, a minute on a busy one.
vi.setConfig({ testTimeout: 180_000 });

/** Without credentials, a region, or anything of AWS in the environment. */
async function plan(config: string, ...options: readonly string[]) {
  return redrillHere(['plan', ...options], { cwd: folderWith({ 'redrill.config.ts': config }) });
}

describe('redrill plan', () => {
  test('says what each plan means, without credentials', async () => {
    const { stdout, stderr, status } = await plan(configText({ carts: 'sessions', pages: 'none' }));
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toContain(
      'sessions (carts)\n  backups       4 a day; 4 of 20 manual snapshots a node, 16 left to you\n',
    );
    expect(stdout).toMatch(/RPO {11}6 h \d\d min achievable, of 8 h 00 min allowed/);
    expect(stdout).toMatch(/never fewer than 2\s+verified/);
    expect(stdout).toContain('none (pages): protects nothing: a pure cache');
    expect(stdout).toMatch(/^\d+\.\d\d USD a month: 1 cache named in the configuration/m);
  });

  test('of servers counts what their hosts ship, and no snapshots', async () => {
    const servers = {
      events: { plan: 'sessions', shippers: ['arn:aws:iam::111122223333:role/events-host'] },
    };
    const ofServer = configText().replace('caches: {}', `caches: {}, servers: ${JSON.stringify(servers)}`);
    const { stdout, status } = await plan(ofServer);
    expect(status).toBe(0);
    expect(stdout).toContain('sessions (events)\n  backups       4 a day\n');
    expect(stdout).not.toContain('snapshots');
    expect(stdout).toMatch(/money {9}\d+\.\d\d USD a month and server$/m);
    expect(stdout).toMatch(/a month: 0 caches and 1 server named in the configuration/);
    const { plans, usdPerMonth, fixedCosts } = planOutput.parse(
      JSON.parse((await plan(ofServer, '--json')).stdout),
    );
    const fixed = fixedCosts.reduce((sum, { usd }) => sum + usd, 0);
    expect(plans[0]).toMatchObject({ caches: [], servers: ['events'], storageGb: { snapshots: 0 } });
    expect(plans[0]?.costs).toContainEqual({
      what: 'heartbeats',
      how: '86,400 requests',
      usd: expect.closeTo(0.432),
    });
    expect(usdPerMonth - fixed).toBeCloseTo(plans[0]?.usdPerServerAndMonth ?? 0);
    // Of a plan that has both, each has its price.
    const both = await plan(ofServer.replace('caches: {}', "caches: { carts: 'sessions' }"));
    expect(both.stdout).toContain(
      'sessions (carts, events)\n  backups       4 a day; 4 of 20 manual snapshots',
    );
    expect(both.stdout).toMatch(/USD a month and cache,\s+\d+\.\d\d USD a month and server/);
  });

  test('says which promises cannot be kept with backups of a size, and ends with 1', async () => {
    const { stdout, status } = await plan(configText(), '--json', '--gb', '60', '--shards', '2');
    expect(status).toBe(1);
    const [sessions] = planOutput.parse(JSON.parse(stdout)).plans;
    expect(sessions?.rto).toMatchObject({ targetSeconds: 3600, met: false });
    expect(sessions?.problems).toEqual([
      expect.stringMatching(
        /^an RPO of 8 h 00 min cannot be met: the achievable one is .*; raise rpo, or shorten every$/,
      ),
      expect.stringMatching(
        /^an RTO of 1 h 00 min cannot be met: the achievable one is .*; raise rto, or have/,
      ),
      expect.stringMatching(
        /^a drill may not fit: a shard of 30\.0 GB .* set drill\.nodeType to 'cache\.\w+\.\w+'$/,
      ),
    ]);
  });

  test.each([
    [['--gb', 'much'], "--gb 'much' is not a number above 0; write for example 2.5"],
    [['--shards', '0'], "--shards '0' is not a number of shards; give 1 to 500"],
    [['--config', 'nowhere.ts'], 'there is no file '],
  ])('refuses %j in one line', async (options, line) => {
    const { stdout, stderr, status } = await plan(configText(), ...options);
    expect(stderr.split('\n')[0]).toContain(line);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
  });
});
