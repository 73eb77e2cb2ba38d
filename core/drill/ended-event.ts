import type { DrillReport } from '../contracts/drill.ts';
import type { RedrillEvent } from '../contracts/events.ts';
import { vaultKeys } from '../model/keys.ts';
import { summariseDrill } from './summarise-drill.ts';

/** That a drill has ended, for programs. */
export function drillEndedEventOf(
  report: DrillReport,
  { region, bucket }: { readonly region: string; readonly bucket: string },
): RedrillEvent {
  const { cache, plan, drill, startedAt, finishedAt } = report;
  return {
    name: 'DrillEnded',
    detail: {
      version: 1,
      id: `drill/${cache}/${drill}`,
      region,
      cache,
      ...(plan !== undefined && { plan }),
      ...summariseDrill(report),
      startedAt,
      finishedAt,
      report: { bucket, key: vaultKeys.report(cache, drill) },
      page: { bucket, key: vaultKeys.reportPage(cache, drill) },
    },
  };
}
