import { METRICS } from '../core/contracts/resources.ts';
import type { ExpectedSettings } from '../core/contracts/settings.ts';
import { assessDrift } from '../core/decide/assess-drift.ts';
import { noticesOfDrift } from '../core/decide/compose-drift.ts';
import { watchedSettings } from '../core/decide/watched-settings.ts';
import type { Metrics, Settings } from '../core/ports.ts';
import { readSettings } from './read-settings.ts';
import { type LookingWorld, tellNotices } from './tell-notices.ts';

export interface SettingsWorld extends LookingWorld {
  /** What was synthesised; read at every look, so that a bundle without it costs this look alone. */
  readonly expected: () => ExpectedSettings;
  readonly settings: Settings;
  readonly metrics: Metrics;
}

/** Compares what protects the vault with what was synthesised, and tells people of every difference. */
export async function watchSettings(world: SettingsWorld): Promise<{ readonly drifted: readonly string[] }> {
  const expected = world.expected();
  const look = { id: world.newRunId(), now: world.now() };
  const drifts = assessDrift(expected, await readSettings(watchedSettings(expected), world.settings));
  world.metrics.count(METRICS.settingsDrifted, drifts.length);
  await tellNotices(noticesOfDrift(drifts, expected), look, { ...world, area: 'settings' });
  return { drifted: drifts.map(({ setting, kind }) => `${setting.id}: ${kind}`) };
}
