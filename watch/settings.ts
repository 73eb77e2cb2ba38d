import { readJson } from '../adapters/documents/json-objects.ts';
import { METRICS } from '../core/contracts/metrics.ts';
import { NO_NOTICES, noticeMemory } from '../core/contracts/notices.ts';
import type { ExpectedSettings } from '../core/contracts/settings.ts';
import { stagingKeys } from '../core/model/keys.ts';
import type { Metrics, Settings } from '../core/ports.ts';
import { rolesInTurn } from '../core/watch/roles-in-turn.ts';
import { assessDrift } from '../core/watch/settings/assess-drift.ts';
import { faultOfRole, noticesOfDrift } from '../core/watch/settings/compose-drift.ts';
import { watchedSettings } from '../core/watch/settings/watched-settings.ts';
import { readSettings } from './read-settings.ts';
import { type LookingWorld, tellNotices } from './tell-notices.ts';

export interface SettingsWorld extends LookingWorld {
  /** What was deployed; read at every look, so that a bundle without it costs this look alone. */
  readonly expected: () => ExpectedSettings;
  readonly settings: Settings;
  readonly metrics: Metrics;
}

/** Compares what protects the vault with what was deployed, and alerts on every difference. */
export async function watchSettings(world: SettingsWorld): Promise<{ readonly drifted: readonly string[] }> {
  const deployed = world.expected();
  const look = { id: world.newRunId(), now: world.now() };
  const roles = await rolesOfLook(deployed, look.now, world);
  const expected = { ...deployed, roles };
  const drifts = assessDrift(expected, await readSettings(watchedSettings(expected), world.settings));
  world.metrics.count(METRICS.settingsDrifted, drifts.length);
  const left = new Set(
    deployed.roles.filter((role) => !roles.includes(role)).map(({ name }) => faultOfRole(name)),
  );
  const lookedFor = (fault: string) => !left.has(fault);
  await tellNotices(noticesOfDrift(drifts, expected), look, { ...world, area: 'settings', lookedFor });
  return { drifted: drifts.map(({ setting, kind }) => `${setting.id}: ${kind}`) };
}

async function rolesOfLook({ roles }: ExpectedSettings, now: Date, { notices }: SettingsWorld) {
  if (roles.length === 0) return roles;
  const { faults } =
    (await readJson(notices, stagingKeys.notices('settings'), noticeMemory))?.value ?? NO_NOTICES;
  return rolesInTurn(roles, now, (role) => faults[faultOfRole(role)] !== undefined);
}
