import type { LogGroupId, LogLine, LogStore } from '../logs.ts';
import type { MetricDatum, MetricSink } from './metrics.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
const MAX_VALUES = 100;
const MAX_DIMENSIONS = 30;
const MAX_METRICS = 100;

interface Directive {
  readonly Namespace?: unknown;
  readonly Dimensions?: unknown;
  readonly Metrics?: unknown;
}

/** Turns embedded metrics into metric data as CloudWatch Logs does: from every line that is written to a log group. */
export function readEmbeddedMetrics(logs: LogStore, metrics: MetricSink): void {
  logs.onLine((group, line) => {
    for (const datum of parseEmbeddedMetrics(group, line)) metrics.put(datum);
  });
}

/**
 * The metric data of one log line; none when the line is not valid EMF, which CloudWatch ignores just as silently.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function parseEmbeddedMetrics({ account, region }: LogGroupId, line: LogLine): readonly MetricDatum[] {
  const document = parseDocument(line.message);
  const metadata = document?._aws;
  if (document === undefined || !isRecord(metadata) || !Array.isArray(metadata.CloudWatchMetrics)) return [];
  const at = typeof metadata.Timestamp === 'number' ? metadata.Timestamp : line.at;
  return metadata.CloudWatchMetrics.filter(isRecord).flatMap((directive: Directive) =>
    readDirective(document, directive).map((datum) => ({ ...datum, account, region, at })),
  );
}

function readDirective(document: Record<string, unknown>, { Namespace, Dimensions, Metrics }: Directive) {
  if (typeof Namespace !== 'string' || !Array.isArray(Metrics) || Metrics.length > MAX_METRICS) return [];
  const dimensionSets = (Array.isArray(Dimensions) ? Dimensions : [[]]).flatMap((names) =>
    readDimensions(document, names),
  );
  return Metrics.filter(isRecord).flatMap(({ Name, Unit }) => {
    const values = typeof Name === 'string' ? readValues(document[Name]) : undefined;
    if (typeof Name !== 'string' || values === undefined) return [];
    const unit = typeof Unit === 'string' ? { unit: Unit } : {};
    return dimensionSets.map((dimensions) => ({
      namespace: Namespace,
      name: Name,
      dimensions,
      values,
      ...unit,
    }));
  });
}

/** One dimension set; none when a name has no string beside it, which makes CloudWatch drop the set. */
function readDimensions(document: Record<string, unknown>, names: unknown): Record<string, string>[] {
  if (!Array.isArray(names) || names.length > MAX_DIMENSIONS) return [];
  const dimensions: Record<string, string> = {};
  for (const name of names) {
    const value = document[name];
    if (typeof value !== 'string' || value === '') return [];
    dimensions[name] = value;
  }
  return [dimensions];
}

function readValues(raw: unknown): readonly number[] | undefined {
  const values: unknown[] = Array.isArray(raw) ? raw : [raw];
  if (values.length === 0 || values.length > MAX_VALUES) return undefined;
  return values.every((value) => typeof value === 'number') ? values : undefined;
}

function parseDocument(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
