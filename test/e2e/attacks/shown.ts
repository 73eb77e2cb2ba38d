import type { ShownAttack } from './attack.ts';

const OTHER_SIDE = 'test/long/other-side.test.ts';

/** Attacks on what carries the alerts: tests that tell of both halves show them. */
export const ALERT_PATH_ATTACKS: readonly ShownAttack[] = [
  {
    name: 'the only address of the vault’s region is unsubscribed from the alerts',
    tells: { alerts: ['AlertsReachNobody'], heartbeat: 'fail' },
    withinMinutes: 15,
    stillWorks: [{ what: 'alerts over the topic of the source region' }],
    shownBy: {
      file: OTHER_SIDE,
      test: 'the heartbeat fails and says why, and the source’s topic reaches people within a quarter of an hour',
    },
  },
  {
    name: 'the topic of the vault’s region is deleted',
    tells: { alerts: ['AlertsReachNobody'], heartbeat: 'fail' },
    withinMinutes: 15,
    stillWorks: [{ what: 'alerts over the topic of the source region' }],
    shownBy: {
      file: OTHER_SIDE,
      test: 'the topic of the vault’s region is deleted: the heartbeat fails, the source’s topic tells',
    },
  },
  {
    name: 'the only address of the source region is unsubscribed from the alerts',
    tells: { alerts: ['AlertsReachNobody'] },
    withinMinutes: 15,
    stillWorks: [{ what: 'alerts over the topic of the vault’s region' }],
    shownBy: {
      file: OTHER_SIDE,
      test: 'the source’s only address is unsubscribed: the vault’s topic reaches people',
    },
  },
  {
    name: 'the key of the vault region’s alerts is disabled, so that SNS refuses every alert',
    tells: { heartbeat: 'fail' },
    withinMinutes: 15,
    stillWorks: [{ what: 'the vault’s own key, which is another one' }],
    shownBy: {
      file: OTHER_SIDE,
      test: 'the key of the alerts is disabled: the heartbeat fails and says why',
    },
  },
  {
    name: 'watch-vault does not run any more',
    tells: { alarm: 'redrill-watch-silent' },
    withinMinutes: 60,
    stillWorks: [{ what: 'the other alarms, and the watch of the source region' }],
    shownBy: {
      file: 'test/long/drift.test.ts',
      test: 'a watch that does not run any more: an alarm says so within an hour',
    },
  },
];
