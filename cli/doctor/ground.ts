import { deployedAws } from '../../adapters/aws/doctor/deployed-aws.ts';
import { doctorAws } from '../../adapters/aws/doctor/doctor-aws.ts';
import { settings } from '../../adapters/aws/settings/settings.ts';
import type { Config } from '../../core/contracts/config.ts';
import type { ExpectedSettings } from '../../core/contracts/settings.ts';
import type { DoctorPlace } from '../../core/decide/doctor/findings.ts';
import { AppError } from '../../core/model/errors.ts';
import type { DeployedAws, DoctorAws } from '../../core/ports/doctor.ts';
import type { Settings } from '../../core/ports.ts';
import type { Vault } from '../vault.ts';
import { expectedIn } from './assembly.ts';

/** One half of Redrill, in an account whose credentials doctor has. */
export interface Side extends DoctorPlace {
  readonly aws: DoctorAws;
  readonly deployed: DeployedAws;
  readonly settings: Settings;
  /** What was deployed there; undefined before a deployment. */
  readonly expected: (() => ExpectedSettings) | undefined;
}

export interface DoctorGround {
  readonly config: Config;
  /** Of the credentials. */
  readonly account: string;
  readonly places: readonly DoctorPlace[];
  readonly sides: readonly Side[];
  readonly vaultBucket: string;
}

/** The Lambda that compares one half with what was deployed: it has the expected settings beside it. */
const WATCHES = { source: 'watch-source', vault: 'watch-vault' } as const;

/** What doctor can look at with these credentials. @param assembly what `cdk synth` wrote */
export async function groundFor(vault: Vault, account: string, assembly: string): Promise<DoctorGround> {
  const { config } = vault;
  const places: readonly DoctorPlace[] = [
    { half: 'source', account: vault.sourceAccount, region: config.source.region },
    { half: 'vault', account: vault.account, region: config.vault.region },
  ];
  const own = places.filter((place) => place.account === account);
  const sides = await Promise.all(own.map((place) => sideOf(place, vault, assembly)));
  return { config, account, places, sides, vaultBucket: vault.catalogue.vault.bucket };
}

async function sideOf(place: DoctorPlace, { now }: Vault, assembly: string): Promise<Side> {
  const { region, half } = place;
  const aws = doctorAws(region);
  const watch = WATCHES[half];
  const environment = await aws.lambdaEnvironment(`redrill-${watch}`).catch(unreadable);
  const expected =
    environment === undefined
      ? undefined
      : () => {
          if (environment instanceof AppError) throw environment;
          return expectedIn(assembly, { region, lambda: `redrill-${watch}`, environment });
        };
  return { ...place, aws, deployed: deployedAws(region, now), settings: settings({ region }), expected };
}

/** Whether something is deployed is then unknown, and each check of a deployment says so. */
function unreadable(error: unknown): AppError {
  if (error instanceof AppError && error.code === 'AccessDenied') return error;
  throw error;
}
