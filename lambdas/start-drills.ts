import { objectStore } from '../adapters/aws/object-store.ts';
import { workflows } from '../adapters/aws/workflows.ts';
import { deployedConfig, environment, lambdaHandler } from '../adapters/lambda/handler.ts';
import { isWatched } from '../core/backup/protected-caches.ts';
import type { Config } from '../core/contracts/config.ts';
import { ENV } from '../core/contracts/environment.ts';
import { isProtected } from '../core/contracts/plan.ts';
import { type Named, planNames } from '../core/contracts/servers.ts';
import type { DrillSchedule } from '../core/contracts/steps.ts';
import { AppError } from '../core/model/errors.ts';
import { executionNameOf } from '../core/model/names.ts';
import { slotAt } from '../core/model/slot.ts';
import type { Workflows } from '../core/ports.ts';
import { Catalogue } from '../vault/catalogue.ts';

interface World {
  readonly catalogue: Pick<Catalogue, 'registered'>;
  readonly workflows: Pick<Workflows, 'start'>;
  readonly config: Pick<Config, 'plans'> & Named;
  readonly stateMachine: string;
}

/** Starts a drill of every cache on the plan that the vault knows; the vault region's own state is all that it reads. */
export async function run({ plan: name, scheduledTime }: DrillSchedule, world: World) {
  const plan = world.config.plans[name];
  if (plan === undefined || !isProtected(plan))
    throw new AppError('UnknownPlan', `the schedule drills plan '${name}', which protects nothing`);
  const drill = slotAt(new Date(scheduledTime));
  const entries = await world.catalogue.registered();
  const caches = entries.filter(
    (entry) =>
      isWatched(entry, world.config) && (planNames(world.config)[entry.cache] ?? entry.plan) === name,
  );
  const started = await Promise.all(
    caches.map(async ({ cache }) => {
      const input = { cache, drill, startedBy: 'schedule', choose: plan.drill.choose };
      return {
        cache,
        outcome: await world.workflows.start(world.stateMachine, executionNameOf(cache, drill), input),
      };
    }),
  );
  return { drill, started };
}

export const handler = lambdaHandler(
  'start-drills',
  () => {
    const env = environment(ENV.vaultBucket, ENV.drillMachine);
    return {
      catalogue: new Catalogue(objectStore({ bucket: env[ENV.vaultBucket] })),
      workflows: workflows(),
      config: deployedConfig(),
      stateMachine: env[ENV.drillMachine],
    };
  },
  run,
);
