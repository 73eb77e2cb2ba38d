import { sourceElastiCache } from '../adapters/aws/source-elasticache.ts';
import { workflows } from '../adapters/aws/workflows.ts';
import { deployedConfig, environment, lambdaHandler, systemClock } from '../adapters/lambda/handler.ts';
import { cachesOnPlan, isStale } from '../core/backup/protected-caches.ts';
import type { Config } from '../core/contracts/config.ts';
import { ENV } from '../core/contracts/environment.ts';
import { isProtected } from '../core/contracts/plan.ts';
import type { BackupSchedule } from '../core/contracts/steps.ts';
import { executionNameOf } from '../core/model/names.ts';
import { slotAt } from '../core/model/slot.ts';
import { PLAN_TAG } from '../core/model/tags.ts';
import type { Now, SourceElastiCache, Workflows } from '../core/ports.ts';

interface World {
  readonly elasticache: Pick<SourceElastiCache, 'listTagged'>;
  readonly workflows: Pick<Workflows, 'start'>;
  readonly config: Config;
  readonly stateMachine: string;
  readonly now: Now;
}

/** Starts one Backup execution per cache of the plan, named after (cache, slot), so a second delivery starts nothing. */
export async function run({ plan, scheduledTime }: BackupSchedule, world: World) {
  const slot = slotAt(new Date(scheduledTime));
  const tagged = await world.elasticache.listTagged(PLAN_TAG);
  const caches = cachesOnPlan(world.config, plan, tagged);
  const chosen = world.config.plans[plan];
  if (chosen === undefined || !isProtected(chosen) || isStale(slot, chosen.every, world.now())) {
    return { slot, started: [], stale: caches };
  }
  const started = await Promise.all(
    caches.map(async (cache) => {
      const outcome = await world.workflows.start(world.stateMachine, executionNameOf(cache, slot), {
        cache,
        plan,
        slot,
      });
      return { cache, outcome };
    }),
  );
  return { slot, started };
}

export const handler = lambdaHandler(
  'start-backups',
  () => ({
    elasticache: sourceElastiCache(deployedConfig().source),
    workflows: workflows(),
    config: deployedConfig(),
    stateMachine: environment(ENV.backupMachine)[ENV.backupMachine],
    now: systemClock,
  }),
  run,
);
