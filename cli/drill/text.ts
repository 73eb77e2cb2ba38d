import { nextStep } from '../../core/alerts/next-step.ts';
import type { DrillReport } from '../../core/contracts/drill.ts';
import { openRunbook } from '../../core/contracts/runbooks.ts';
import { readableSeconds } from '../../core/model/duration.ts';
import { readableSlot } from '../../core/model/slot.ts';
import { grouped } from '../terminal/figures.ts';

/** What a drill has shown, for people. @param page where its report for people is */
export function drillText(report: DrillReport, page: string): string {
  const { cache, verdict, point, cluster, comparison, reasons } = report;
  const of =
    point === undefined ? '' : `, of the ${point.tier} recovery point of ${readableSlot(point.slot)}`;
  const onto =
    cluster === undefined
      ? []
      : [
          `  onto      ${ontoText(cluster)}, ${cluster.engine} ${cluster.engineVersion}`,
          ...(cluster.insteadOfServerless === undefined
            ? []
            : [`            not in a serverless cache: ${cluster.insteadOfServerless}`]),
        ];
  const compared =
    comparison === undefined
      ? []
      : [
          `  compared  ${grouped(comparison.keysCompared)} keys, ${grouped(comparison.keysExpired)} more had expired, ${comparison.mismatches} parts of the digest differ`,
        ];
  return [
    `${cache}: the drill ${verdict === 'passed' ? 'PASSED' : 'FAILED'}${of}`,
    ...reasons.map(({ message }) => `  because   ${message}`),
    ...onto,
    ...compared,
    ...rto(report),
    `  report    ${page}`,
    ...nextLines(report),
  ].join('\n');
}

function ontoText({ shards, nodeType, limits }: NonNullable<DrillReport['cluster']>): string {
  if (limits === undefined) return `${shards} × ${nodeType}`;
  return `a serverless cache of at most ${limits.storageGb} GB, ${grouped(limits.ecpuPerSecond)} ECPU/s`;
}

function nextLines({ cache, verdict, reasons: [first], point }: DrillReport): readonly string[] {
  if (verdict === 'passed') return [];
  const { next, runbook } = nextStep({ code: first?.code ?? 'NotCompared', slot: point?.slot }, { cache });
  return [`  next      ${next}`, `  runbook   ${openRunbook(runbook)}`];
}

function rto({ achievedRtoSeconds, targetRtoSeconds }: DrillReport): readonly string[] {
  if (achievedRtoSeconds === undefined) return [];
  const target = targetRtoSeconds === undefined ? '' : `, of ${readableSeconds(targetRtoSeconds)} allowed`;
  return [`  RTO       ${readableSeconds(achievedRtoSeconds)}${target}`];
}
