import { AwsClock } from '../../adapters/aws/aws-clock.ts';
import { caller } from '../../adapters/aws/caller.ts';
import { doctorAws } from '../../adapters/aws/doctor/doctor-aws.ts';
import { inOrder, outcomeOf } from '../../core/doctor/outcome.ts';
import { ExitStatus } from '../exit-status.ts';
import { paintFor } from '../terminal/page.ts';
import { openVault, type VaultOptions } from '../vault.ts';
import { type Check, findingsOf } from './check.ts';
import { accountCheck, bootstrapCheck, serviceLinkedRoleCheck } from './checks/account.ts';
import { cacheChecks, nodeTypeChecks } from './checks/caches.ts';
import {
  alertsCheck,
  type DeployedSide,
  heartbeatChecks,
  pageCheck,
  rolesCheck,
  settingsCheck,
  unseenCheck,
} from './checks/deployed.ts';
import { deploymentRightsCheck } from './checks/deployment-rights.ts';
import { lockOutCheck } from './checks/lock-out.ts';
import { bucketNamesCheck, otherNamesCheck } from './checks/names.ts';
import { concurrencyCheck, nodesCheck, vpcsCheck } from './checks/quotas.ts';
import { leftInSourceCheck, leftInVaultCheck } from './checks/rehearsal.ts';
import type { DoctorOutput } from './contract.ts';
import { type DeployerOptions, refuseOtherRole } from './deployer.ts';
import { type DoctorGround, type GroundOptions, groundFor, type Side } from './ground.ts';
import { doctorText } from './text.ts';

export interface ExamineOptions extends VaultOptions, GroundOptions, DeployerOptions {
  readonly page?: true;
  readonly json?: true;
}

const EXIT = {
  well: ExitStatus.good,
  problems: ExitStatus.bad,
  incomplete: ExitStatus.notDone,
} as const;

/** Checks AWS against the configuration, and prints what was found. @returns the exit status */
export async function examine(options: ExamineOptions): Promise<number> {
  const output = await examination(options);
  process.stdout.write(
    `${options.json ? JSON.stringify(output, null, 2) : doctorText(output, paintFor(process.stdout))}\n`,
  );
  return EXIT[output.outcome];
}

/** Checks AWS against the configuration. */
export async function examination(options: ExamineOptions): Promise<DoctorOutput> {
  const vault = await openVault(options);
  const { account } = await caller(vault.config.vault.region, new AwsClock());
  refuseOtherRole(account, options);
  const ground = await groundFor(vault, account, options);
  const findings = inOrder(await findingsOf(checksOf(ground, options)));
  return {
    contract: 1,
    account,
    deployed: deployedOf(ground),
    outcome: outcomeOf(findings),
    findings: [...findings],
  };
}

function deployedOf({ sides }: DoctorGround): DoctorOutput['deployed'] {
  if (sides.some((side) => side.isDeployed === 'unknown')) return 'unknown';
  const there = sides.filter(isDeployed).length;
  if (there === 0) return 'no';
  return there === sides.length ? 'yes' : 'partly';
}

const isDeployed = (side: Side): side is DeployedSide => side.expected !== undefined;

function checksOf(ground: DoctorGround, options: ExamineOptions): readonly Check[] {
  const { sides } = ground;
  const accounts = sides.filter(
    (side, at) => sides.findIndex(({ account }) => account === side.account) === at,
  );
  return [
    accountCheck(ground),
    ...sides.map(bootstrapCheck),
    ...accounts.map(serviceLinkedRoleCheck),
    ...sides.map((side) => concurrencyCheck(side, ground.config.vault.shardsAtOnce)),
    ...sides.flatMap((side) => ofHalf(side, ground)),
    ...sides.map((side) => lockOutCheck(side, ground, options)),
    ...sides.flatMap((side) => ofDeployment(side, ground, options)),
  ];
}

/** What is checked before a deployment, or after it. */
function ofDeployment(side: Side, ground: DoctorGround, options: ExamineOptions): readonly Check[] {
  if (isDeployed(side)) return deployedChecks(side, ground, options);
  return [
    ...(side.isDeployed === 'no'
      ? [bucketNamesCheck(side, ground), otherNamesCheck(side, ground)]
      : [unseenCheck(side)]),
    vpcsCheck(side, ground),
    deploymentRightsCheck(side, ground, options),
  ];
}

function ofHalf(side: Side, ground: DoctorGround): readonly Check[] {
  if (side.half === 'vault') return [...nodeTypeChecks(side, ground), nodesCheck(side, ground)];
  const inVaultRegion = doctorAws(ground.config.vault.region);
  return [...cacheChecks(ground, inVaultRegion), leftInSourceCheck(side, ground)];
}

function deployedChecks(
  side: DeployedSide,
  ground: DoctorGround,
  { page }: ExamineOptions,
): readonly Check[] {
  return [
    settingsCheck(side),
    alertsCheck(side),
    rolesCheck(side),
    ...heartbeatChecks(side, ground),
    ...(side.half === 'vault' ? [leftInVaultCheck(side, ground)] : []),
    ...(page ? [pageCheck(side)] : []),
  ];
}
