import { objectStore } from '../adapters/aws/object-store.ts';
import { Catalogue } from '../adapters/catalogue.ts';
import { deployedConfig, environment, lambdaHandler } from '../adapters/lambda/handler.ts';
import type { Config } from '../core/contracts/config.ts';
import { isProtected } from '../core/contracts/plan.ts';
import { ENV } from '../core/contracts/resources.ts';
import { type DrillInput, type DrillPlan, drillInput } from '../core/contracts/steps.ts';
import { choosePoint, planDrill } from '../core/decide/plan-drill.ts';
import { AppError } from '../core/model/errors.ts';

interface World {
  readonly catalogue: Catalogue;
  readonly config: Pick<Config, 'plans' | 'caches'>;
}

/** Chooses the recovery point and the cluster to build from it; refuses what cannot work before anything is created. */
export async function run(input: DrillInput, { catalogue, config }: World): Promise<DrillPlan> {
  const point = choosePoint(input, await catalogue.points(input.cache));
  const name = config.caches[input.cache] ?? point.plan;
  const plan = config.plans[name];
  if (plan !== undefined && isProtected(plan)) return planDrill(input, point, { name, plan });
  throw new AppError(
    'UnknownPlan',
    `${input.cache} is on plan '${name}', which the configuration does not define as a protected one`,
  );
}

export const handler = lambdaHandler(
  drillInput,
  () => ({
    catalogue: new Catalogue(objectStore({ bucket: environment(ENV.vaultBucket)[ENV.vaultBucket] })),
    config: deployedConfig(),
  }),
  run,
);
