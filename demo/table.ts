import { styleText } from 'node:util';
import { readableSeconds } from '../core/model/duration.ts';
import { parseSlot, readableSlot } from '../core/model/slot.ts';
import type { Summary } from './summary.ts';

/** The summary as a person reads it. */
export function formatSummary({ recoveryPoints, drills, alerts, heartbeats }: Summary): string {
  return [
    'Recovery points in the vault',
    ...table(
      ['cache', 'slot', 'tier', 'shards', 'keys', 'size', 'verdict'],
      recoveryPoints.map((point) => [
        point.cache,
        readableSlot(parseSlot(point.slot)),
        point.tier,
        String(point.shards),
        count(point.keys),
        `${(point.bytes / 1e6).toFixed(1)} MB`,
        verdict(point.verdict, 'verified'),
      ]),
    ),
    '',
    'Restore drills',
    ...table(
      ['cache', 'keys compared', 'expired since', 'differences', 'RTO', 'verdict'],
      drills.map((drill) => [
        drill.cache,
        count(drill.keysCompared),
        count(drill.keysExpired),
        String(drill.mismatches),
        drill.achievedRtoSeconds === null ? '–' : readableSeconds(drill.achievedRtoSeconds),
        verdict(drill.verdict, 'passed'),
      ]),
    ),
    '',
    `Alerts: ${alerts.length === 0 ? 'none' : ''}`,
    ...alerts.map(({ at, severity, subject }) => `  ${at.slice(11, 19)}  ${severity.padEnd(6)}  ${subject}`),
    `Heartbeats: ${heartbeats}`,
  ].join('\n');
}

function count(value: number): string {
  return value.toLocaleString('en-GB');
}

function verdict(text: string, good: string): string {
  return styleText(text === good ? 'green' : 'red', text, { stream: process.stdout });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return ['  none'];
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) =>
    `  ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}
