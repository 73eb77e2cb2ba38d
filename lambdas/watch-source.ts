import { randomUUID } from 'node:crypto';
import { stsAnswers } from '../adapters/aws/caller.ts';
import { objectStore } from '../adapters/aws/object-store.ts';
import { settings } from '../adapters/aws/settings/settings.ts';
import { sourceElastiCache } from '../adapters/aws/source-elasticache.ts';
import { deployedAlerts } from '../adapters/lambda/deployed-alerts.ts';
import { deployedSettings } from '../adapters/lambda/expected-settings.ts';
import {
  deployedConfig,
  emfMetrics,
  environment,
  lambdaHandler,
  systemClock,
} from '../adapters/lambda/handler.ts';
import { ENV } from '../core/contracts/environment.ts';
import { attempted } from '../watch/attempted.ts';
import { type DiscoveryWorld, discoverCaches } from '../watch/discover-caches.ts';
import { type OtherSideView, type OtherSideWorld, watchOtherSide } from '../watch/other-side.ts';
import { whyAlertsAreLost } from '../watch/own-alert-path.ts';
import { watchRehearsal } from '../watch/rehearsal.ts';
import { type SettingsWorld, watchSettings } from '../watch/settings.ts';
import { watchSubscriptions } from '../watch/subscriptions.ts';

/**
 * Looks at what is set in the source region, which caches are there, and whether a rehearsal has left its own: schedules of
 * that region start the backups. watch-vault looks at the vault's side; it may be of another account, and must not depend on
 * a region that may be lost.
 */
export async function run(
  _tick: object,
  world: Omit<SettingsWorld & OtherSideWorld, 'notices'> & Omit<DiscoveryWorld, 'deaf'>,
) {
  const settings = await attempted(() => watchSettings({ ...world, notices: world.landing }));
  const subscriptions = await attempted(() => watchSubscriptions({ ...world, notices: world.landing }));
  const deaf = async () => whyAlertsAreLost(world.expected(), world.settings);
  const caches = await attempted(() => discoverCaches({ ...world, deaf }));
  const otherSide = await attempted(() => watchOtherSide({ ...world, notices: world.landing }));
  const { region } = world.config.source;
  const rehearsal = await attempted(() => watchRehearsal({ ...world, region, notices: world.landing }));
  return { ...settings(), ...subscriptions(), ...caches(), ...otherSide(), ...rehearsal() };
}

/** The half beside the caches holds no permission on the vault; STS answers everybody who has an identity. */
function vaultSide(): OtherSideView {
  const { region } = deployedConfig().vault;
  return {
    half: 'vault',
    subscriptionsOf: settings({ region }).subscriptionsOf,
    second: { service: 'AWS STS', ask: stsAnswers(region) },
  };
}

export const handler = lambdaHandler(
  'watch-source',
  () => {
    const env = environment(ENV.landingBucket);
    return {
      expected: deployedSettings,
      settings: settings(),
      other: vaultSide(),
      elasticache: sourceElastiCache(deployedConfig().source),
      landing: objectStore({ bucket: env[ENV.landingBucket], encryption: 'sse-s3' }),
      config: deployedConfig(),
      alerts: deployedAlerts(),
      metrics: emfMetrics(),
      now: systemClock,
      newRunId: randomUUID,
    };
  },
  run,
);
