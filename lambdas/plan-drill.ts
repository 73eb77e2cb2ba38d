import { objectStore } from '../adapters/aws/object-store.ts';
import { deployedConfig, environment, lambdaHandler } from '../adapters/lambda/handler.ts';
import type { Config } from '../core/contracts/config.ts';
import { ENV } from '../core/contracts/environment.ts';
import { isProtected } from '../core/contracts/plan.ts';
import type { RecoveryPoint } from '../core/contracts/recovery-point.ts';
import { type Named, planNames } from '../core/contracts/servers.ts';
import type { DrillInput, DrillPlan } from '../core/contracts/steps.ts';
import { choosePoint, noRecoveryPoint } from '../core/drill/choose-point.ts';
import { planDrill } from '../core/drill/plan-drill.ts';
import { AppError } from '../core/model/errors.ts';
import { Catalogue } from '../vault/catalogue.ts';
import { readHistory } from '../vault/drill-history.ts';

interface World {
  readonly catalogue: Catalogue;
  readonly config: Pick<Config, 'plans'> & Named;
}

/** Chooses the recovery point and the cluster to build from it; refuses what cannot work before anything is created. */
export async function run(input: DrillInput, { catalogue, config }: World): Promise<DrillPlan> {
  const points = await catalogue.points(input.cache);
  const onPlan = planOf(input.cache, points, config);
  const drilled = input.choose === 'random' ? await catalogue.drills(input.cache) : [];
  const point = choosePoint(input, points, onPlan.plan, drilled);
  const history = await readHistory(catalogue.vault, input.cache);
  const isDoubted = history?.findings?.some(({ slot }) => slot === point.slot) ?? false;
  return planDrill(input, point, { ...onPlan, isDoubted });
}

/** The configuration names a cache's plan; one that is found by its tag is on the plan of its newest point. */
function planOf(cache: string, points: readonly RecoveryPoint[], config: World['config']) {
  const newest = points.reduce<RecoveryPoint | undefined>(
    (found, point) => (found !== undefined && found.slot > point.slot ? found : point),
    undefined,
  );
  const name = planNames(config)[cache] ?? newest?.plan;
  if (name === undefined) throw noRecoveryPoint(cache);
  const plan = config.plans[name];
  if (plan !== undefined && isProtected(plan)) return { name, plan };
  throw new AppError(
    'UnknownPlan',
    `${cache} is on plan '${name}', which the configuration does not define as a protected one`,
  );
}

export const handler = lambdaHandler(
  'plan-drill',
  () => ({
    catalogue: new Catalogue(objectStore({ bucket: environment(ENV.vaultBucket)[ENV.vaultBucket] })),
    config: deployedConfig(),
  }),
  run,
);
