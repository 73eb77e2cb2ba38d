import { faultOf, type Notice, noticeOf } from '../alerts/compose-notice.ts';
import type { LookedFor } from '../alerts/plan-notices.ts';
import { DRILL_TTL_SECONDS, type LeftoverCluster } from '../drill/find-leftovers.ts';
import { readableSeconds } from '../model/duration.ts';
import { isRehearsal } from '../model/rehearsal.ts';
import { HOUR_SECONDS } from '../model/time.ts';
import type { ClusterView } from '../ports.ts';

/** A cluster that is deleted at its first sweep is no news: what ended its drill has its own alert. */
const LEFT_OVER_AFTER_SECONDS = DRILL_TTL_SECONDS + HOUR_SECONDS;

/** A drill's cluster whose deletion was asked for. */
export interface SweptCluster extends LeftoverCluster {
  /** Whose drill it was. */
  readonly cache: string;
}

/** One notice for each drill cluster that sweeps have not deleted in an hour; a rehearsal has its own alert. */
export function noticesOfLeftovers(swept: readonly SweptCluster[]): readonly Notice[] {
  return swept
    .filter(({ cache, ageSeconds }) => !isRehearsal(cache) && ageSeconds >= LEFT_OVER_AFTER_SECONDS)
    .map(({ cluster: { id }, ageSeconds }) =>
      noticeOf({
        code: 'DrillLeftOver',
        about: id,
        text: [
          `The drill cluster ${id} still exists ${readableSeconds(ageSeconds)} after its creation, although Redrill tries to delete it every 15 minutes.`,
          'Until it is deleted, it costs money, and further drills of its cache fail (DrillLeftOver). Check its status and events, and delete it.',
        ],
      }),
    );
}

/** A cluster that is being deleted is not swept again, and its alert ends only when it is gone. */
export function leftoversLookedFor(there: readonly ClusterView[]): LookedFor {
  const faults = new Set(there.map(({ id }) => faultOf('DrillLeftOver', id)));
  return (fault) => !faults.has(fault);
}
