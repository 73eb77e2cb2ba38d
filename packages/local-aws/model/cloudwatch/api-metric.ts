import type { Call } from '../service.ts';
import type { MetricId } from './metrics.ts';

/** A metric as the API names it. */
export interface ApiMetric {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name?: string; readonly Value?: string }[];
}

export function metricOf({ Namespace, MetricName, Dimensions }: ApiMetric, call: Call): MetricId {
  const dimensions = Object.fromEntries(
    (Dimensions ?? []).map(({ Name, Value }) => [Name ?? '', Value ?? '']),
  );
  const { region, principal } = call;
  return {
    account: principal.account,
    region,
    namespace: Namespace ?? '',
    name: MetricName ?? '',
    dimensions,
  };
}

export function apiDimensions({ dimensions }: MetricId): object[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}
