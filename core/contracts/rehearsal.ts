import type { Duration } from '../model/duration.ts';
import { REHEARSAL_CACHE, REHEARSAL_NODE_TYPE, REHEARSAL_PLAN } from '../model/rehearsal.ts';
import type { Config } from './config.ts';
import { DEFAULT_GATE, type ProtectedPlan } from './plan.ts';

/** The plan of `redrill doctor --rehearse`: its copies are kept as long as the vault's lock holds them, and no longer. */
export function rehearsalPlan({ lock }: Pick<Config['vault'], 'lock'>): ProtectedPlan {
  const kept = `${Math.max(1, lock.days)}d` as Duration;
  return {
    every: '24h',
    keep: { hourly: kept, daily: kept, weekly: kept, monthly: kept },
    rpo: '26h',
    rto: '4h',
    minimumRedundancy: 1,
    drill: {
      schedule: 'monthly',
      nodeType: REHEARSAL_NODE_TYPE,
      fallbackNodeTypes: ['cache.t4g.small', 'cache.t4g.medium'],
      choose: 'latest',
      window: '30d',
    },
    contentGate: DEFAULT_GATE,
    nodesPerCache: 1,
  };
}

/** The configuration with the rehearsal's plan in it, as every deployment has it. */
export function withRehearsal(config: Config): Config {
  return { ...config, plans: { ...config.plans, [REHEARSAL_PLAN]: rehearsalPlan(config.vault) } };
}

/** The plans that the configuration's author has written. */
export function ownPlans<Plan>(plans: Readonly<Record<string, Plan>>): readonly (readonly [string, Plan])[] {
  return Object.entries(plans).filter(([name]) => name !== REHEARSAL_PLAN);
}

/** Nothing of the person's may be on the rehearsal's plan: no schedule backs it up. */
export function rehearsalProblems({ caches, servers, plans, vault }: Config): readonly string[] {
  const own = plans[REHEARSAL_PLAN];
  return [
    ...(own === undefined || JSON.stringify(own) === JSON.stringify(rehearsalPlan(vault))
      ? []
      : [`plans.${REHEARSAL_PLAN}: the name is reserved for 'redrill doctor --rehearse'; choose another`]),
    ...[
      ...Object.entries(caches).map(([name, plan]) => ['caches', name, plan] as const),
      ...Object.entries(servers).map(([name, { plan }]) => ['servers', name, plan] as const),
    ]
      .filter(([, name, plan]) => plan === REHEARSAL_PLAN || name === REHEARSAL_CACHE)
      .map(
        ([kind, name, plan]) =>
          `${kind}.${name}: '${plan}' cannot be used here, because '${REHEARSAL_PLAN}' and '${REHEARSAL_CACHE}' are reserved for 'redrill doctor --rehearse'; choose another`,
      ),
  ];
}
