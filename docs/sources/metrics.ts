import { FAMILIES } from '../../cli/status/openmetrics.ts';
import { table } from './table.ts';

/** The computed part of docs/metrics.md. */
export function metricBlocks(): Readonly<Record<string, string>> {
  const rows = FAMILIES.map(({ name, labels, help, absent }) => [
    `\`${name}\``,
    labels.map((label) => `\`${label}\``).join(', '),
    help,
    absent,
  ]);
  return { gauges: table(['gauge', 'labels', 'meaning', 'no sample means'], rows) };
}
