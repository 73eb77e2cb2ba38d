import { seenStack } from '../../adapters/aws/seen-stack.ts';
import { configFileIn } from '../../adapters/files/config-file.ts';
import { AppError } from '../../core/model/errors.ts';
import { assemblyIn } from '../doctor/assembly.ts';
import { type DeployerOptions, refuseOtherRole } from '../doctor/deployer.ts';
import { examination } from '../doctor/examine.ts';
import { doctorText } from '../doctor/text.ts';
import { watching } from '../execution.ts';
import { ExitStatus } from '../exit-status.ts';
import { synthesise } from '../synth/synth.ts';
import { consents } from '../terminal/agreed.ts';
import { hasColours, paintFor } from '../terminal/page.ts';
import { StatusLine } from '../terminal/status-line.ts';
import { openVault, type Vault, type VaultOptions } from '../vault.ts';
import { bootstrap, notBootstrapped } from './bootstrap.ts';
import { CdkToolkit } from './cdk-toolkit.ts';
import { isCovered, statefulChanges } from './changes.ts';
import type { DeployedStack, DeployOutput } from './contract.ts';
import { type Half, type Halves, halvesOf } from './halves.ts';
import { nextSteps } from './next-steps.ts';
import { type StackState, stateOf } from './stack-state.ts';
import { hasChanges, type PlannedStack, planText, resultText, statefulText } from './text.ts';

export interface DeployOptions extends VaultOptions, DeployerOptions {
  readonly yes?: true;
  readonly allowReplacement?: true;
  readonly importExistingResources?: true;
  readonly json?: true;
}

/** Where doctor, too, looks for what was deployed. */
const ASSEMBLY = 'cdk.out';

const NOT_DEPLOYED = 'No stack of Redrill was deployed.';

/** Deploys the stacks of the credentials' account, and checks them. @returns the exit status */
export async function deploy(options: DeployOptions): Promise<number> {
  const vault = await openVault(options);
  const halves = await halvesOf(vault);
  refuseOtherRole(halves.account, options);
  const states = await Promise.all(halves.own.map(stateIn));
  const environments = await notBootstrapped(halves.own);
  const { config: file = configFileIn('.') } = options;
  console.error('Synthesising the stacks …');
  await synthesise({ file, outdir: ASSEMBLY, deployer: halves.account });
  const toolkit = toolkitFor(vault, options);
  if (!(await bootstrap(environments, toolkit, options.yes === true))) return refused();
  const planned = await plannedStacks(toolkit, halves.own, states);
  console.error(`\n${planText(planned, paintFor(process.stderr))}\n`);
  if (!(await isAgreed(planned, options))) return refused();
  const deployed = await deployAll(toolkit, planned, vault);
  return report({ vault, halves, planned, deployed, options });
}

function refused(): number {
  console.error(NOT_DEPLOYED);
  return ExitStatus.notDone;
}

async function stateIn(half: Half): Promise<StackState> {
  try {
    return stateOf(half, await seenStack(half.region, half.stack));
  } catch (error) {
    if (error instanceof AppError && error.code === 'AccessDenied') return 'unknown';
    throw error;
  }
}

function toolkitFor({ now }: Vault, { roleArn, importExistingResources }: DeployOptions): CdkToolkit {
  return new CdkToolkit({
    line: new StatusLine(process.stderr, now),
    now,
    hasColours: hasColours(process.stderr),
    roleArn,
    importExistingResources: importExistingResources === true,
  });
}

async function plannedStacks(
  toolkit: CdkToolkit,
  halves: readonly Half[],
  states: readonly StackState[],
): Promise<readonly PlannedStack[]> {
  const { stacks } = assemblyIn(ASSEMBLY);
  const planned: PlannedStack[] = [];
  for (const [at, half] of halves.entries()) {
    const state = states[at] ?? 'unknown';
    const isNew = state === 'new' || state === 'failed';
    const template = stacks.find(({ name }) => name === half.stack)?.template;
    planned.push({
      ...half,
      state,
      types: template?.resources.map(({ type }) => type) ?? [],
      changes: isNew ? undefined : await toolkit.changes(ASSEMBLY, half),
    });
  }
  return planned;
}

/** A deployment that changes nothing is not asked about: it only makes sure. */
async function isAgreed(planned: readonly PlannedStack[], options: DeployOptions): Promise<boolean> {
  if (!planned.some(hasChanges)) return true;
  const stateful = planned.flatMap(({ changes }) => statefulChanges(changes?.resources ?? []));
  if (stateful.length > 0) {
    console.error(`${statefulText(stateful, paintFor(process.stderr))}\n`);
    const agrees = await consents({
      question: 'Replace or remove them?',
      given: options.allowReplacement === true,
      add: '--allow-replacement to replace or remove the resources above',
    });
    if (!agrees) return false;
  }
  const add = '--yes to deploy without asking';
  return consents({ question: 'Deploy?', given: options.yes === true, add });
}

async function deployAll(
  toolkit: CdkToolkit,
  planned: readonly PlannedStack[],
  { now }: Vault,
): Promise<readonly DeployedStack[]> {
  const done: DeployedStack[] = [];
  for (const stack of planned) {
    const startedAt = now();
    const goesOn = `CloudFormation continues with ${stack.stack} in ${stack.region}. When it has finished, run npx redrill deploy again for the rest.`;
    const { isUnchanged, outputs } = await watching(goesOn, () =>
      toolkit.deploy(ASSEMBLY, stack, (changes) => isCovered(stack.stack, changes, stack.changes)),
    ).catch((error: unknown) => sayingWhatIsDone(done, error));
    const { changes, types, region } = stack;
    done.push({
      stack: stack.stack,
      region,
      outcome: isUnchanged ? 'unchanged' : changes === undefined ? 'created' : 'updated',
      resources: isUnchanged ? 0 : (changes?.resources ?? types).length,
      seconds: Math.max(0, Math.round((now().getTime() - startedAt.getTime()) / 1000)),
      outputs,
    });
  }
  return done;
}

function sayingWhatIsDone(done: readonly DeployedStack[], error: unknown): never {
  if (done.length > 0) console.error(`Deployed before: ${done.map(({ stack }) => stack).join(', ')}.`);
  throw error;
}

interface Done {
  readonly vault: Vault;
  readonly halves: Halves;
  readonly planned: readonly PlannedStack[];
  readonly deployed: readonly DeployedStack[];
  readonly options: DeployOptions;
}

async function report({ vault, halves, planned, deployed, options }: Done): Promise<number> {
  const { config, roleArn, json } = options;
  const next = nextSteps(vault.config, halves, planned);
  if (!json) console.log(`${resultText(deployed, next)}\n`);
  const doctor = await examination({
    assembly: ASSEMBLY,
    ...(config === undefined ? {} : { config }),
    ...(roleArn === undefined ? {} : { roleArn }),
  });
  const output: DeployOutput = {
    contract: 1,
    account: halves.account,
    stacks: [...deployed],
    next: [...next],
    doctor,
  };
  console.log(json ? JSON.stringify(output, null, 2) : doctorText(doctor, paintFor(process.stdout)));
  return doctor.outcome === 'problems' ? ExitStatus.bad : ExitStatus.good;
}
