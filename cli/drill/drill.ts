import { readJson } from '../../adapters/documents/json-objects.ts';
import { type DrillReport, drillReport } from '../../core/contracts/drill.ts';
import { AppError } from '../../core/model/errors.ts';
import { vaultKeys } from '../../core/model/keys.ts';
import { executionNameOf } from '../../core/model/names.ts';
import { pointNameOf } from '../../core/model/point-name.ts';
import { type Slot, slotAt } from '../../core/model/slot.ts';
import { follow, machineOf, watching, workflowsIn } from '../execution.ts';
import { ExitStatus } from '../exit-status.ts';
import { usablePointNamed } from '../point.ts';
import { openVault, registered, type Vault, type VaultOptions } from '../vault.ts';
import { drillText } from './text.ts';

interface DrillOptions extends VaultOptions {
  readonly choose: string;
  readonly follow: boolean;
  readonly json?: true;
}

/** Starts a drill and follows it to its report. @returns the exit status */
export async function drill(cache: string, options: DrillOptions): Promise<number> {
  const vault = await openVault(options);
  const choose = await chosen(vault, cache, options.choose);
  const at = slotAt(vault.now());
  const input = { cache, drill: at, startedBy: vault.person, choose };
  const { region } = vault.config.vault;
  const machine = machineOf('drill', { region, account: vault.account });
  const name = executionNameOf(cache, at);
  const outcome = await workflowsIn(region).start(machine.arn, name, input);
  console.error(
    outcome === 'started'
      ? `Started the drill ${name}.`
      : `The drill ${name} is already running; one drill of a cache can be started per minute.`,
  );
  if (!options.follow) return ExitStatus.good;
  await watching(`The drill ${name} continues; its report will be in the vault.`, () =>
    follow(vault.clock, machine, name),
  );
  return tell(vault, await reportOf(vault, { cache, drill: at, name }), options);
}

/** What is not there is refused here, before a drill of it fails and pages somebody. */
async function chosen(vault: Vault, cache: string, raw: string): Promise<string> {
  if (raw === 'random') {
    await registered(vault, cache);
    return raw;
  }
  const { point } = await usablePointNamed(vault, cache, raw);
  if (point.verdict === 'verified') return raw === 'latest' ? raw : point.slot;
  throw new AppError(
    'UnusablePoint',
    `${pointNameOf(point)} is ${point.verdict}, and only verified recovery points are drilled`,
  );
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
  const page = `s3://${catalogue.vault.bucket}/${vaultKeys.reportPage(report.cache, report.drill)}`;
  console.log(json ? JSON.stringify(report, null, 2) : drillText(report, page));
  return report.verdict === 'passed' ? ExitStatus.good : ExitStatus.bad;
}
