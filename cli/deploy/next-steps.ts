import type { Config } from '../../core/contracts/config.ts';
import { protectedCaches } from '../doctor/ground.ts';
import { addsSubscription } from './changes.ts';
import { commandFor, type Halves } from './halves.ts';
import type { PlannedStack } from './text.ts';

/** What only a person can do after a deployment. What is wrong, doctor says. */
export function nextSteps(
  config: Config,
  { others }: Halves,
  deployed: readonly PlannedStack[],
): readonly string[] {
  const isFirst = deployed.some(({ changes }) => changes === undefined);
  return [
    ...others.map((half) => `Deploy ${half.stack}, which is in account ${half.account}: ${commandFor(half)}`),
    ...subscriptions(config, deployed),
    ...(isFirst ? [firstBackup(config)] : []),
  ];
}

function subscriptions({ alerts }: Config, deployed: readonly PlannedStack[]): readonly string[] {
  const { emails } = alerts;
  const regions = deployed
    .filter(({ changes }) => changes === undefined || addsSubscription(changes.resources))
    .map(({ region }) => region);
  if (emails.length === 0 || regions.length === 0) return [];
  return [
    `Confirm the subscription in the e-mails from AWS Notifications to ${emails.join(', ')} (one from each region: ${regions.join(', ')}), within 48 hours`,
  ];
}

function firstBackup(config: Config): string {
  const [cache] = protectedCaches(config);
  if (cache === undefined)
    return 'Protect a cache: list it under caches in the configuration, or tag it with redrill:plan';
  return `Back up at once, instead of at the plan’s next slot: npx redrill backup ${cache}`;
}
