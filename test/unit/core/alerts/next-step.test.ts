import { expect, it } from 'vitest';
import { nextStep } from '../../../../core/alerts/next-step.ts';
import { parseSlot } from '../../../../core/model/slot.ts';

const SLOT = parseSlot('20261121T060000Z');
const SUBJECT = { cache: 'jobs', region: 'eu-central-1', bucket: 'staging' };

it.each([
  ['an alert', 'RecoveryPointLost', `npx redrill show jobs/${SLOT}`, 'recovery-point-lost'],
  ['an alert and an error', 'RegistryEntryMissing', 'npx redrill rebuild jobs', 'registry-entry-missing'],
  ['a failed execution', 'RtoMissed', 'npx redrill plan', 'drill-failed'],
  ['neither', 'OpenAlertsUnread', 'aws s3 ls s3://staging/watch/ --region eu-central-1', 'watch-silent'],
  ['no registry', 'DrillCapacityMissing', 'npx redrill drill jobs', 'drill-failed'],
])('after the code of %s, %s, comes: %s, with the runbook %s', (_of, code, next, runbook) =>
  expect(nextStep({ code, slot: SLOT }, SUBJECT)).toEqual({ next, runbook: `docs/runbooks/${runbook}.md` }),
);

it('looks at the newest verified point where none is known to be the trouble', () => {
  expect(nextStep({ code: 'RestoreDiffers' }, { cache: 'jobs' }).next).toBe('npx redrill verify jobs/latest');
});

it('names the region or the cache that an alert is about, and a placeholder for what is not known', () => {
  const next = (code: string, about: string) => nextStep({ code, about }, {}).next;
  expect(next('AlertsReachNobody', 'eu-west-1')).toBe('aws sns list-topics --region eu-west-1');
  expect(next('RpoMissed', 'jobs')).toBe('npx redrill backup jobs');
  expect(next('RegionDown', 'eu-west-1')).toBe('npx redrill restore <cache>/latest --to <cache>-restored');
});
