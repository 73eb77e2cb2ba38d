import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeJson } from '../../../adapters/documents/json-objects.ts';
import { reportNamed } from '../../../cli/open/choose-page.ts';
import { openVault } from '../../../cli/vault.ts';
import { vaultKeys } from '../../../core/model/keys.ts';
import { fleetPage } from '../../../core/pages/fleet-page.ts';
import { reportPage } from '../../../core/pages/report-page.ts';
import { REDRILL } from '../../unit/cli/run.ts';
import { drillsOver, FLEET, REPORT } from '../../unit/core/drills.ts';
import { entryOf } from '../../unit/core/facts.ts';
import { type VaultFixture, vaultFixture } from './vault-fixture.ts';

const EARLIER = '20261115T023000Z';
let vault: VaultFixture;
let running: ChildProcess | undefined;

beforeEach(async () => {
  vault = await vaultFixture('2026-11-22T03:00:00.000Z', { planned: 'sessions' });
  const { vault: store } = vault.catalogue;
  await writeJson(store, vaultKeys.registry('sessions'), entryOf([], 'sessions'));
  await writeJson(store, vaultKeys.registry('orders'), entryOf([], 'orders'));
  await store.write(vaultKeys.fleetPage, fleetPage(FLEET));
  for (const drill of [REPORT.drill, EARLIER as typeof REPORT.drill]) {
    await writeJson(store, vaultKeys.report('sessions', drill), { ...REPORT, drill });
    await store.write(
      vaultKeys.reportPage('sessions', drill),
      reportPage({ ...REPORT, drill }, drillsOver(2)),
    );
  }
  await store.write(vaultKeys.reportPage('orders', REPORT.drill), 'x');
});
afterEach(() => running?.kill('SIGKILL'));

/** Follows the address that the real command prints, as a browser does. */
async function openedBy(...words: readonly string[]) {
  running = spawn(process.execPath, [REDRILL, 'open', ...words, '--no-browser'], {
    cwd: vault.folder,
    env: { PATH: process.env.PATH, ...vault.env },
  });
  let printed = '';
  for await (const chunk of running.stdout ?? []) {
    printed += chunk;
    if (printed.includes('http')) break;
  }
  const url = /http:\S+/.exec(printed)?.[0] ?? '';
  const { headers } = await fetch(url, { redirect: 'manual' });
  const cookie = headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const get = async (path: string) => (await fetch(new URL(path, url), { headers: { cookie } })).text();
  return { printed, path: headers.get('location') ?? '', get };
}

describe('redrill open', () => {
  it('shows the page of all caches, and what it links to, until Ctrl-C', async () => {
    const { printed, path, get } = await openedBy();
    expect(printed).toContain('Open the page of all caches on this machine, once:');
    expect(path).toBe(`/${vaultKeys.fleetPage}`);
    expect(await get(path)).toContain('1 of 3 protected caches has open problems.');
    expect(await get(`/${vaultKeys.reportPage('sessions', REPORT.drill)}`)).toContain('restore drill of');
    expect(await get(`/${vaultKeys.runbook('drill-failed')}`)).toContain('Redrill · runbook');
    running?.kill('SIGINT');
    expect(await once(running as ChildProcess, 'exit')).toEqual([0, null]);
  });

  it('shows the report of a drill', async () =>
    expect((await openedBy(EARLIER)).path).toBe(`/reports/sessions/${EARLIER}.html`));

  it.each([
    ['sessions', REPORT.drill],
    ['sessions/latest', REPORT.drill],
    [`sessions/${EARLIER}`, EARLIER],
  ])('%s is the report of the drill of %s', async (word, drill) => {
    const opened = await openVault({ config: join(vault.folder, 'redrill.config.ts') });
    expect(await reportNamed(word, opened, {})).toMatchObject({ key: `reports/sessions/${drill}.html` });
  });

  it.each([
    ['sesions', "'sesions' is neither a cache of the vault nor a runbook; did you mean 'sessions'?"],
    [
      'node-crash',
      "'node-crash' is neither a cache of the vault nor a runbook; did you mean 'node-crashed'?",
    ],
    ['planned', 'planned has no report yet; to drill it now: npx redrill drill planned'],
    [
      'sessions/20261115T033000Z',
      `sessions has no report of a drill of 2026-11-15 03:30 UTC; did you mean '${EARLIER}'?`,
    ],
    ['20200101T000000Z', 'no cache has a report of a drill of 2020-01-01 00:00 UTC'],
    [
      REPORT.drill,
      `several caches have a drill of 2026-11-22 02:30 UTC: write one of orders/${REPORT.drill}, sessions/${REPORT.drill}`,
    ],
    ['sessions/yesterday', "'sessions/yesterday' is not a page; write <cache>, <cache>/<drill>"],
    ['a/b/c', "'a/b/c' is not a page; write <cache>, <cache>/<drill>"],
  ])('refuses %s', async (word, line) => {
    const { stderr, stdout, status } = await vault.redrill('open', word);
    expect(stderr).toContain(line);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
  });

  it('says that there is no page of all caches yet', async () => {
    const page = await vault.catalogue.vault.read(vaultKeys.fleetPage);
    await vault.catalogue.vault.remove(vaultKeys.fleetPage);
    expect((await vault.redrill('open')).stderr).toContain('has no page of all caches yet');
    await vault.catalogue.vault.write(vaultKeys.fleetPage, page?.body ?? '');
  });
});

it('redrill open shows a runbook without AWS', async () => {
  const before = vault.fixture.fabric.calls.length;
  const { path, get } = await openedBy('recovery-point-lost');
  expect(path).toBe(`/${vaultKeys.runbook('recovery-point-lost')}`);
  expect(await get(path)).toContain('npx redrill open recovery-point-lost');
  expect(vault.fixture.fabric.calls).toHaveLength(before);
});
