import { describe, expect, it } from 'vitest';
import { alertOfFailure, causeOf } from '../../../../core/alerts/compose-failure.ts';
import type { AlertRequest } from '../../../../core/contracts/steps.ts';
import { ERRORS, type ErrorCode } from '../../../../core/model/errors.ts';
import { parseSlot } from '../../../../core/model/slot.ts';
import { SLOT } from '../facts.ts';

const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:backup:sessions-20261121T060000Z';

function requestOf(
  workflow: AlertRequest['workflow'],
  code: string,
  message = 'what happened',
): AlertRequest {
  const trace = ['Error: at /var/task/index.mjs:1:1'];
  const Cause = JSON.stringify({ errorType: code, errorMessage: message, trace });
  return { workflow, execution: EXECUTION, cache: 'sessions', slot: SLOT, failure: { Error: code, Cause } };
}

describe('alertOfFailure', () => {
  it('tells of a backup what, why, what is safe and what to do', () => {
    const message = "snapshot redrill-sessions-202611210600 of sessions is 'failed'";
    expect(alertOfFailure(requestOf('backup', 'SnapshotFailed', message))).toEqual({
      code: 'SnapshotFailed',
      next: `aws stepfunctions get-execution-history --region eu-west-1 --reverse-order --execution-arn ${EXECUTION}`,
      occurrence: EXECUTION,
      severity: 'page',
      cache: 'sessions',
      subject: '[Redrill] sessions: backup failed: SnapshotFailed',
      text: `The backup of sessions for 2026-11-21 06:00 UTC failed.

SnapshotFailed: snapshot redrill-sessions-202611210600 of sessions is 'failed'

See the ElastiCache events of the cache; check its reserved memory.
Redrill keeps the older verified recovery points, and has released nothing.

Execution: ${EXECUTION}
Runbook: docs/runbooks/backup-failed.md`,
    });
  });

  it('tells of a drill', () => {
    expect(alertOfFailure(requestOf('drill', 'RestoreDiffers')).text).toBe(
      `The restore drill of sessions for 2026-11-21 06:00 UTC failed.

RestoreDiffers: what happened

Do not restore from this recovery point. To see which file differs: npx redrill verify <point>. The point counts as bad until a drill of it passes.
The vault was not changed, and this drill left no cluster behind.

Execution: ${EXECUTION}
Runbook: docs/runbooks/drill-failed.md`,
    );
  });

  it('does not call the data of a slow drill wrong', () => {
    const { subject, text } = alertOfFailure(requestOf('drill', 'RtoMissed'));
    expect(subject).toBe('[Redrill] sessions: data proven, RTO missed');
    expect(text).toContain('The data was right, but restoring it took too long');
    expect(text).not.toContain('suspect');
  });

  it.each([
    ['RecoveryPointSuspect', '[Redrill] sessions: recovery point suspect'],
    ['RecoveryPointCorrupt', '[Redrill] sessions: recovery point corrupt'],
  ])('tells of a verdict by its name: %s', (code, subject) => {
    const alert = alertOfFailure(requestOf('ingest', code));
    expect(alert.subject).toBe(subject);
    expect(alert.text).toContain('Runbook: docs/runbooks/suspect-recovery-point.md');
  });

  it('offers both ways out of a suspicion: to accept the copy, or to recover from the one before', () => {
    const request = requestOf('ingest', 'RecoveryPointSuspect');
    const lastVerified = parseSlot('20261121T000000Z');
    expect(alertOfFailure({ ...request, failure: { ...request.failure, lastVerified } }).text).toContain(`
If this change of the data was intended, accept the recovery point:
  npx redrill accept sessions/20261121T060000Z --why '…'
If not, recover the missing keys from the last verified recovery point. This command shows what it would write; with --apply, it writes:
  npx redrill recover sessions/20261121T000000Z --into sessions

`);
    expect(alertOfFailure(request).text).toContain(
      'There is no older verified recovery point to recover from.',
    );
  });

  it('shows how the keys became fewer, and recommends the copy from before', () => {
    const request = requestOf('ingest', 'RecoveryPointSuspect');
    const lastGood = parseSlot('20261120T060000Z');
    const counts = [
      { slot: lastGood, count: 10_000 },
      { slot: parseSlot('20261121T060000Z'), count: 4_900 },
    ];
    const loss = { noun: 'keys', lastGood, counts };
    const { text } = alertOfFailure({
      ...request,
      failure: { ...request.failure, lastVerified: lastGood, loss },
    });
    expect(text).toContain(`
The number of keys in the recovery points, oldest first:
  2026-11-20 06:00 UTC  10000
  2026-11-21 06:00 UTC   4900
`);
    expect(text).toContain('from the last recovery point before the loss began');
    expect(text).toContain('npx redrill recover sessions/20261120T060000Z --into sessions');
  });

  it('does not say that a drill is torn down when that is what failed', () => {
    const { text } = alertOfFailure(requestOf('drill', 'TeardownOverdue'));
    expect(text).toContain('The vault was not changed. The drill’s cluster may still exist and cost money.');
    expect(text).not.toContain('left no cluster');
  });

  it('has a hint for what only Step Functions knows', () => {
    const { text, code, severity } = alertOfFailure(requestOf('ingest', 'States.Timeout'));
    expect(text).toContain('See the execution’s history.');
    expect({ code, severity }).toEqual({ code: 'States.Timeout', severity: 'ticket' });
  });

  it.each<[AlertRequest['workflow'], string, 'page' | 'ticket']>([
    ['backup', 'AccessDenied', 'page'],
    ['backup', 'States.Timeout', 'page'],
    ['backup', 'AwsThrottled', 'ticket'],
    ['backup', 'SourceNotAvailable', 'ticket'],
    ['ingest', 'AccessDenied', 'ticket'],
    ['ingest', 'AwsUnavailable', 'ticket'],
    ['ingest', 'RecoveryPointSuspect', 'page'],
    ['ingest', 'RecoveryPointCorrupt', 'page'],
    ['ingest', 'CopyDiffers', 'page'],
    ['drill', 'RestoreDiffers', 'page'],
    ['drill', 'RtoMissed', 'ticket'],
    ['drill', 'NotCompared', 'page'],
    ['drill', 'DrillClusterFailed', 'page'],
    ['drill', 'AwsUnavailable', 'ticket'],
  ])('a %s that failed with %s is a %s', (workflow, code, severity) =>
    expect(alertOfFailure(requestOf(workflow, code)).severity).toBe(severity),
  );

  it('of every code and workflow names cache, slot, hint and runbook, and no stack', () => {
    for (const workflow of ['backup', 'ingest', 'drill'] as const) {
      for (const code of Object.keys(ERRORS) as ErrorCode[]) {
        const { text, subject } = alertOfFailure(requestOf(workflow, code));
        for (const part of ['sessions', '2026-11-21 06:00 UTC', ERRORS[code].hint, EXECUTION])
          expect(text).toContain(part);
        expect(text).toMatch(/\nRunbook: docs\/runbooks\/[a-z-]+\.md(#[a-z-]+)?$/);
        expect(text).not.toContain('/var/task');
        // SNS takes subjects of ASCII without line breaks. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
        expect(subject).toMatch(/^[ -~]{1,99}$/);
      }
    }
  });
});

describe('causeOf', () => {
  it.each([
    ['{"errorMessage":"it is gone"}', 'it is gone'],
    ['{"errorMessage":42}', '42'],
    ['{"other":1}', '{"other":1}'],
    ['[1]', '[1]'],
    ['null', 'null'],
    ['the state timed out', 'the state timed out'],
    ['{"errorMessage":"cut of', '{"errorMessage":"cut of'],
    ['', 'no cause was given'],
  ])('%j is told as %j', (Cause, message) =>
    expect(causeOf({ Error: 'E', Cause })).toEqual({ code: 'E', message }),
  );
});
