import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { objectStore } from '../../../adapters/aws/object-store.ts';
import { writeJson } from '../../../adapters/documents/json-objects.ts';
import { statusOutput } from '../../../cli/status/contract.ts';
import type { DrillHistory } from '../../../core/contracts/drill.ts';
import type { NoticeMemory, ToldFault } from '../../../core/contracts/notices.ts';
import { summariseDrill } from '../../../core/drill/summarise-drill.ts';
import { type NoticeArea, stagingKeys, vaultKeys } from '../../../core/model/keys.ts';
import { instantOf } from '../../../core/model/slot.ts';
import { VERSION } from '../../../core/model/version.ts';
import { samplesOf } from '../../unit/cli/openmetrics-samples.ts';
import { REDRILL } from '../../unit/cli/run.ts';
import { REPORT } from '../../unit/core/drills.ts';
import { at, BUCKET, LANDING, STAGING, type VaultFixture, vaultFixture } from './vault-fixture.ts';

const SCRIPT = join(import.meta.dirname, '../../../examples/prometheus/redrill-metrics.sh');
const NOW = '2026-11-21T12:30:00Z';
const NEWEST = at('20261121T120000Z');

/** `sessions` is well: a copy of half an hour ago, drilled this morning, and the watch has just been there. */
async function healthy(caches: Readonly<Record<string, string>> = {}): Promise<VaultFixture> {
  const vault = await vaultFixture(NOW, caches);
  await vault.enter({ slot: at('20261121T060000Z'), tier: 'daily' });
  await vault.enter({ slot: NEWEST, tier: 'hourly' });
  await drilled(vault, 'sessions');
  await vault.watched('2026-11-21T12:15:00.000Z');
  return vault;
}

async function drilled({ catalogue }: VaultFixture, cache: string, changed = {}): Promise<void> {
  const drill = { ...summariseDrill(REPORT), drill: at('20261121T030000Z'), ...changed };
  const history: DrillHistory = { version: 1, cache, drills: [drill] };
  await writeJson(catalogue.vault, vaultKeys.history(cache), history);
}

async function asJson(vault: VaultFixture, ...command: readonly string[]) {
  const ran = await vault.redrill('status', '--json', ...command);
  expect(ran.stderr).toBe('');
  return { ...ran, output: statusOutput.parse(JSON.parse(ran.stdout)) };
}

const codes = (output: ReturnType<typeof statusOutput.parse>) => [
  ...output.problems.map(({ code }) => `vault ${code}`),
  ...output.caches.flatMap(({ cache, problems }) => problems.map(({ code }) => `${cache} ${code}`)),
];

it('says that all is well, by AWS’s clock and not by this machine’s', async () => {
  const vault = await healthy();
  const { output, status } = await asJson(vault);
  expect(codes(output)).toEqual([]);
  expect(output).toMatchObject({ contract: 1, vault: BUCKET, state: 'ok' });
  const [sessions] = output.caches;
  expect(sessions).toMatchObject({
    cache: 'sessions',
    newest: { slot: NEWEST },
    lastDrill: { verdict: 'passed' },
  });
  expect(Math.abs((sessions?.newest?.ageSeconds ?? 0) - 1800)).toBeLessThan(60);
  expect(status).toBe(0);
  const { stdout } = await vault.redrill('status');
  expect(stdout).toContain('1 protected cache, all well');
  expect(stdout).toMatch(
    /^sessions\s+30 min old\s+of 8 h 00 min\s+10\s+passed 9 h 30 min ago\s+\S.* of 1 h 00 min$/m,
  );
});

it('says once, with the same exit status, that the stacks are of another version than the command', async () => {
  const vault = await healthy();
  const ask = async () => {
    const { status, stdout } = await vault.redrill('status');
    const { output } = await asJson(vault);
    return { status, last: stdout.trimEnd().split('\n').at(-1), versions: output.versions };
  };
  const silent = await ask();
  expect(silent).toMatchObject({ status: 0, versions: { command: VERSION, vault: null, source: null } });
  expect(silent.last).not.toContain('version');
  await vault.watched('2026-11-21T12:15:00.000Z', VERSION);
  expect((await ask()).last).not.toContain('version');
  await vault.watched('2026-11-21T12:15:00.000Z', '99.0.0');
  expect(await ask()).toMatchObject({
    status: 0,
    last: `redrill-vault has version 99.0.0, and this command ${VERSION}: update the command`,
    versions: { vault: '99.0.0' },
  });
});

it('puts problems first, each with what to type next, and ends with 1', async () => {
  const vault = await healthy({ billing: 'sessions', pages: 'none' });
  await vault.enter({ cache: 'jobs', slot: at('20261120T120000Z') });
  const suspect = { cache: 'carts', slot: NEWEST, reasons: [{ code: 'Empty', message: 'it holds no keys' }] };
  await vault.enter({ cache: 'carts', slot: at('20261121T060000Z') });
  await vault.enter({ ...suspect, verdict: 'suspect' });
  const { stdout, status } = await vault.redrill('status');
  expect(status).toBe(1);
  expect(stdout.split('\n')[0]).toBe(
    `3 of 4 protected caches with problems  ${BUCKET}, 2026-11-21 12:30 UTC`,
  );
  expect(stdout).toContain(
    'jobs  The newest verified copy is of 2026-11-20 12:00 UTC, older than the RPO of 8 h 00 min.',
  );
  expect(stdout).toContain('RpoMissed; run: npx redrill backup jobs');
  expect(stdout).toContain('RecoveryPointSuspect; run: npx redrill show carts/20261121T120000Z');
  expect(stdout).toContain('NoRecoveryPoint; run: npx redrill backup billing');
  expect(stdout).toContain('npx redrill open no-recent-recovery-point');
  expect(stdout).toMatch(/^ {2}pages {2}a pure cache$/m);
  const { output } = await asJson(vault);
  expect(output.caches.map(({ cache, state }) => `${cache} ${state}`)).toEqual([
    'billing critical',
    'jobs critical',
    'carts critical',
    'sessions ok',
  ]);
  expect(output.caches[2]?.suspect).toEqual([NEWEST]);
});

it('does not believe the registry: a copy that has lost a file is none, and the one before it counts', async () => {
  const vault = await healthy();
  const newest = { cache: 'sessions', tier: 'hourly' as const, slot: NEWEST };
  await vault.catalogue.vault.remove(vaultKeys.shard(newest, 1));
  const { output, status } = await asJson(vault);
  expect(codes(output)).toEqual(['sessions RecoveryPointBroken']);
  expect(output.caches[0]?.problems[0]?.message).toBe(
    'The verified copy of 2026-11-21 12:00 UTC is incomplete: shard-0001.rdb is missing, but S3 still has the verified version.',
  );
  expect(output.caches[0]?.newest?.slot).toBe('20261121T060000Z');
  expect(status).toBe(1);
  await vault.catalogue.vault.remove(vaultKeys.record(newest));
  expect((await asJson(vault)).output.caches[0]?.problems[0]?.message).toContain(
    'its recovery-point.json is gone',
  );
});

it('tells of points whose registry entry is lost, and of a watch that is silent', async () => {
  const vault = await healthy();
  await vault.enter({ cache: 'lost', slot: NEWEST });
  await vault.catalogue.vault.remove(vaultKeys.registry('lost'));
  await vault.watched('2026-11-21T10:00:00.000Z');
  const { output } = await asJson(vault);
  expect(codes(output)).toEqual(['vault WatchSilent', 'vault RegistryEntryMissing']);
  expect(output.problems[0]?.message).toContain('It was last written on 2026-11-21 10:00 UTC.');
  expect(output.problems[1]?.next).toBe('npx redrill rebuild lost');
});

it('counts what is held, suspect or corrupt only while it is in the vault', async () => {
  const vault = await healthy();
  const old = { cache: 'sessions', slot: at('20261121T000000Z'), tier: 'hourly' as const };
  await vault.enter({
    ...old,
    verdict: 'corrupt',
    reasons: [{ code: 'Truncated', message: 'it ends early' }],
  });
  await vault.catalogue.hold(
    { slot: at('20261121T060000Z'), tier: 'daily', by: 'me', at: NOW, why: 'audit' },
    'sessions',
  );
  const [sessions] = (await asJson(vault)).output.caches;
  expect(sessions).toMatchObject({
    held: ['20261121T060000Z'],
    corrupt: [old.slot],
    suspect: [],
    state: 'ok',
  });
  for (const { key } of await vault.catalogue.vault.list(vaultKeys.point(old)))
    await vault.catalogue.vault.remove(key);
  expect((await asJson(vault)).output.caches[0]).toMatchObject({ corrupt: [] });
});

it('looks at one cache', async () => {
  const vault = await healthy({ billing: 'sessions' });
  expect((await asJson(vault, 'sessions')).output.caches.map(({ cache }) => cache)).toEqual(['sessions']);
  expect(codes((await asJson(vault, 'billing')).output)).toEqual(['billing NoRecoveryPoint']);
  const { status, stderr } = await vault.redrill('status', 'sesions');
  expect(stderr.split('\n')[0]).toBe("the vault knows no cache 'sesions'; did you mean 'sessions'?");
  expect(status).toBe(2);
});

const POINT = { cache: 'sessions', tier: 'hourly' as const, slot: NEWEST };

/** As a watch remembers an alert that it sent at half past eleven. */
function told(code: string, about: string, changed: Partial<ToldFault> = {}): ToldFault {
  const at = '2026-11-21T11:30:00.000Z';
  return { code, about, severity: 'page', since: at, toldAt: at, parts: [], ...changed };
}

async function remember(bucket: string, area: NoticeArea, faults: NoticeMemory['faults']): Promise<void> {
  const region = bucket === LANDING ? 'eu-west-1' : undefined;
  const store = objectStore({ bucket, ...(region && { region }) });
  await writeJson(store, stagingKeys.notices(area), { version: 1, faults });
}

it('does not say that all is well while an alert is open that it does not look for itself', async () => {
  const vault = await healthy();
  await remember(STAGING, 'points', {
    'sessions: recovery point lost': told('RecoveryPointLost', 'sessions', {
      parts: [vaultKeys.point(POINT)],
    }),
    'jobs: registry entry missing': told('RegistryEntryMissing', 'jobs'),
  });
  await remember(STAGING, 'promises', {
    'sessions: tiers not earned': told('TierMissed', 'sessions', { severity: 'ticket' }),
    'sessions: made anew': told('CacheMadeAnew', 'sessions', { severity: 'ticket' }),
    'sessions: drill overdue': { code: 'DrillOverdue', about: 'sessions', parts: [], overAt: NOW },
  });
  await remember(LANDING, 'settings', { 'drift: schedules': told('SettingsDrifted', 'source') });
  const { stdout, status } = await vault.redrill('status');
  expect(status).toBe(1);
  expect(stdout).not.toContain('all well');
  expect(stdout).toContain(
    'sessions  The alert “recovery point lost” is open: Redrill has sent it, and has not reported its end.\n' +
      `    RecoveryPointLost, alerted since 2026-11-21 11:30 UTC; run: npx redrill show sessions/${NEWEST}\n` +
      '    npx redrill open recovery-point-lost\n',
  );
  const { output } = await asJson(vault);
  expect(codes(output)).toEqual([
    'vault RegistryEntryMissing',
    'vault SettingsDrifted',
    'sessions RecoveryPointLost',
    'sessions TierMissed',
  ]);
  expect(output.problems[0]?.next).toBe('npx redrill rebuild jobs');
  expect(output.caches[0]).toMatchObject({
    state: 'critical',
    problems: [{ severity: 'page' }, { urgency: 'warning' }],
  });
  const one = await asJson(vault, 'sessions');
  expect(codes(one.output)).toEqual([
    'vault SettingsDrifted',
    'sessions RecoveryPointLost',
    'sessions TierMissed',
  ]);
  expect((await vault.redrill('status', '--plugin')).status).toBe(2);
});

it('shows an alert of what it finds itself once, with since when', async () => {
  const vault = await healthy();
  await vault.catalogue.vault.remove(vaultKeys.shard(POINT, 1));
  await remember(STAGING, 'points', { 'sessions: lost': told('RecoveryPointLost', 'sessions') });
  const { output } = await asJson(vault);
  expect(output.caches[0]?.problems).toMatchObject([
    { code: 'RecoveryPointBroken', since: '2026-11-21T11:30:00.000Z' },
  ]);
  expect(output.caches[0]?.problems).toHaveLength(1);
});

it('is not well if it could not see whether alerts are open', async () => {
  const vault = await healthy();
  await remember(STAGING, 'rpo', {});
  vault.fixture.fabric.faults.arm({
    kind: 'error',
    service: 's3',
    operation: 'GetObject',
    resource: stagingKeys.notices('rpo'),
    // A client whose clock is corrected by a refusal tries again.
    times: 3,
    error: { code: 'AccessDenied', message: 'not yours', status: 403 },
  });
  const { output, status } = await asJson(vault);
  expect(codes(output)).toEqual(['vault OpenAlertsUnread']);
  expect(output.problems[0]?.message).toContain(`could not be read from s3://${STAGING}/watch/`);
  expect(status).toBe(1);
});

it('prints gauges, with the exit status of status, and nothing if it could not look', async () => {
  const vault = await healthy({ billing: 'sessions' });
  const { stdout, status } = await vault.redrill('status', '--openmetrics');
  const samples = samplesOf(stdout);
  expect(samples['redrill_rpo_objective_seconds{cache=sessions,plan=sessions}']).toBe(28_800);
  expect(samples['redrill_newest_copy_timestamp_seconds{cache=sessions,plan=sessions}']).toBeCloseTo(
    instantOf(NEWEST).getTime() / 1000,
    2,
  );
  expect(Object.keys(samples).filter((name) => /^redrill_newest_copy.*billing/.test(name))).toEqual([]);
  expect(Object.keys(samples).filter((name) => name.startsWith('redrill_problem{'))).toEqual([
    'redrill_problem{cache=billing,code=NoRecoveryPoint,slot=,urgency=critical}',
  ]);
  expect(status).toBe(1);
  expect(await vault.redrill('status', '--openmetrics', 'nobody')).toMatchObject({ status: 2, stdout: '' });
  expect(await vault.redrill('status', '--openmetrics', '--json')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("'--openmetrics' cannot be used with"),
  });
});

it('is what the script for the textfile collector writes, which keeps the old file if status cannot look', async () => {
  const vault = await healthy();
  const write = (environment: Readonly<Record<string, string | undefined>>) =>
    promisify(execFile)(SCRIPT, {
      cwd: vault.folder,
      env: {
        PATH: process.env.PATH,
        REDRILL: `${process.execPath} ${REDRILL}`,
        TEXTFILES: vault.folder,
        ...environment,
      },
    });
  await write(vault.env);
  const text = readFileSync(join(vault.folder, 'redrill.prom'), 'utf8');
  expect(samplesOf(text)).toMatchObject({ redrill_protected_caches: 1 });
  await expect(write({ ...vault.env, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' })).rejects.toMatchObject({
    code: 2,
  });
  expect(readFileSync(join(vault.folder, 'redrill.prom'), 'utf8')).toBe(text);
  expect(readdirSync(vault.folder).filter((file) => file.startsWith('.redrill'))).toEqual([]);
});

it('answers a monitoring plug-in that what has no copy has used an unknown share of its RPO', async () => {
  const vault = await healthy({ billing: 'sessions' });
  const { stdout, status } = await vault.redrill('status', '--plugin', 'billing');
  expect(stdout).toMatch(/ without_copy=1;;0;0 rpo_used=U;;1;0 rto_used=U;1;;0\n$/);
  expect(status).toBe(2);
});

it('answers as a monitoring plug-in: one line, figures, and its exit status', async () => {
  const vault = await healthy();
  const ok = await vault.redrill('status', '--plugin');
  expect(ok.stdout).toMatch(
    /^REDRILL OK - 1 cache, all well \| caches=1;;;0 critical=0;;0;0 warning=0;0;;0 without_copy=0;;0;0 rpo_used=0\.06\d;;1;0 rto_used=0\.\d+;1;;0\n$/,
  );
  expect(ok.status).toBe(0);
  await drilled(vault, 'sessions', { drill: at('20261101T030000Z') });
  expect(await vault.redrill('status', '--plugin')).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/^REDRILL WARNING - sessions DrillOverdue \|/),
  });
  await vault.enter({ cache: 'jobs', slot: at('20261120T120000Z') });
  expect(await vault.redrill('status', '--plugin')).toMatchObject({
    status: 2,
    stdout: expect.stringMatching(/^REDRILL CRITICAL - jobs RpoMissed, sessions DrillOverdue \|/),
  });
  expect(await vault.redrill('status', '--plugin', 'nobody')).toMatchObject({
    status: 3,
    stderr: '',
    stdout: expect.stringMatching(/^REDRILL UNKNOWN - the vault knows no cache 'nobody'/),
  });
});
