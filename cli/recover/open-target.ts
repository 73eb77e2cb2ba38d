import { afterDeath, afterInterruption } from '../../live/recover/after-death.ts';
import { ProcessGone } from '../../live/recover/process-gone.ts';
import type { Saved } from '../../live/recover/state-file.ts';
import type { TargetCluster } from '../../live/recover/target-cluster.ts';
import { counted } from '../terminal/figures.ts';

/**
 * Opens the cache, and what was saved as it is to be gone on with: if a process is gone that values were under way to,
 * from the beginning.
 */
export async function openTarget(
  name: string,
  before: Saved | undefined,
  open: (servers: Pick<Partial<Saved>, 'servers'>) => Promise<TargetCluster>,
) {
  if (before === undefined) return { cluster: await open({}), saved: undefined };
  try {
    return { cluster: await open({ servers: before.servers }), saved: afterInterruption(before) };
  } catch (error) {
    const begun =
      error instanceof ProcessGone && before.identity.target === name ? afterDeath(before) : undefined;
    if (begun === undefined) throw error;
    const { saved, suspects, condemned } = begun;
    process.stderr.write(
      `The process that was written into is gone. Beginning again: ${counted(suspects, 'value')} that were on their way to it are sent first, one at a time; ${counted(condemned, 'value')} that it died of are not sent.\n`,
    );
    return { cluster: await open({}), saved };
  }
}
