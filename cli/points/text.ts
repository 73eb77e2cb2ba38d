import type { DrillFinding } from '../../core/contracts/drill.ts';
import type { RegistryEntry } from '../../core/contracts/recovery-point.ts';
import { findingText } from '../../core/drill/drill-findings.ts';
import { lineageIn, readableLineage } from '../../core/model/lineage.ts';
import { readableSlot } from '../../core/model/slot.ts';
import type { ExplainedPoint } from '../../core/retention/explain-points.ts';
import { byteText, counted, grouped } from '../terminal/figures.ts';
import { aligned } from '../terminal/page.ts';

const COLUMNS = ['slot', 'tier', 'verdict', 'keys', 'size', 'kept'] as const;
type Failed = ReadonlyMap<string, DrillFinding>;
const TO_THE_RIGHT = [COLUMNS.indexOf('keys'), COLUMNS.indexOf('size')];

/** The points for people, newest first. */
export function pointsText(
  { cache, plan }: Pick<RegistryEntry, 'cache' | 'plan'>,
  explained: readonly ExplainedPoint[],
  { explain, failed }: { readonly explain: boolean; readonly failed: Failed },
): string {
  const cells = [COLUMNS, ...explained.map((each) => rowOf(each, failed))];
  const [head, ...rows] = aligned(cells, (column) => TO_THE_RIGHT.includes(column)).map((row) =>
    row.join('  ').trimEnd(),
  );
  const lineages = new Set(explained.flatMap(({ point }) => lineageIn(point) ?? []));
  return [
    `${cache}, plan ${plan}: ${counted(rows.length, 'recovery point')}`,
    '',
    head,
    ...rows.flatMap((row, at) => [
      ...(lineages.size > 1 ? lineageHeading(explained, at) : []),
      row,
      ...(explain ? why(explained[at]) : []),
      ...remarks(explained[at], failed),
    ]),
  ].join('\n');
}

function rowOf({ point, fate, expiresFrom }: ExplainedPoint, failed: Failed): readonly string[] {
  const verdict = point.accepted === undefined ? point.verdict : 'accepted';
  const until = expiresFrom === undefined ? 'for ever' : `until ${expiresFrom.toISOString().slice(0, 10)}`;
  return [
    `${point.slot} `,
    point.tier,
    failed.has(point.slot) ? 'failed drill' : verdict,
    grouped(point.totals.keys),
    byteText(point.totals.bytes),
    fate === 'kept' ? 'yes' : until,
  ];
}

/** Above the first point of each cache that had the name. */
function lineageHeading(explained: readonly ExplainedPoint[], at: number): readonly string[] {
  const [before, own] = [explained[at - 1], explained[at]].map((each) => each && lineageIn(each.point));
  if (at > 0 && own === before) return [];
  return [
    own === undefined
      ? 'of a cache whose creation was not recorded'
      : `of the cache created ${readableLineage(own)} (lineage ${own})`,
  ];
}

/** Without being asked: only what is wrong. */
function remarks(explained: ExplainedPoint | undefined, failed: Failed): readonly string[] {
  if (explained === undefined) return [];
  const { slot, verdict, reasons } = explained.point;
  const finding = failed.get(slot);
  return [
    ...(finding === undefined ? [] : [`    do not restore it: ${findingText(finding)} (${finding.code})`]),
    ...(verdict === 'verified' ? [] : reasons.map(({ message }) => `    ${message}`)),
  ];
}

function why(explained: ExplainedPoint | undefined): readonly string[] {
  if (explained === undefined) return [];
  const { point, tierBecause, fate, fateBecause } = explained;
  const accepted =
    point.accepted === undefined ? [] : [`    accepted by ${point.accepted.by}: ${point.accepted.why}`];
  return [
    `    of ${readableSlot(point.slot)}, ${point.tier}: ${tierBecause}`,
    `    ${fate}: ${fateBecause}`,
    ...accepted,
  ];
}
