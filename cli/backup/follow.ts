import { setTimeout as sleep } from 'node:timers/promises';
import { executionView } from '../../adapters/aws/execution-view.ts';
import { causeOf } from '../../core/alerts/compose-failure.ts';
import type { RecoveryPoint } from '../../core/contracts/recovery-point.ts';
import type { Failure } from '../../core/contracts/steps.ts';
import { executionNameOf, snapshotNameOf } from '../../core/model/names.ts';
import type { Slot } from '../../core/model/slot.ts';
import { follow, type Machine, machineOf, workflowsIn } from '../execution.ts';
import { LOOK_EVERY_MS } from '../pace.ts';
import { StatusLine } from '../terminal/status-line.ts';
import type { Vault } from '../vault.ts';

/** What has become of a backup. */
export type Arrival = { readonly point: RecoveryPoint } | { readonly failed: string };

interface Ordered {
  readonly cache: string;
  readonly slot: Slot;
  readonly machine: Machine;
}

/** Shows a backup all the way: the source's part, and then the vault's, until its copy has a verdict. */
export async function followToVault(vault: Vault, { cache, slot, machine }: Ordered): Promise<Arrival> {
  const made = await follow(vault.clock, machine, executionNameOf(cache, slot));
  if (made.status !== 'SUCCEEDED')
    return { failed: `the backup ended ${made.status}: ${inWords(made.failure)}` };
  const line = new StatusLine(process.stderr, vault.clock.now);
  try {
    return await untilArrived(vault, { cache, slot }, (state) =>
      line.show({ status: 'RUNNING', state, startedAt: made.startedAt }),
    );
  } finally {
    line.end();
  }
}

async function untilArrived(
  vault: Vault,
  backup: Omit<Ordered, 'machine'>,
  show: (state: string) => void,
): Promise<Arrival> {
  for (;;) {
    // Asked first: what it says of its end was there before the look at the vault.
    const ingest = await ingestOf(vault, backup);
    const point = await arrived(vault, backup);
    if (point !== undefined) return { point };
    if (ingest.ended !== undefined)
      return { failed: `the vault could not ingest it: ${ingest.ended}; it tries again within the hour` };
    show(ingest.state);
    await sleep(LOOK_EVERY_MS);
  }
}

async function arrived(
  { catalogue }: Vault,
  { cache, slot }: Omit<Ordered, 'machine'>,
): Promise<RecoveryPoint | undefined> {
  const marker = await catalogue.ingested(snapshotNameOf(cache, slot));
  return marker && (await catalogue.point({ cache, slot, tier: marker.tier }));
}

interface IngestState {
  readonly state: string;
  /** Why it ended, of one that ended without a verdict. */
  readonly ended?: string;
}

/** How far the vault has come: it looks for exports every five minutes. */
async function ingestOf(
  { config, account, clock }: Vault,
  { cache, slot }: Omit<Ordered, 'machine'>,
): Promise<IngestState> {
  const { region } = config.vault;
  const { arn } = machineOf('ingest', { region, account });
  const name = executionNameOf(cache, slot);
  const found = await workflowsIn(region).find(arn, name);
  if (found === undefined) return { state: 'WaitForTheVaultToLook' };
  const view = await executionView(region, clock)(arn, name);
  if (view.status === 'RUNNING') return view;
  return {
    state: view.state,
    ended: view.status === 'SUCCEEDED' ? 'its copy no longer exists' : inWords(view.failure),
  };
}

function inWords(failure: Failure | undefined): string {
  if (failure === undefined) return 'no cause was given';
  const { code, message } = causeOf(failure);
  return `${message} (${code})`;
}
