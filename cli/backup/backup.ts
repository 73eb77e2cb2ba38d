import type { BackupInput } from '../../core/contracts/steps.ts';
import { readableSeconds } from '../../core/model/duration.ts';
import { vaultKeys } from '../../core/model/keys.ts';
import { executionNameOf } from '../../core/model/names.ts';
import { pointNameOf } from '../../core/model/point-name.ts';
import { instantOf, slotAt } from '../../core/model/slot.ts';
import { machineOf, watching, workflowsIn } from '../execution.ts';
import { ExitStatus } from '../exit-status.ts';
import { byteText, counted } from '../terminal/figures.ts';
import { openVault, type Vault, type VaultOptions } from '../vault.ts';
import type { BackupOutput } from './contract.ts';
import { type Arrival, followToVault } from './follow.ts';
import { planToBackUp } from './order.ts';

interface BackupOptions extends VaultOptions {
  readonly follow: boolean;
  readonly json?: true;
}

/**
 * Backs a cache up now: the execution that start-backups would start, of the slot of this minute.
 * @returns the exit status: bad if it does not end as a verified copy in the vault
 */
export async function backup(cache: string, { follow, json, ...options }: BackupOptions): Promise<number> {
  const vault = await openVault(options);
  const plan = await planToBackUp(vault, cache);
  const input: BackupInput = { cache, plan, slot: slotAt(vault.now()) };
  const { region } = vault.config.source;
  const machine = machineOf('backup', { region, account: vault.sourceAccount });
  const execution = executionNameOf(cache, input.slot);
  const outcome = await workflowsIn(region).start(machine.arn, execution, input);
  console.error(
    outcome === 'started'
      ? `Started the backup ${execution}.`
      : `The backup ${execution} was started before; one backup of a cache can be started per minute.`,
  );
  const goesOn = `The backup ${execution} continues; to see its result: npx redrill show ${pointNameOf(input)}`;
  const arrival = follow
    ? await watching(goesOn, () => followToVault(vault, { ...input, machine }))
    : undefined;
  const output = outputOf(vault, { ...input, execution }, arrival);
  console.log(json ? JSON.stringify(output, null, 2) : textOf(output, goesOn));
  return output.outcome === 'verified' || output.outcome === 'started' ? ExitStatus.good : ExitStatus.bad;
}

function outputOf(
  { catalogue, now }: Vault,
  started: BackupInput & { readonly execution: string },
  arrival: Arrival | undefined,
): BackupOutput {
  const nothing = { contract: 1, ...started, because: null, point: null, seconds: null } as const;
  if (arrival === undefined) return { ...nothing, outcome: 'started' };
  if ('failed' in arrival) return { ...nothing, outcome: 'failed', because: arrival.failed };
  const { point } = arrival;
  const because = point.reasons.map(({ message }) => message).join('; ');
  return {
    ...nothing,
    outcome: point.verdict,
    because: point.verdict === 'verified' ? null : because,
    point: {
      name: pointNameOf(point),
      tier: point.tier,
      keys: point.totals.keys,
      bytes: point.totals.bytes,
      url: `s3://${catalogue.vault.bucket}/${vaultKeys.point(point)}`,
    },
    seconds: Math.max(0, Math.round((now().getTime() - instantOf(point.slot).getTime()) / 1000)),
  };
}

function textOf({ cache, outcome, because, point, seconds }: BackupOutput, goesOn: string): string {
  if (outcome === 'started') return goesOn;
  if (point === null) return `${cache}: the backup FAILED: ${because}`;
  const what = `${counted(point.keys, 'key')}, ${byteText(point.bytes)}, ${point.tier}`;
  const took = seconds === null ? '' : `, after ${readableSeconds(seconds)}`;
  if (outcome === 'verified')
    return `${cache}: ${point.name} is in the vault and VERIFIED${took}: ${what}\n  ${point.url}`;
  return `${cache}: ${point.name} is in the vault and ${outcome.toUpperCase()}${took}: ${because}\n  next  npx redrill show ${point.name}`;
}
