import { describe, expect, test } from 'vitest';
import { redrill } from '../../unit/cli/run.ts';
import { at, vaultFixture } from './vault-fixture.ts';

const SLOTS = ['20261121T000000Z', '20261121T060000Z', '20261121T120000Z'] as const;

/** Three copies of one day. */
async function vaultOfADay() {
  const vault = await vaultFixture('2026-11-21T12:30:00Z');
  for (const slot of SLOTS) await vault.enter({ slot: at(slot), tier: 'hourly' });
  return vault;
}

describe('redrill points --before', () => {
  test.each([
    ['2026-11-21T06:01', 'a time without a zone, which is UTC'],
    ['2026-11-21 06:01', 'the same with a space'],
    ['2026-11-21T06:01Z', 'a time in UTC'],
    ['2026-11-21T07:01+01:00', 'a time in another zone'],
    ['20261121T120000Z', 'a slot'],
  ])('%s is %s, wherever the machine is', async (before) => {
    const { env, folder } = await vaultOfADay();
    const { stdout, stderr } = await redrill(['points', 'sessions', '--before', before], {
      env: { ...env, TZ: 'Europe/Berlin' },
      cwd: folder,
    });
    expect(stderr).toBe('');
    expect(stdout.match(/2026\d{4}T\d{6}Z/g)).toEqual(['20261121T060000Z', '20261121T000000Z']);
  });
});

describe('redrill show', () => {
  test('of a suspect copy, both ways out stand apart from their labels', async () => {
    const vault = await vaultOfADay();
    const slot = at('20261121T180000Z');
    const reasons = [{ code: 'Shrunk', message: 'it holds 3 keys' }] as const;
    await vault.enter({ slot, tier: 'hourly', verdict: 'suspect', reasons: [...reasons] });
    const { stdout, status } = await vault.redrill('show', `sessions/${slot}`);
    expect(status).toBe(1);
    expect(stdout).toContain(`\n  if right      npx redrill accept sessions/${slot} --why '…'\n`);
    expect(stdout).toContain('\n  if not        npx redrill points sessions, and use');
  });
});
