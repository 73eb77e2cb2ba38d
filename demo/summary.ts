import { type DrillReport, drillReport } from '../core/contracts/drill.ts';
import { type RecoveryPoint, recoveryPoint } from '../core/contracts/recovery-point.ts';
import { drillOfReport } from '../core/model/keys.ts';
import type { Demo } from './demo.ts';
import { keysIn, textOf } from './vault-objects.ts';

/** `out/local/summary.json`: what is in the vault, what the drills found, how the executions ended, who was told what. */
export interface Summary {
  readonly recoveryPoints: readonly {
    readonly cache: string;
    readonly slot: string;
    readonly tier: string;
    readonly verdict: string;
    readonly shards: number;
    readonly keys: number;
    readonly bytes: number;
  }[];
  readonly drills: readonly {
    readonly cache: string;
    readonly slot: string;
    readonly verdict: string;
    readonly keysCompared: number;
    readonly keysExpired: number;
    readonly mismatches: number;
    readonly achievedRtoSeconds: number | null;
  }[];
  readonly executions: readonly {
    readonly stateMachine: string;
    readonly cache: string;
    readonly slot: string;
    readonly status: string;
  }[];
  readonly alerts: readonly {
    readonly at: string;
    readonly severity: string;
    readonly code: string;
    readonly cache: string;
    readonly subject: string;
  }[];
  readonly heartbeats: number;
}

/** Reads it all back from the local AWS: the vault's objects, the executions, the published messages. */
export async function summarise(demo: Demo): Promise<Summary> {
  const keys = await keysIn(demo);
  const records = keys.filter((key) => key.endsWith('/recovery-point.json'));
  const reports = keys.filter((key) => drillOfReport(key) !== undefined);
  const points = await Promise.all(
    records.map(async (key) => recoveryPoint.parse(JSON.parse(await textOf(demo, key)))),
  );
  const drills = await Promise.all(
    reports.map(async (key) => drillReport.parse(JSON.parse(await textOf(demo, key)))),
  );
  return {
    recoveryPoints: points.map(pointLine),
    drills: drills.map(drillLine),
    executions: executionsOf(demo),
    alerts: demo.aws.sns.messages.map(({ at, subject = '', attributes }) => ({
      at: new Date(at).toISOString(),
      severity: attributes.severity ?? 'page',
      code: attributes.code ?? 'Alarm',
      cache: attributes.cache ?? '',
      subject,
    })),
    heartbeats: demo.heartbeats.pings.filter(({ kind }) => kind === 'success').length,
  };
}

function pointLine({ cache, slot, tier, verdict, shards, totals }: RecoveryPoint) {
  return { cache, slot, tier, verdict, shards: shards.length, keys: totals.keys, bytes: totals.bytes };
}

function drillLine({ cache, point, drill, verdict, comparison, achievedRtoSeconds }: DrillReport) {
  return {
    cache,
    slot: point?.slot ?? drill,
    verdict,
    keysCompared: comparison?.keysCompared ?? 0,
    keysExpired: comparison?.keysExpired ?? 0,
    mismatches: comparison?.mismatches ?? 0,
    achievedRtoSeconds: achievedRtoSeconds === undefined ? null : Math.round(achievedRtoSeconds),
  };
}

function executionsOf({ aws, machines }: Demo): Summary['executions'] {
  return Object.entries(machines).flatMap(([stateMachine, arn]) =>
    [...aws.states.executionsOf(arn)].reverse().map(({ settings, status }) => {
      const { cache, slot, drill } = JSON.parse(settings.input) as {
        cache: string;
        slot?: string;
        drill?: string;
      };
      return { stateMachine, cache, slot: slot ?? drill ?? '', status };
    }),
  );
}

/** Whether everything is as it must be: every cache verified and drilled, nothing different, nobody alarmed. */
export function isAllWell(summary: Summary, caches: readonly string[]): boolean {
  const { recoveryPoints, drills, executions, alerts } = summary;
  return (
    caches.every((cache) =>
      recoveryPoints.some((point) => point.cache === cache && point.verdict === 'verified'),
    ) &&
    caches.every((cache) =>
      drills.some((drill) => drill.cache === cache && drill.verdict === 'passed' && drill.mismatches === 0),
    ) &&
    executions.every(({ status }) => status === 'SUCCEEDED') &&
    alerts.length === 0
  );
}
