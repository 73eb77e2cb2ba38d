import { describe, expect, it } from 'vitest';
import { readJson, writeJson } from '../../../adapters/documents/json-objects.ts';
import { fleet } from '../../../core/contracts/fleet.ts';
import { parseConfig } from '../../../core/contracts/parse-config.ts';
import { presets } from '../../../core/contracts/presets.ts';
import { composeHistory } from '../../../core/drill/summarise-drill.ts';
import { stagingKeys, vaultKeys } from '../../../core/model/keys.ts';
import { run as publishFleet } from '../../../lambdas/publish-fleet.ts';
import { Catalogue } from '../../../vault/catalogue.ts';
import { runbookPages } from '../../../watch/publish-runbooks.ts';
import { MemoryStore } from '../adapters/memory-store.ts';
import { REPORT } from '../core/drills.ts';
import { pointOf } from '../core/facts.ts';

const CONFIG = parseConfig({
  source: { region: 'eu-west-1' },
  vault: { region: 'eu-central-1' },
  plans: { sessions: presets.sessionStore },
  caches: { sessions: 'sessions', fresh: 'sessions' },
});
const RUNBOOKS = { 'node-crashed': '# A node crashed', 'drill-failed': '# A drill failed' };
const MINUTE_MS = 60_000;

function world() {
  const vault = new MemoryStore();
  const staging = new MemoryStore('staging');
  const state = { runbooks: runbookPages(RUNBOOKS) };
  let now = Date.parse('2026-11-21T06:30:00Z');
  const written: string[] = [];
  const write = vault.write.bind(vault);
  vault.write = async (key, ...rest) => {
    written.push(key);
    return write(key, ...rest);
  };
  const run = () =>
    publishFleet(
      {},
      {
        catalogue: new Catalogue(vault),
        staging,
        config: CONFIG,
        runbooks: state.runbooks,
        now: () => new Date(now),
      },
    );
  const pass = (minutes: number) => {
    now += minutes * MINUTE_MS;
  };
  const current = async () => (await readJson(vault, vaultKeys.fleet, fleet))?.value;
  return { vault, staging, written, run, pass, current, state };
}

describe('publish-fleet', () => {
  it('writes the page, and then what tells that it is written', async () => {
    const { written, run, vault } = world();
    expect(await run()).toEqual({ caches: 2, page: 'written', runbooksWritten: 2 });
    expect(written.slice(2)).toEqual([vaultKeys.fleetPage, vaultKeys.fleet]);
    const page = new TextDecoder().decode((await vault.read(vaultKeys.fleetPage))?.body);
    expect(page).toMatch(/^<!doctype html>/);
  });

  it('does not say that all is as planned while an alert is open', async () => {
    const { run, vault, staging, current } = world();
    await run();
    const toldAt = '2026-11-21T06:15:00.000Z';
    const lost = { code: 'RecoveryPointLost', about: 'sessions', since: toldAt, toldAt, parts: [] };
    const drift = { ...lost, code: 'SettingsDrifted', about: 'vault' };
    const faults = { 'sessions: recovery point lost': lost };
    await writeJson(staging, stagingKeys.notices('points'), { version: 1, faults });
    await writeJson(staging, stagingKeys.notices('settings'), {
      version: 1,
      faults: { 'drift: bucket policy': drift },
    });
    expect(await run()).toMatchObject({ page: 'written' });
    const { problems = [], caches } = (await current()) ?? {};
    expect(problems.map(({ code }) => code)).toEqual(['SettingsDrifted']);
    expect(caches?.find(({ cache }) => cache === 'sessions')?.problems).toMatchObject([
      { code: 'RecoveryPointLost', since: toldAt },
    ]);
    const page = new TextDecoder().decode((await vault.read(vaultKeys.fleetPage))?.body);
    expect(page).toContain('1 of 2 protected caches has open problems.');
    expect(page).toMatch(/RecoveryPointLost<\/code>, alerted since .*npx redrill show sessions\/latest/);
    expect(page).toMatch(/<b>all caches<\/b>.*SettingsDrifted.*npx cdk drift/s);
    await writeJson(staging, stagingKeys.notices('points'), { version: 1, faults: {} });
    await run();
    expect(new TextDecoder().decode((await vault.read(vaultKeys.fleetPage))?.body)).toContain(
      'No protected cache has a problem of its own; 1 alert about the installation is open.',
    );
  });

  it('leaves it alone while all stays the same, for an hour', async () => {
    const { written, run, pass } = world();
    await run();
    for (const minutes of [15, 15, 15]) {
      pass(minutes);
      expect(await run()).toEqual({ caches: 2, page: 'unchanged', runbooksWritten: 0 });
    }
    pass(15);
    expect(await run()).toMatchObject({ page: 'written' });
    expect(written.filter((key) => !key.includes('_runbooks'))).toHaveLength(4);
  });

  it('writes it at once when a copy came in, and when a drill was made', async () => {
    const { vault, run, pass, current } = world();
    await run();
    pass(15);
    await new Catalogue(vault).enter(pointOf());
    expect(await run()).toMatchObject({ page: 'written' });
    pass(15);
    await writeJson(vault, vaultKeys.history('sessions'), composeHistory('sessions', [REPORT], []));
    expect(await run()).toMatchObject({ page: 'written' });
    const sessions = (await current())?.caches.find(({ cache }) => cache === 'sessions');
    expect(sessions).toMatchObject({ newest: { tier: 'daily' }, lastDrill: { drill: REPORT.drill } });
  });

  it('keeps the days that the registry has forgotten in the document that is there already', async () => {
    const { vault, run, pass, current } = world();
    await new Catalogue(vault).enter(pointOf());
    await run();
    const before = await current();
    const days = [{ from: '2026-11-01', to: '2026-11-20', state: 'suspect', longestGapSeconds: 60 }];
    const caches = before?.caches.map((each) => (each.cache === 'sessions' ? { ...each, days } : each));
    await writeJson(vault, vaultKeys.fleet, { ...before, caches });
    pass(60);
    expect(await run()).toMatchObject({ page: 'written' });
    expect((await current())?.caches.find(({ cache }) => cache === 'sessions')?.days).toEqual([
      ...days,
      { from: '2026-11-21', to: '2026-11-21', state: 'verified', longestGapSeconds: 5_400 },
    ]);
  });

  it('writes the runbooks before the page that links to them, and then only those that have changed', async () => {
    const { written, run, state, pass, vault, current } = world();
    await run();
    const keys = Object.keys(RUNBOOKS).map((name) => vaultKeys.runbook(name));
    expect(written.slice(0, 2).sort()).toEqual([...keys].sort());
    const page = new TextDecoder().decode((await vault.read(vaultKeys.runbook('node-crashed')))?.body);
    expect(page).toContain('<h1 id="a-node-crashed">A node crashed</h1>');
    pass(15);
    state.runbooks = runbookPages({ ...RUNBOOKS, 'drill-failed': '# Another text' });
    expect(await run()).toMatchObject({ page: 'written', runbooksWritten: 1 });
    expect(written.filter((key) => key === vaultKeys.runbook('drill-failed'))).toHaveLength(2);
    expect(written.filter((key) => key === vaultKeys.runbook('node-crashed'))).toHaveLength(1);
    expect((await current())?.runbooks).toBe(state.runbooks.digest);
  });

  it('reads no runbook while they are the same, and writes none again if only the record of them is lost', async () => {
    const { run, pass, vault } = world();
    await run();
    const reads: string[] = [];
    const read = vault.read.bind(vault);
    vault.read = async (key, ...rest) => {
      reads.push(key);
      return read(key, ...rest);
    };
    pass(60);
    await run();
    expect(reads.filter((key) => key.includes('_runbooks'))).toEqual([]);
    await vault.remove(vaultKeys.fleet);
    expect(await run()).toMatchObject({ page: 'written', runbooksWritten: 0 });
  });

  it('reads nothing of a cache but its registry entry and the history of its drills', async () => {
    const { vault, run } = world();
    await new Catalogue(vault).enter(pointOf());
    const reads: string[] = [];
    const read = vault.read.bind(vault);
    vault.read = async (key, ...rest) => {
      reads.push(key);
      return read(key, ...rest);
    };
    await run();
    expect(reads.filter((key) => key.includes('sessions')).sort()).toEqual([
      'registry/sessions.json',
      'reports/sessions/history.json',
    ]);
  });

  it('counts the age of a cache without any copy from when watch-vault first saw it', async () => {
    const { staging, run, current } = world();
    const caches = { fresh: '2026-11-20T00:00:00.000Z' };
    await writeJson(staging, stagingKeys.firstSeen, { version: 1, caches });
    await run();
    expect((await current())?.caches.map(({ cache, problems }) => [cache, problems.length])).toEqual([
      ['fresh', 1],
      ['sessions', 0],
    ]);
  });
});
