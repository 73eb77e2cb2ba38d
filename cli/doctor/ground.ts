import { deployedAws } from '../../adapters/aws/doctor/deployed-aws.ts';
import { doctorAws } from '../../adapters/aws/doctor/doctor-aws.ts';
import { settings } from '../../adapters/aws/settings/settings.ts';
import type { Config } from '../../core/contracts/config.ts';
import { isProtected } from '../../core/contracts/plan.ts';
import type { ExpectedSettings } from '../../core/contracts/settings.ts';
import type { DoctorPlace } from '../../core/doctor/findings.ts';
import { AppError } from '../../core/model/errors.ts';
import type { CacheFacts, DeployedAws, DoctorAws } from '../../core/ports/doctor.ts';
import type { Now, Settings } from '../../core/ports.ts';
import type { Vault } from '../vault.ts';
import { expectedIn } from './assembly.ts';
import { type Planned, plannedResources } from './planned.ts';

/** Whether a half is deployed; `unknown` if the credentials may not see it. */
export type Deployed = 'yes' | 'no' | 'unknown';

/** One half of Redrill, in an account whose credentials doctor has. */
export interface Side extends DoctorPlace {
  readonly aws: DoctorAws;
  readonly deployed: DeployedAws;
  readonly settings: Settings;
  readonly isDeployed: Deployed;
  /** What was deployed there; undefined unless it is known that something is. */
  readonly expected: (() => ExpectedSettings) | undefined;
}

export interface DoctorGround {
  readonly config: Config;
  /** Of the credentials. */
  readonly account: string;
  readonly places: readonly DoctorPlace[];
  readonly sides: readonly Side[];
  readonly vaultBucket: string;
  /** What the next deployment makes. */
  readonly planned: Planned;
  /** Asked once for each; undefined if there is no such cache, or if the source is in an account of other credentials. */
  cache(id: string): Promise<CacheFacts | undefined>;
  readonly now: Now;
}

export interface GroundOptions {
  /** What `cdk synth` wrote. @default cdk.out of what is deployed; before a deployment, what the configuration comes to */
  readonly assembly?: string;
}

const WRITTEN_LAST = 'cdk.out';

/** The Lambda that compares one half with what was deployed: it has the expected settings beside it. */
const WATCHES = { source: 'watch-source', vault: 'watch-vault' } as const;

/** What doctor can look at with these credentials. */
export async function groundFor(
  vault: Vault,
  account: string,
  { assembly }: GroundOptions,
): Promise<DoctorGround> {
  const { config } = vault;
  const places: readonly DoctorPlace[] = [
    { half: 'source', account: vault.sourceAccount, region: config.source.region },
    { half: 'vault', account: vault.account, region: config.vault.region },
  ];
  const own = places.filter((place) => place.account === account);
  const sides = await Promise.all(own.map((place) => sideOf(place, vault, assembly ?? WRITTEN_LAST)));
  const areAllDeployed = sides.every(({ isDeployed }) => isDeployed === 'yes');
  const planned = plannedResources(config, account, assembly ?? (areAllDeployed ? WRITTEN_LAST : undefined));
  const vaultBucket = vault.catalogue.vault.bucket;
  return {
    config,
    account,
    places,
    sides,
    vaultBucket,
    planned,
    cache: cachesOf(sides, config),
    now: vault.now,
  };
}

function cachesOf(sides: readonly Side[], { source: { aliases } }: Config): DoctorGround['cache'] {
  const source = sides.find(({ half }) => half === 'source');
  const asked = new Map<string, Promise<CacheFacts | undefined>>();
  return (id) => {
    const known = asked.get(id) ?? Promise.resolve(source?.aws.cache(id, aliases));
    asked.set(id, known);
    return known;
  };
}

/** Ids of the caches that the configuration lists under a plan that protects them. */
export function protectedCaches({ caches, plans }: Config): readonly string[] {
  return Object.entries(caches).flatMap(([cache, name]) => {
    const plan = plans[name];
    return plan !== undefined && isProtected(plan) ? [cache] : [];
  });
}

async function sideOf(place: DoctorPlace, { now }: Vault, assembly: string): Promise<Side> {
  const { region, half } = place;
  const aws = doctorAws(region);
  const lambda = `redrill-${WATCHES[half]}`;
  const environment = await aws.lambdaEnvironment(lambda).catch(notToBeSeen);
  const isSeen = environment !== undefined && environment !== 'unknown';
  return {
    ...place,
    aws,
    deployed: deployedAws(region, now),
    settings: settings({ region }),
    isDeployed: environment === 'unknown' ? 'unknown' : isSeen ? 'yes' : 'no',
    expected: isSeen ? () => expectedIn(assembly, { region, lambda, environment }) : undefined,
  };
}

function notToBeSeen(error: unknown): 'unknown' {
  if (error instanceof AppError && error.code === 'AccessDenied') return 'unknown';
  throw error;
}
