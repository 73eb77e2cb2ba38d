import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nextStep } from '../../../../core/decide/next-step.ts';
import { parseSlot } from '../../../../core/model/slot.ts';

const SLOT = parseSlot('20261121T060000Z');
const SUBJECT = {
  cache: 'jobs',
  region: 'eu-central-1',
  suspect: SLOT,
  corrupt: SLOT,
  broken: SLOT,
  drilled: SLOT,
};

it.each([
  ['NoRecoveryPoint', 'npx redrill backup jobs'],
  ['RpoMissed', 'npx redrill backup jobs'],
  ['NotRegistered', 'npx redrill backup jobs'],
  ['RecoveryPointBroken', `npx redrill show jobs/${SLOT}`],
  ['RecoveryPointCorrupt', `npx redrill show jobs/${SLOT}`],
  ['RecoveryPointSuspect', `npx redrill show jobs/${SLOT}`],
  ['RestoreDiffers', `npx redrill show jobs/${SLOT}`],
  ['RtoMissed', 'npx redrill plan'],
  ['UnknownPlan', 'npx redrill plan'],
  ['DrillOverdue', 'npx redrill drill jobs'],
  ['DrillCapacityMissing', 'npx redrill drill jobs'],
  [
    'WatchSilent',
    'aws scheduler get-schedule --region eu-central-1 --group-name redrill --name redrill-watch-vault',
  ],
])('after %s comes: %s, with a runbook that there is', (code, next) => {
  const step = nextStep({ code }, SUBJECT);
  expect(step.next).toBe(next);
  expect(existsSync(join(import.meta.dirname, '../../../..', step.runbook))).toBe(true);
});

it('shows the newest verified point where none is known to be the trouble', () => {
  expect(nextStep({ code: 'RestoreDiffers' }, { cache: 'jobs' }).next).toBe('npx redrill show jobs/latest');
});
