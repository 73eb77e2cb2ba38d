import { beforeEach, describe, expect, test } from 'vitest';
import { writeJson } from '../../../adapters/documents/json-objects.ts';
import { type DrillReport, RECENT_DRILLS } from '../../../core/contracts/drill.ts';
import { vaultKeys } from '../../../core/model/keys.ts';
import { instantOf, type Slot, slotAt } from '../../../core/model/slot.ts';
import { rewriteHistory } from '../../../vault/drill-history.ts';
import { DIFFERENT, REPORT } from '../../unit/core/drills.ts';
import { at, type VaultFixture, vaultFixture } from './vault-fixture.ts';

const OLDER = at('20261121T060000Z');
const NEWEST = at('20261121T120000Z');
const DRILL = at('20261121T130000Z');

let vault: VaultFixture;

beforeEach(async () => {
  vault = await vaultFixture('2026-11-21T14:30:00Z');
  for (const slot of [OLDER, NEWEST]) await vault.enter({ slot, tier: 'hourly' });
  await vault.watched('2026-11-21T14:25:00Z');
  await drilled(DIFFERENT, DRILL, NEWEST);
});

/** As record-drill leaves it. */
async function drilled(report: DrillReport, drill: Slot, slot: Slot): Promise<void> {
  const key = vaultKeys.report('sessions', drill);
  await writeJson(vault.catalogue.vault, key, {
    ...report,
    drill,
    point: { slot, tier: 'hourly', key: `hourly/sessions/${slot}/recovery-point.json` },
  });
  await rewriteHistory(vault.catalogue, 'sessions');
}

const hoursLater = (hours: number) => slotAt(new Date(instantOf(DRILL).getTime() + hours * 3_600_000));

const FOUND = 'the drill of 2026-11-21 13:00 UTC found that the restored data differs from the record';

describe('a recovery point that has failed a drill', () => {
  test('is not shown as good, and show says which file to look at and what to restore instead', async () => {
    const { stdout, status } = await vault.redrill('show', `sessions/${NEWEST}`);
    expect(status).toBe(1);
    expect(stdout).toMatch(new RegExp(`^sessions/${NEWEST}: VERIFIED, but it FAILED A DRILL\n`));
    expect(stdout).toContain('(RestoreDiffers)');
    expect(stdout).toContain(`npx redrill verify sessions/${NEWEST}\n`);
    expect(stdout).not.toContain(`redrill restore sessions/${NEWEST}`);
    const { stdout: json } = await vault.redrill('show', `sessions/${NEWEST}`, '--json');
    expect(JSON.parse(json).failedDrill).toMatchObject({ drill: DRILL, code: 'RestoreDiffers' });
  });

  test('is marked in the list of points, which then ends with 1', async () => {
    const { stdout, status } = await vault.redrill('points', 'sessions');
    expect(status).toBe(1);
    expect(stdout).toMatch(new RegExp(`^${NEWEST} +hourly +failed drill`, 'm'));
    expect(stdout).toContain(`    do not restore it: ${FOUND} (RestoreDiffers)`);
    expect(stdout).toMatch(new RegExp(`^${OLDER} +hourly +verified`, 'm'));
  });

  test('is critical in status, with the command that names the altered file', async () => {
    const { stdout, status } = await vault.redrill('status');
    expect(status).toBe(1);
    expect(stdout).toContain(`Do not restore the copy of 2026-11-21 12:00 UTC: ${FOUND}.`);
    expect(stdout).toContain(`RestoreDiffers; run: npx redrill verify sessions/${NEWEST}`);
    expect(stdout).toContain('1 failed a drill');
    const { stdout: line, status: plugin } = await vault.redrill('status', '--plugin');
    expect(plugin).toBe(2);
    expect(line).toContain('sessions RestoreDiffers');
  });

  test('is passed over by latest, which says so', async () => {
    const { stdout, stderr, status } = await vault.redrill('show', 'sessions/latest');
    expect(stdout).toMatch(new RegExp(`^sessions/${OLDER}: VERIFIED\n`));
    expect(stderr).toContain(
      `sessions/${OLDER} is used: sessions/${NEWEST} is newer, but ${FOUND} (RestoreDiffers)`,
    );
    expect(status).toBe(0);
  });

  test('is said to be bad wherever it is asked for by its slot, with the newest good one', async () => {
    const { stderr } = await vault.redrill('verify', `sessions/${NEWEST}`);
    expect(stderr).toContain(
      `sessions/${NEWEST} is not safe to restore: ${FOUND} (RestoreDiffers); ` +
        `the newest verified one without such a finding is sessions/${OLDER}, which is older`,
    );
  });

  test('stays so when drills of others have pushed it out of the history, and when that is lost', async () => {
    for (let hours = 1; hours <= RECENT_DRILLS + 1; hours++) await drilled(REPORT, hoursLater(hours), OLDER);
    expect((await vault.redrill('points', 'sessions')).status).toBe(1);
    await vault.catalogue.vault.remove(vaultKeys.history('sessions'));
    expect((await vault.redrill('points', 'sessions')).status).toBe(1);
    await vault.catalogue.vault.write(vaultKeys.history('sessions'), '{');
    expect((await vault.redrill('show', `sessions/${NEWEST}`)).status).toBe(1);
    expect((await vault.redrill('status')).stdout).toContain('RestoreDiffers');
  });

  test('is good again once a later drill of it has passed', async () => {
    await drilled(REPORT, hoursLater(1), NEWEST);
    const { stdout, stderr, status } = await vault.redrill('show', 'sessions/latest');
    expect(stdout).toMatch(new RegExp(`^sessions/${NEWEST}: VERIFIED\n`));
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect((await vault.redrill('points', 'sessions')).status).toBe(0);
    expect((await vault.redrill('status')).status).toBe(0);
  });

  test('is no worse for a later drill that could not be carried out', async () => {
    const { comparison: _none, ...ended } = REPORT;
    const reasons = [{ code: 'DrillCapacityMissing', message: 'AWS has no such node' }];
    await drilled(REPORT, hoursLater(1), NEWEST);
    await drilled({ ...ended, verdict: 'failed', reasons }, hoursLater(2), NEWEST);
    expect((await vault.redrill('show', `sessions/${NEWEST}`)).status).toBe(0);
    const { stdout } = await vault.redrill('status');
    expect(stdout).toContain('failed before it compared the data, so it proved nothing.');
    expect(stdout).toContain('DrillCapacityMissing; run: npx redrill drill sessions');
  });
});
