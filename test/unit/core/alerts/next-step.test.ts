import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nextStep } from '../../../../core/alerts/next-step.ts';
import { parseSlot } from '../../../../core/model/slot.ts';

const SLOT = parseSlot('20261121T060000Z');
const SUBJECT = { cache: 'jobs', region: 'eu-central-1', bucket: 'staging' };

it.each([
  ['NoRecoveryPoint', 'npx redrill backup jobs', 'no-recent-recovery-point'],
  ['RpoMissed', 'npx redrill backup jobs', 'no-recent-recovery-point'],
  ['RegistryEntryMissing', 'npx redrill rebuild jobs', 'registry-entry-missing'],
  ['RecoveryPointBroken', `npx redrill show jobs/${SLOT}`, 'recovery-point-lost'],
  ['RecoveryPointCorrupt', `npx redrill show jobs/${SLOT}`, 'suspect-recovery-point'],
  ['RecoveryPointSuspect', `npx redrill show jobs/${SLOT}`, 'suspect-recovery-point'],
  ['RestoreDiffers', `npx redrill verify jobs/${SLOT}`, 'drill-failed'],
  ['RestoreNotLoaded', `npx redrill verify jobs/${SLOT}`, 'drill-failed'],
  ['VaultFileChanged', `npx redrill verify jobs/${SLOT}`, 'drill-failed'],
  ['RecoveryPointLost', `npx redrill show jobs/${SLOT}`, 'recovery-point-lost'],
  ['RecoveryPointDamaged', `npx redrill show jobs/${SLOT}`, 'recovery-point-lost'],
  ['CacheGone', 'npx redrill points jobs', 'cache-vanished'],
  ['CacheUnplanned', 'npx redrill points jobs', 'cache-vanished'],
  ['ContentChanged', `npx redrill show jobs/${SLOT}`, 'suspect-recovery-point'],
  ['ExportsWaiting', 'npx redrill backup jobs', 'ingest-failed'],
  ['TierMissed', 'npx redrill backup jobs', 'tier-missed'],
  ['SettingsDrifted', 'npx cdk drift', 'settings-drifted'],
  ['AlertsReachNobody', 'aws sns list-topics --region eu-central-1', 'no-test-message'],
  ['AlertsUnchecked', 'aws sns list-topics --region eu-central-1', 'no-test-message'],
  ['OpenAlertsUnread', 'aws s3 ls s3://staging/watch/ --region eu-central-1', 'watch-silent'],
  ['RtoMissed', 'npx redrill plan', 'drill-failed'],
  ['UnknownPlan', 'npx redrill plan', 'no-recent-recovery-point'],
  ['DrillOverdue', 'npx redrill drill jobs', 'drill-overdue'],
  ['DrillCapacityMissing', 'npx redrill drill jobs', 'drill-failed'],
  [
    'WatchSilent',
    'aws scheduler get-schedule --region eu-central-1 --group-name redrill --name redrill-watch-vault',
    'watch-silent',
  ],
])('after %s comes: %s, with the runbook %s, which there is', (code, next, runbook) => {
  const step = nextStep({ code, slot: SLOT }, SUBJECT);
  expect(step).toEqual({ next, runbook: `docs/runbooks/${runbook}.md` });
  expect(existsSync(join(import.meta.dirname, '../../../..', step.runbook))).toBe(true);
  expect(existsSync(join(import.meta.dirname, '../../../..', step.runbook))).toBe(true);
});

it('looks at the newest verified point where none is known to be the trouble', () => {
  expect(nextStep({ code: 'RestoreDiffers' }, { cache: 'jobs' }).next).toBe('npx redrill verify jobs/latest');
});

it('names the region or the cache that an alert is about', () => {
  const next = (code: string, about: string) => nextStep({ code, about }, {}).next;
  expect(next('AlertsReachNobody', 'eu-west-1')).toBe('aws sns list-topics --region eu-west-1');
  expect(next('RpoMissed', 'jobs')).toBe('npx redrill backup jobs');
});
