import { setTimeout as sleep } from 'node:timers/promises';
import { SFNClient } from '@aws-sdk/client-sfn';
import { CLIENT_OPTIONS } from '../../adapters/aws/client-options.ts';
import { executionView } from '../../adapters/aws/execution-view.ts';
import { workflows } from '../../adapters/aws/workflows.ts';
import { readJson } from '../../adapters/json-objects.ts';
import { type DrillReport, drillReport } from '../../core/contracts/drill.ts';
import { resourceNames } from '../../core/contracts/resources.ts';
import { drillInput } from '../../core/contracts/steps.ts';
import { AppError } from '../../core/model/errors.ts';
import { vaultKeys } from '../../core/model/keys.ts';
import { executionNameOf } from '../../core/model/names.ts';
import { type Slot, slotAt } from '../../core/model/slot.ts';
import { ExitStatus } from '../exit-status.ts';
import { openVault, registered, type Vault, type VaultOptions } from '../vault.ts';
import { StatusLine } from './status-line.ts';
import { drillText } from './text.ts';

interface DrillOptions extends VaultOptions {
  readonly choose: string;
  readonly follow: boolean;
  readonly json?: true;
}

/** A drill takes a quarter of an hour; a look every few seconds costs nothing. */
const LOOK_EVERY_MS = 3_000;

/** Starts a drill and follows it to its report. @returns the exit status */
export async function drill(cache: string, options: DrillOptions): Promise<number> {
  const vault = await openVault(options);
  await registered(vault, cache);
  const at = slotAt(new Date());
  const input = { cache, drill: at, startedBy: vault.person, choose: chosen(options.choose) };
  const { region } = vault.config.vault;
  const machine = `arn:aws:states:${region}:${vault.account}:stateMachine:${resourceNames.stateMachine('drill')}`;
  const name = executionNameOf(cache, at);
  const outcome = await workflows(new SFNClient({ ...CLIENT_OPTIONS, region })).start(machine, name, input);
  console.error(
    outcome === 'started'
      ? `Started the drill ${name}; it goes on if this command is interrupted.`
      : `The drill ${name} is running already; one of a cache can be started per minute.`,
  );
  if (!options.follow) return ExitStatus.good;
  await follow(machine, name, region);
  return tell(vault, await reportOf(vault, { cache, drill: at, name }), options);
}

function chosen(raw: string): string {
  const parsed = drillInput.shape.choose.safeParse(raw);
  if (parsed.success) return raw;
  throw new AppError(
    'BadInput',
    `--choose '${raw}' is not one of latest, random, or a slot such as 20261121T060000Z`,
  );
}

/** Until it is over, whatever its end: what it found is in its report. */
async function follow(machine: string, name: string, region: string): Promise<void> {
  const line = new StatusLine(process.stderr);
  const look = executionView(region);
  try {
    for (;;) {
      const view = await look(machine, name);
      if (view.status !== 'RUNNING') return;
      line.show(view);
      await sleep(LOOK_EVERY_MS);
    }
  } finally {
    line.end();
  }
}

async function reportOf(
  { catalogue }: Vault,
  { cache, drill: at, name }: { readonly cache: string; readonly drill: Slot; readonly name: string },
): Promise<DrillReport> {
  const found = await readJson(catalogue.vault, vaultKeys.report(cache, at), drillReport);
  if (found !== undefined) return found.value;
  throw new AppError('NotFound', `the drill ${name} has ended without a report; see its execution`);
}

function tell({ catalogue }: Vault, report: DrillReport, { json }: DrillOptions): number {
  const folder = `s3://${catalogue.vault.bucket}/${vaultKeys.reportsOf(report.cache)}`;
  console.log(json ? JSON.stringify(report, null, 2) : drillText(report, folder));
  return report.verdict === 'passed' ? ExitStatus.good : ExitStatus.bad;
}
