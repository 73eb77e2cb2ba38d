import { expect, it } from 'vitest';
import type { Notice } from '../../../../core/alerts/compose-notice.ts';
import {
  alertsBeside,
  concerns,
  type OpenAlert,
  openAlertsIn,
  withOpenAlerts,
} from '../../../../core/alerts/open-alerts.ts';
import { planNotices, settleNotices } from '../../../../core/alerts/plan-notices.ts';
import { NO_NOTICES, type NoticeMemory, noticeMemory } from '../../../../core/contracts/notices.ts';
import type { NoticeArea } from '../../../../core/model/keys.ts';

const START = Date.UTC(2026, 10, 21, 12);
const FOLDER = 'hourly/sessions/20261121T060000Z/';
const LOST: Notice = {
  fault: 'sessions: recovery point lost',
  parts: [FOLDER],
  alert: { code: 'RecoveryPointLost', severity: 'page', cache: 'sessions', subject: 's', text: 't' },
};

/** One look of a watch. */
function look(minutes: number, notices: readonly Notice[], before: NoticeMemory, isRefused = false) {
  const at = { id: `look at ${minutes}`, now: new Date(START + minutes * 60_000) };
  const { tellings, memory } = planNotices(notices, before, at);
  const delivery = isRefused ? 'refused' : 'sent';
  const settled = tellings.map((telling) => ({ ...telling, delivery }) as const);
  return noticeMemory.parse(JSON.parse(JSON.stringify(settleNotices(memory, at, settled))));
}

const open = (memory: NoticeMemory, area: NoticeArea = 'points') => openAlertsIn(area, memory);

it('is open from the first look that finds it until its end is reported, however often it is repeated', () => {
  let memory = look(0, [LOST], NO_NOTICES);
  for (const minutes of [15, 60, 120, 180]) memory = look(minutes, [LOST], memory);
  expect(open(memory)).toEqual([
    {
      area: 'points',
      about: 'sessions',
      problem: {
        code: 'RecoveryPointLost',
        message:
          'The alert “recovery point lost” is open: Redrill has sent it, and has not reported its end.',
        slot: '20261121T060000Z',
        since: '2026-11-21T12:00:00.000Z',
        severity: 'page',
      },
    },
  ]);
  memory = look(195, [], memory);
  expect(open(memory)).toEqual([]);
  // It comes back: another alert, since then.
  expect(open(look(300, [LOST], memory))[0]?.problem.since).toBe('2026-11-21T17:00:00.000Z');
});

it('is open while its message, or that of its end, could not be sent', () => {
  const refused = look(0, [LOST], NO_NOTICES, true);
  expect(open(refused)[0]?.problem.since).toBe('2026-11-21T12:00:00.000Z');
  expect(open(look(15, [LOST], refused))[0]?.problem.since).toBe('2026-11-21T12:00:00.000Z');
  expect(open(look(15, [], look(0, [LOST], NO_NOTICES), true))).toHaveLength(1);
});

it('is known by when it was last sent if an earlier version has written it down', () => {
  const toldAt = '2026-11-21T11:00:00.000Z';
  const told = { code: 'RpoMissed', about: 'jobs', toldAt, parts: [] };
  expect(open({ version: 1, faults: { 'jobs: RPO': told } }, 'rpo')[0]?.problem).toEqual({
    code: 'RpoMissed',
    message: 'The alert “RPO” is open: Redrill has sent it, and has not reported its end.',
    since: toldAt,
  });
  const claim = { by: 'a look', at: toldAt };
  const dead = { code: 'RpoMissed', about: 'jobs', parts: [], overAt: toldAt, claim };
  expect(open({ version: 1, faults: { a: dead } }, 'rpo')[0]?.problem.since).toBe(toldAt);
});

it('is not open if it is news that has no end', () => {
  const toldAt = '2026-11-21T11:00:00.000Z';
  const told = { code: 'CacheMadeAnew', about: 'jobs', toldAt, parts: [] };
  expect(open({ version: 1, faults: { 'jobs: made anew': told } }, 'promises')).toEqual([]);
});

const alert = (area: NoticeArea, about: string, code: string, since?: string): OpenAlert => ({
  area,
  about,
  problem: { code, message: 'm', ...(since && { since }) },
});

it('concerns its cache, and every cache where it is about the installation', () => {
  expect(concerns(alert('rpo', 'jobs', 'RpoMissed'), 'jobs')).toBe(true);
  expect(concerns(alert('rpo', 'jobs', 'RpoMissed'), 'carts')).toBe(false);
  expect(concerns(alert('settings', 'vault', 'SettingsDrifted'), 'carts')).toBe(true);
});

it('stands beside the caches if it is about none of them, even of one that is called as it', () => {
  const alerts = [
    alert('rpo', 'jobs', 'RpoMissed'),
    alert('rpo', 'gone', 'RpoMissed'),
    alert('settings', 'jobs', 'SettingsDrifted'),
  ];
  expect(alertsBeside(['jobs'], alerts).map(({ problem }) => `${problem.about} ${problem.code}`)).toEqual([
    'gone RpoMissed',
    'jobs SettingsDrifted',
  ]);
});

it('is shown with the problem that was found of it, or by itself', () => {
  const since = '2026-11-21T11:00:00.000Z';
  const found = [
    { code: 'NoRecoveryPoint', message: 'none' },
    { code: 'UnknownPlan', message: 'no plan' },
  ];
  const alerts = [alert('rpo', 'jobs', 'RpoMissed', since), alert('promises', 'jobs', 'TierMissed', since)];
  expect(withOpenAlerts(found, alerts)).toEqual([
    { code: 'NoRecoveryPoint', message: 'none', since },
    { code: 'UnknownPlan', message: 'no plan' },
    { code: 'TierMissed', message: 'm', since },
  ]);
});
